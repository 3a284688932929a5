/* SPDX-License-Identifier: MIT
 *
 * True ranges, directional indicators, extremes and gaps, against cases worked out by hand.
 */
#include "indicator_golden.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const golden_case golden[] = {
    {BY_ATR, {2}, 0, 2, {0, 0, 4, 3, 4.5, 7.25, 4.625}},
    {BY_ATR, {1}, 0, 1, {0, 5, 3, 2, 6, 10, 2}},
    {BY_ATR, {2}, 1, 2, {0, 0, 4, 2.5, 4, 8, 6}},
    {BY_ATR, {4}, 2, 4, {0, 0, 0, 0, 141.0 / 32, 743.0 / 128, 2485.0 / 512}},
    {BY_ATR, {2}, 3, 1, {0, 3.5, 3.25, 2.625, 4.3125, 229.0 / 32, 293.0 / 64}},
    {BY_ATR, {3}, 4, 2, {0, 0, 10.0 / 3, 10.0 / 3, 11.0 / 3, 6, 6}},
    {BY_ATR, {4}, 5, 3, {0, 0, 0, 167.0 / 64, 885.0 / 256, 5215.0 / 1024, 17693.0 / 4096}},
    {BY_NATR, {2}, 0, 2, {0, 0, 200.0 / 3, 50, 37.5, 725.0 / 3, 925.0 / 6}},
    {BY_NATR, {2}, 4, 1, {0, 43.75, 200.0 / 3, 125.0 / 3, 100.0 / 3, 800.0 / 3, 200}},
    {BY_TRUE_RANGE, {0}, 0, 1, {0, 5, 3, 2, 6, 10, 2}},
    {BY_TRUE_RANGE, {0}, 1, 0, {2, 5, 3, 2, 6, 10, 2}},
    {BY_PLUS_DI,
     {2},
     0,
     2,
     {0, 0, 400.0 / 11, 400.0 / 19, 4400.0 / 67, 4400.0 / 227, 4400.0 / 291}},
    {BY_MINUS_DI, {2}, 0, 2, {0, 0, 0, 0, 0, 6400.0 / 227, 6400.0 / 291}},
    {BY_DX, {2}, 0, 2, {0, 0, 100, 100, 100, 500.0 / 27, 500.0 / 27}},
    {BY_DX, {1}, 0, 1, {0, 100, 0, 0, 100, 100, 0}},
    {BY_ADX, {2}, 0, 3, {0, 0, 0, 100, 100, 1600.0 / 27, 350.0 / 9}},
    {BY_ADX, {1}, 0, 1, {0, 100, 0, 0, 100, 100, 0}},
    {BY_ADX, {4}, 0, 7, {0}},
    {BY_SAR, {0}, 0, 1, {0, 3, 9, 9, 5, 12, 12}},
    {BY_DONCHIAN_UPPER, {3}, 0, 2, {0, 0, 9, 9, 12, 12, 12}},
    {BY_DONCHIAN_LOWER, {3}, 0, 2, {0, 0, 3, 5, 5, 2, 2}},
    {BY_DONCHIAN_MIDDLE, {3}, 0, 2, {0, 0, 6, 7, 8.5, 7, 7}},
    {BY_HIGHEST, {3}, 0, 2, {0, 0, 8, 8, 12, 12, 12}},
    {BY_HIGHEST, {8}, 0, 7, {0}},
    {BY_LOWEST, {3}, 0, 2, {0, 0, 4, 6, 6, 3, 3}},
    {BY_HIGHEST_BARS, {3}, 0, 2, {0, 0, 1, 2, 0, 1, 2}},
    {BY_LOWEST_BARS, {3}, 0, 2, {0, 0, 2, 0, 1, 0, 0}},
    {BY_LOWEST_BARS, {7}, 0, 6, {0}},
    {BY_GAP, {0}, 0, 1, {0, 50, 0, 50.0 / 3, 0, -25, 0}},
};

static void test_golden(void **unused) {
    (void)unused;
    golden_check(golden, sizeof golden / sizeof *golden);
    golden_check_inside(golden, sizeof golden / sizeof *golden);
}

/* A factor that grows up to its maximum, and a step above it; a fall first, by the low alone. */
static void test_sar(void **unused) {
    (void)unused;
    static const double high[5] = {10, 12, 14, 16, 18};
    static const double low[5] = {8, 12, 13, 15, 17};
    static const double rising[5] = {0, 8, 9, 11, 13};
    static const double fallen[2] = {8, 3};
    static const double level[2] = {9, 9};
    const by_recipe quarter = {.number = {0.25, 0.4}};
    const by_recipe above = {.number = {3, 0.5}};
    const by_inputs up = {.high = high, .low = low, .close = low};
    const by_inputs down = {.high = level, .low = fallen, .close = fallen};
    double out[5];
    for (int32_t f = 0; f < 2; f++) {
        assert_int_equal(both[f](BY_SAR, &quarter, &up, 5, out), 1);
        for (int32_t i = 1; i < 5; i++) {
            assert_float_equal(out[i], rising[i], 1e-14);
        }
        (void)both[f](BY_SAR, &above, &up, 3, out);
        assert_float_equal(out[2], 10, 1e-14);
        (void)both[f](BY_SAR, &quarter, &down, 2, out);
        assert_true(out[1] == 3);
    }
}

/* No rounding of a mean passes for a deviation where all bars are equal, whatever they are. */
static void test_flat_channel(void **unused) {
    (void)unused;
    double close[40];
    double out[40];
    for (int32_t i = 0; i < 40; i++) {
        close[i] = 1e9 + 0.1;
    }
    for (int32_t w = 1; w <= 40; w++) {
        const by_recipe recipe = {.window = {w}};
        for (int32_t f = 0; f < 2; f++) {
            (void)both[f](BY_CCI, &recipe, &(by_inputs){.close = close}, 40, out);
            assert_true(out[39] == 0);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_sar),
        cmocka_unit_test(test_flat_channel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
