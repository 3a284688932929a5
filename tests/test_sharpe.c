/* SPDX-License-Identifier: MIT */
#include "../engine/normal.h"
#include "../engine/sharpe_test.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void assert_close(double got, double expected, double tolerance) {
    if (!(fabs(got - expected) <= tolerance * fabs(expected))) {
        fail_msg("%.17g instead of %.17g", got, expected);
    }
}

/* To 22 digits by arbitrary precision. */
static void test_quantile(void **unused) {
    (void)unused;
    const double known[][2] = {
        {0.55, 0.1256613468550741464092},  {0.9, 1.281551565544600593487},
        {0.975, 1.959963984540053855604},  {0.001, -3.090232306167813535358},
        {1e-10, -6.3613409024040561991},   {1e-12, -7.034483825301131932614},
        {1e-50, -14.93333753478848898066}, {1e-300, -37.04709629936119923655},
    };
    for (int32_t i = 0; i < 8; i++) {
        assert_close(by_normal_quantile(known[i][0]), known[i][1], 1e-15);
    }
    assert_true(by_normal_quantile(0.5) == 0.0);
    assert_true(by_normal_quantile(0.0) == -INFINITY);
    assert_true(by_normal_quantile(1.0) == INFINITY);
    assert_true(isnan(by_normal_quantile(-0.1)));
    assert_true(isnan(by_normal_quantile(1.1)));
    assert_true(isnan(by_normal_quantile(NAN)));
}

/* The quantile of the share is where it began, over all three formulas. */
static void test_share(void **unused) {
    (void)unused;
    assert_true(by_normal_share(0.0) == 0.5);
    assert_true(by_normal_share(-INFINITY) == 0.0);
    assert_true(by_normal_share(INFINITY) == 1.0);
    for (double x = -37.0; x < 5.0; x += 0.0625) {
        double back = by_normal_quantile(by_normal_share(x));
        /* A share near 1 is known to 1e-16 only. */
        double lost = x > 0.0 ? 1e-16 * sqrt(2 * M_PI) * exp(x * x / 2) : 0.0;
        assert_true(fabs(back - x) <= 1e-14 * fmax(fabs(x), 1.0) + lost);
    }
}

/* The example of Bailey and Lopez de Prado (2014): 100 trials, Sharpe 2.5 over five years of 250
 * days, skewness -3, kurtosis 10: 0.9004; with 46 trials 0.9505. */
static void test_published(void **unused) {
    (void)unused;
    const by_sharpe measured = {2.5 / sqrt(250), -3, 10, 1250};
    double luck = by_sharpe_of_luck(100, sqrt(0.5 / 250));
    assert_true(fabs(luck - 0.1132) < 5e-5);
    assert_true(fabs(by_sharpe_probability(&measured, luck) - 0.9004) < 5e-5);
    luck = by_sharpe_of_luck(46, sqrt(0.5 / 250));
    assert_true(fabs(by_sharpe_probability(&measured, luck) - 0.9505) < 5e-5);
    /* Bailey et al. (2014): 45 trials give an annual ratio of 1 in five years. */
    assert_true(fabs(by_min_backtest_years(45, 1.0) - 5.0) < 5e-3);
}

/* Of normal returns and a ratio near 0 the error is 1 / sqrt(n - 1). */
static void test_plain_cases(void **unused) {
    (void)unused;
    const by_sharpe measured = {0.1, 0, 3, 101};
    double spread = sqrt(1 + 0.5 * 0.01);
    assert_close(by_sharpe_probability(&measured, 0), by_normal_share(1.0 / spread), 1e-14);
    assert_close(by_sharpe_probability(&measured, 0.1), 0.5, 1e-14);
    double needed = by_sharpe_min_returns(&measured, 0.02, 0.95);
    by_sharpe as_long = measured;
    as_long.return_count = needed;
    assert_close(by_sharpe_probability(&as_long, 0.02), 0.95, 1e-12);
    assert_true(by_sharpe_min_returns(&measured, 0.1, 0.95) == INFINITY);
    assert_true(by_sharpe_min_returns(&measured, 0.2, 0.95) == INFINITY);
}

/* The expected maximum of 2 to 1000 normal variables is known: within a few hundredths. */
static void test_expected_maximum(void **unused) {
    (void)unused;
    const double known[][2] = {{2, 0.5642}, {10, 1.5388}, {100, 2.5076}, {1000, 3.2414}};
    for (int32_t i = 0; i < 4; i++) {
        assert_true(fabs(by_expected_maximum(known[i][0]) - known[i][1]) < 0.05);
    }
    assert_true(by_expected_maximum(1) == 0.0);
    double before = 0.0;
    for (double n = 1.0; n < 1e18; n *= 1.3) {
        double maximum = by_expected_maximum(n);
        assert_true(maximum >= before && maximum <= sqrt(2 * log(n)) + 1e-12);
        before = maximum;
    }
}

static void test_undefined(void **unused) {
    (void)unused;
    const by_sharpe measured = {0.1, 0, 3, 101};
    const by_sharpe bad[] = {
        {NAN, 0, 3, 100}, {0.1, NAN, 3, 100}, {0.1, 0, NAN, 100},
        {0.1, 0, 3, 1},   {0.1, 0, 3, NAN},   {1.0, 5, 3, 100}, /* a variance below 0 */
    };
    for (int32_t i = 0; i < 6; i++) {
        assert_true(isnan(by_sharpe_probability(&bad[i], 0)));
    }
    assert_true(isnan(by_sharpe_probability(&measured, NAN)));
    assert_true(isnan(by_sharpe_min_returns(&bad[0], 0, 0.95)) ||
                by_sharpe_min_returns(&bad[0], 0, 0.95) == INFINITY);
    assert_true(isnan(by_sharpe_min_returns(&measured, 0, 1.0)));
    assert_true(isnan(by_sharpe_min_returns(&measured, NAN, 0.95)));
    const double counts[] = {NAN, 0.5, 0, -1, INFINITY};
    for (int32_t i = 0; i < 5; i++) {
        assert_true(isnan(by_expected_maximum(counts[i])));
        assert_true(isnan(by_sharpe_of_luck(counts[i], 0.1)));
        assert_true(isnan(by_min_backtest_years(counts[i], 1)));
    }
    assert_true(isnan(by_sharpe_of_luck(10, -1)));
    assert_true(isnan(by_sharpe_of_luck(10, NAN)));
    assert_true(isnan(by_min_backtest_years(10, NAN)));
    assert_true(by_min_backtest_years(10, 0) == INFINITY);
    assert_true(by_min_backtest_years(10, -1) == INFINITY);
}

static void test_independent_trials(void **unused) {
    (void)unused;
    assert_true(by_independent_trials(100, 0) == 100);
    assert_true(by_independent_trials(100, 1) == 1);
    assert_close(by_independent_trials(100, 0.75), 25.75, 1e-15);
    assert_true(by_independent_trials(100, -0.5) == 100);
    assert_true(by_independent_trials(1, 0.5) == 1);
    assert_true(isnan(by_independent_trials(100, NAN)));
    assert_true(isnan(by_independent_trials(0, 0.5)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quantile),           cmocka_unit_test(test_share),
        cmocka_unit_test(test_published),          cmocka_unit_test(test_plain_cases),
        cmocka_unit_test(test_expected_maximum),   cmocka_unit_test(test_undefined),
        cmocka_unit_test(test_independent_trials),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
