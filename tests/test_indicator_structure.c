/* SPDX-License-Identifier: MIT
 *
 * Realised volatility, swings and regimes against cases worked out by hand, asked of the engine and
 * of the plain ones alike; and what the future must not change.
 */
#include "../engine/indicator.h"
#include "plain.h"
#include "random_tree.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { BARS = 8, ROWS = 300 };

typedef int32_t (*compute)(int32_t, const by_recipe *, const by_inputs *, int32_t, double *);
static const compute both[] = {by_indicator_compute, plain_indicator};

typedef struct golden {
    int32_t kind;
    int32_t window[2];
    int32_t variant;
    int32_t first;
    double value[BARS];
} golden;

static void check(const golden *g, const by_inputs *inputs, int32_t count, double unit) {
    const by_recipe recipe = {.window = {g->window[0], g->window[1]}, .variant = g->variant};
    for (int32_t f = 0; f < 2; f++) {
        double out[BARS];
        assert_int_equal(both[f](g->kind, &recipe, inputs, count, out), g->first);
        for (int32_t i = g->first; i < count; i++) {
            const double expected = g->value[i] * unit;
            if (!(fabs(out[i] - expected) <= 4e-15 * fmax(1, fabs(expected)))) {
                fail_msg("%s, row %d: %.17g, not %.17g", by_indicator_name(g->kind), i, out[i],
                         expected);
            }
        }
    }
}

/* In powers of 2 the gaps are 1 -1 0, the bodies 1 0 2 0, the ranges 1 2 3 1; highs are 1 1 2 0 and
 * lows 0 1 1 1 away from the opens; so the terms of Rogers and Satchell are 0 2 3 1. */
static void test_volatility(void **unused) {
    (void)unused;
    static const double open[] = {1, 4, 2, 8};
    static const double high[] = {2, 8, 8, 8};
    static const double low[] = {1, 2, 1, 4};
    static const double close[] = {2, 4, 8, 8};
    static const by_inputs bars = {.open = open, .high = high, .low = low, .close = close};
    const double q = 2 * M_LN2 - 1;
    const double k = 0.34 / 4.34;
    const double quarter = 1 / (4 * M_LN2);
    const golden cases[] = {
        {BY_VOLATILITY, {2}, 0, 2, {0, 0, 0, sqrt(0.5)}},
        {BY_VOLATILITY, {2}, 1, 2, {0, 0, 0, 0.5}},
        {BY_VOLATILITY, {3}, 1, 3, {0, 0, 0, sqrt(2) / 3}},
        {BY_VOLATILITY, {1}, 0, 4, {0}},
        {BY_VOLATILITY_PARKINSON,
         {2},
         0,
         1,
         {0, sqrt(2.5 * quarter), sqrt(6.5 * quarter), sqrt(5 * quarter)}},
        {BY_VOLATILITY_GARMAN_KLASS,
         {2},
         0,
         1,
         {0, sqrt((2.5 - q) / 2), sqrt((6.5 - 4 * q) / 2), sqrt((5 - 4 * q) / 2)}},
        {BY_VOLATILITY_YANG_ZHANG,
         {2},
         0,
         2,
         {0, 0, sqrt(2 + k * 2 + (1 - k) * 2.5), sqrt(0.5 + k * 2 + (1 - k) * 2)}},
        {BY_VOLATILITY_YANG_ZHANG, {1}, 0, 4, {0}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        check(&cases[i], &bars, 4, 100 * M_LN2);
    }
}

/* A top of two bars is a swing at its first one, and is not above one of the same height. */
static void test_swings(void **unused) {
    (void)unused;
    static const double high[] = {13, 15, 14, 15, 15, 12, 16, 11};
    static const double low[] = {5, 3, 6, 4, 7, 2, 2, 8};
    static const by_inputs bars = {.high = high, .low = low, .close = high};
    static const golden cases[] = {
        {BY_SWING_HIGH, {1}, 0, 2, {0, 0, 15, 15, 15, 15, 15, 16}},
        {BY_SWING_LOW, {1}, 0, 2, {0, 0, 3, 3, 4, 4, 2, 2}},
        {BY_HIGHER_HIGH, {1}, 0, 4, {0, 0, 0, 0, 0, 0, 0, 1}},
        {BY_HIGHER_LOW, {1}, 0, 4, {0, 0, 0, 0, 1, 1, 0, 0}},
        {BY_SWING_HIGH, {3}, 0, 8, {0}},
        {BY_SWING_LOW, {2}, 0, 7, {0, 0, 0, 0, 0, 0, 0, 2}},
        {BY_HIGHER_LOW, {2}, 0, 8, {0}},
        {BY_SWING_HIGH, {4}, 0, 8, {0}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        check(&cases[i], &bars, BARS, 1);
    }
}

static void test_regimes(void **unused) {
    (void)unused;
    static const double close[] = {4, 8, 6, 6, 12, 3, 3};
    static const double powers[] = {1, 2, 4, 4, 4, 16, 16, 8};
    static const by_inputs closes = {.close = close};
    static const by_inputs of_powers = {.close = powers};
    static const golden trend = {BY_TREND_REGIME, {2, 3}, 0, 2, {0, 0, 0, -1, 1, 0, -1}};
    /* Of the two last changes of the exponents the deviations are 0 1/2 0 1 1 1/2. */
    static const golden rank = {BY_VOLATILITY_REGIME, {2, 3}, 1, 4, {0, 0, 0, 0, 0, 100, 50, 0}};
    static const golden none = {BY_VOLATILITY_REGIME, {1, 3}, 0, BARS, {0}};
    static const golden alone = {BY_VOLATILITY_REGIME, {2, 1}, 0, BARS, {0}};
    check(&trend, &closes, 7, 1);
    check(&rank, &of_powers, BARS, 1);
    check(&none, &of_powers, BARS, 1);
    check(&alone, &of_powers, BARS, 1);
}

/* Equal values whose sums are not exact: nothing moves and nothing has a trend. */
static void test_flat(void **unused) {
    (void)unused;
    static const int32_t still[] = {BY_VOLATILITY,
                                    BY_VOLATILITY_PARKINSON,
                                    BY_VOLATILITY_YANG_ZHANG,
                                    BY_VOLATILITY_GARMAN_KLASS,
                                    BY_TREND_REGIME,
                                    BY_VOLATILITY_REGIME};
    const by_recipe recipe = {.window = {7, 29}};
    double close[ROWS];
    double out[ROWS];
    for (int32_t i = 0; i < ROWS; i++) {
        close[i] = 0.1;
    }
    const by_inputs inputs = {.close = close};
    for (int32_t f = 0; f < 2; f++) {
        for (size_t k = 0; k < sizeof still / sizeof *still; k++) {
            assert_true(both[f](still[k], &recipe, &inputs, ROWS, out) < 40);
            assert_true(out[50] == 0 && out[ROWS - 1] == 0);
        }
        assert_int_equal(both[f](BY_SWING_HIGH, &recipe, &inputs, ROWS, out), ROWS);
        assert_int_equal(both[f](BY_SWING_LOW, &recipe, &inputs, ROWS, out), ROWS);
    }
}

/* A close that is not above 0 has no logarithm; the values come back when it has left the window.
 */
static void test_not_above_zero(void **unused) {
    (void)unused;
    static const double close[] = {2, 4, -1, 4, 8, 4, 8, 8};
    static const by_inputs inputs = {.close = close};
    const by_recipe recipe = {.window = {2, 2}};
    double out[BARS];
    for (int32_t f = 0; f < 2; f++) {
        assert_int_equal(both[f](BY_VOLATILITY, &recipe, &inputs, BARS, out), 5);
        assert_int_equal(both[f](BY_VOLATILITY_YANG_ZHANG, &recipe, &inputs, BARS, out), 5);
        assert_int_equal(both[f](BY_VOLATILITY_REGIME, &recipe, &inputs, BARS, out), 5);
    }
}

/* What is known at a bar is the same when no other bar follows. */
static void test_future_does_not_matter(void **unused) {
    (void)unused;
    random_source source = {3};
    double high[ROWS];
    double low[ROWS];
    double whole[ROWS];
    double cut[ROWS];
    for (int32_t i = 0; i < ROWS; i++) {
        low[i] = 10 + random_below(&source, 8);
        high[i] = low[i] + random_below(&source, 8);
    }
    const by_inputs inputs = {.high = high, .low = low, .close = low};
    for (int32_t kind = BY_VOLATILITY; kind <= BY_VOLATILITY_REGIME; kind++) {
        const by_recipe recipe = {.window = {3, 9}};
        (void)by_indicator_compute(kind, &recipe, &inputs, ROWS, whole);
        for (int32_t count = 1; count <= ROWS; count++) {
            (void)by_indicator_compute(kind, &recipe, &inputs, count, cut);
            assert_true(memcmp(&cut[count - 1], &whole[count - 1], sizeof *cut) == 0 ||
                        (isnan(cut[count - 1]) && isnan(whole[count - 1])));
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_volatility),     cmocka_unit_test(test_swings),
        cmocka_unit_test(test_regimes),        cmocka_unit_test(test_flat),
        cmocka_unit_test(test_not_above_zero), cmocka_unit_test(test_future_does_not_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
