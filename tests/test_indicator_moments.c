/* SPDX-License-Identifier: MIT
 *
 * Returns, deviations, lines of regression, drawdowns and two series, against cases worked out by
 * hand.
 */
#include "indicator_golden.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const golden_case golden[] = {
    {BY_CUMULATIVE_RETURN, {2}, 0, 2, {0, 0, 50, -25, 100, -50, -75}},
    {BY_CUMULATIVE_RETURN, {6}, 0, 6, {0, 0, 0, 0, 0, 0, -25}},
    {BY_CUMULATIVE_RETURN, {7}, 0, 7, {0}},
    {BY_MEAN_RETURN, {2}, 0, 2, {0, 0, 37.5, -12.5, 50, 12.5, -37.5}},
    {BY_MEAN_RETURN, {7}, 0, 7, {0}},
    {BY_STDEV_RETURN,
     {2},
     0,
     2,
     {0, 0, 125 / ROOT2, 25 / ROOT2, 100 / ROOT2, 175 / ROOT2, 75 / ROOT2}},
    {BY_STDEV_RETURN, {1}, 0, 7, {0}},
    {BY_STDEV_RETURN, {2}, 1, 2, {0, 0, 62.5, 12.5, 50, 87.5, 37.5}},
    {BY_STDEV_RETURN, {1}, 1, 1, {0}},
    {BY_STDEV_PRICE, {2}, 0, 1, {0, 4 / ROOT2, 2 / ROOT2, 0, 6 / ROOT2, 9 / ROOT2, 0}},
    {BY_STDEV_PRICE, {1}, 0, 7, {0}},
    {BY_STDEV_PRICE, {2}, 1, 1, {0, 2, 1, 0, 3, 4.5, 0}},
    {BY_STDEV_PRICE, {1}, 1, 0, {0}},
    {BY_MAX_DRAWDOWN, {3}, 0, 2, {0, 0, 25, 25, 0, 75, 75}},
    {BY_MAX_DRAWDOWN, {1}, 0, 0, {0}},
    {BY_MAX_DRAWDOWN, {8}, 0, 7, {0}},
    {BY_DRAWDOWN, {0}, 0, 0, {0, 0, 25, 25, 0, 75, 75}},
    {BY_TREND_CLARITY, {3}, 0, 2, {0, 0, 25, 75, 75, 75.0 / 7, 75}},
    {BY_TREND_CLARITY, {2}, 0, 1, {0, 100, 100, 100, 100, 100, 100}},
    {BY_TREND_CLARITY, {1}, 0, 7, {0}},
    {BY_VARIANCE, {2}, 0, 1, {0, 8, 2, 0, 18, 40.5, 0}},
    {BY_VARIANCE, {2}, 1, 1, {0, 4, 1, 0, 9, 20.25, 0}},
    {BY_VARIANCE, {1}, 0, 7, {0}},
    {BY_VARIANCE, {1}, 1, 0, {0}},
    {BY_ZSCORE, {2}, 0, 1, {0, 1 / ROOT2, -1 / ROOT2, 0, 1 / ROOT2, -1 / ROOT2, 0}},
    {BY_ZSCORE, {3}, 1, 2, {0, 0, 0, -1 / ROOT2, ROOT2, -1.0690449676496976, -1 / ROOT2}},
    {BY_ZSCORE, {1}, 0, 7, {0}},
    {BY_BOLLINGER_UPPER, {2}, 0, 1, {0, 8, 8, 6, 12, 12, 3}},
    {BY_BOLLINGER_UPPER,
     {2},
     1,
     1,
     {0, 6 + 4 / ROOT2, 7 + 2 / ROOT2, 6, 9 + 6 / ROOT2, 7.5 + 9 / ROOT2, 3}},
    {BY_BOLLINGER_UPPER, {1}, 1, 7, {0}},
    {BY_BOLLINGER_LOWER, {2}, 0, 1, {0, 4, 6, 6, 6, 3, 3}},
    {BY_BOLLINGER_WIDTH, {2}, 0, 1, {0, 200.0 / 3, 200.0 / 7, 0, 200.0 / 3, 120, 0}},
    {BY_BOLLINGER_PERCENT_B, {2}, 0, 1, {0, 1, 0, 0.5, 1, 0, 0.5}},
    {BY_LINREG, {3}, 0, 2, {0, 0, 7, 17.0 / 3, 11, 5.5, 1.5}},
    {BY_LINREG, {1}, 0, 7, {0}},
    {BY_LINREG_SLOPE, {3}, 0, 2, {0, 0, 1, -1, 3, -1.5, -4.5}},
    {BY_LINREG_SLOPE, {2}, 0, 1, {0, 4, -2, 0, 6, -9, 0}},
    {BY_LINREG_R2, {3}, 0, 2, {0, 0, 0.25, 0.75, 0.75, 3.0 / 28, 0.75}},
    {BY_ULCER,
     {3},
     0,
     2,
     {0, 0, 14.433756729740644, 20.412414523193153, 0, 43.30127018922193, 61.237243569579455}},
    {BY_ULCER,
     {2},
     1,
     2,
     {0, 0, 17.67766952966369, 17.67766952966369, 0, 53.03300858899107, 53.03300858899107}},
    {BY_CORRELATION, {2}, 0, 2, {0, 0, 1, 1, -1, -1, -1}},
    {BY_CORRELATION, {3}, 1, 2, {0, 0, 0.8660254037844386, 0.5, -0.5, -0.944911182523068, -0.5}},
    {BY_CORRELATION, {1}, 0, 7, {0}},
    {BY_BETA, {2}, 0, 2, {0, 0, 5.0 / 6, 1.0 / 6, -2.0 / 3, -7.0 / 6, -0.5}},
    {BY_BETA, {6}, 0, 6, {0, 0, 0, 0, 0, 0, -1.0 / 9}},
    {BY_BETA, {1}, 0, 7, {0}},
};

static void test_golden(void **unused) {
    (void)unused;
    golden_check(golden, sizeof golden / sizeof *golden);
    golden_check_inside(golden, sizeof golden / sizeof *golden);
}

/* r1 = r6 = 1, r3 = -1/2, r12 = -3/4; the 13 closes a month apart sum up to 24. */
static void test_momentum(void **unused) {
    (void)unused;
    double close[253];
    double out[253];
    const by_recipe none = {.variant = 0};
    const by_inputs inputs = {.close = close};
    for (int32_t i = 0; i < 253; i++) {
        close[i] = i % 21 == 0 ? 1 : 1000;
    }
    close[0] = 8;
    close[252 - 63] = 4;
    close[252] = 2;
    for (int32_t f = 0; f < 2; f++) {
        assert_int_equal(both[f](BY_MOMENTUM_13612W, &none, &inputs, 253, out), 252);
        assert_float_equal(out[252], 1125.0 / 19, 1e-12);
        assert_int_equal(both[f](BY_MOMENTUM_13612U, &none, &inputs, 253, out), 252);
        assert_float_equal(out[252], 18.75, 1e-12);
        assert_int_equal(both[f](BY_MOMENTUM_SMA12, &none, &inputs, 253, out), 252);
        assert_float_equal(out[252], 100.0 / 12, 1e-12);
        assert_int_equal(both[f](BY_MOMENTUM_SMA12, &none, &inputs, 252, out), 252);
    }
}

/* What does not move has no R squared and no correlation, a market that does not no beta. Values
 * that are not prices: below 0 all is lost. */
static void test_no_value(void **unused) {
    (void)unused;
    const double flat[5] = {5, 5, 5, 5, 5};
    const double moves[5] = {5, 6, 5, 7, 5};
    const double steady[5] = {100, 110.00000000000001, 121, 133.1, 146.41}; /* to rounding */
    const double broken[5] = {-1, 4, -2, -3, 5};
    const by_recipe two = {.window = {2}};
    const by_recipe five = {.window = {5}};
    const by_inputs stays = {.close = flat, .other = moves};
    const by_inputs market = {.close = moves, .other = flat};
    const by_inputs below = {.close = broken};
    const by_inputs grows = {.close = moves, .other = steady};
    double out[5];
    for (int32_t f = 0; f < 2; f++) {
        assert_int_equal(both[f](BY_LINREG_R2, &two, &stays, 5, out), 5);
        assert_int_equal(both[f](BY_CORRELATION, &two, &stays, 5, out), 5);
        assert_int_equal(both[f](BY_CORRELATION, &two, &market, 5, out), 5);
        assert_int_equal(both[f](BY_BETA, &two, &market, 5, out), 5);
        assert_int_equal(both[f](BY_CORRELATION, &two, &grows, 5, out), 5);
        assert_int_equal(both[f](BY_BETA, &two, &grows, 5, out), 5);
        assert_int_equal(both[f](BY_BETA, &two, &stays, 5, out), 2);
        assert_true(out[2] == 0 && out[4] == 0);
        assert_int_equal(both[f](BY_MAX_DRAWDOWN, &five, &below, 5, out), 4);
        assert_true(out[4] == 100);
        assert_int_equal(both[f](BY_MAX_DRAWDOWN, &two, &below, 5, out), 1);
        assert_true(out[1] == 0 && out[2] == 100 && out[3] == 0 && out[4] == 0);
        assert_int_equal(both[f](BY_ULCER, &five, &below, 5, out), 4);
        assert_true(fabs(out[4] - 100 * sqrt(2.0 / 5)) < 1e-12);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_momentum),
        cmocka_unit_test(test_no_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
