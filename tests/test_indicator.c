/* SPDX-License-Identifier: MIT
 *
 * Months, flat and steady bars, columns that are not there or have holes, and what is known of each
 * kind.
 */
#include "../engine/indicator.h"
#include "indicator_golden.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* The last second of a month and the first of the next, leap days, and before 1970. */
static void test_month(void **unused) {
    (void)unused;
    static const int64_t time[] = {-1,         0,          951782399,  951782400,
                                   951868799,  951868800,  946684799,  946684800,
                                   1709164800, 4107542400, -86400 * 31};
    static const double month[] = {12, 1, 2, 2, 2, 3, 12, 1, 2, 3, 12};
    enum { TIMES = sizeof time / sizeof *time };
    const by_recipe none = {.variant = 0};
    double out[TIMES];
    const by_inputs inputs = {.time = time};
    const by_inputs without = {.close = golden_close};
    for (int32_t f = 0; f < 2; f++) {
        assert_int_equal(both[f](BY_MONTH, &none, &inputs, TIMES, out), 0);
        for (int32_t i = 0; i < TIMES; i++) {
            assert_true(out[i] == month[i]);
        }
        assert_int_equal(both[f](BY_MONTH, &none, &without, GOLDEN, out), GOLDEN);
        assert_true(isnan(out[0]));
    }
}

/* Where all bars are 5, with a volume of 1. */
static const struct {
    int32_t kind;
    double value;
} still[] = {{BY_RSI, 50},
             {BY_STDEV_RETURN, 0},
             {BY_STOCHASTIC, 50},
             {BY_PERCENTILE, 0},
             {BY_TREND_CLARITY, 100},
             {BY_AROON_UP, 100},
             {BY_AROON_DOWN, 100},
             {BY_ATR, 0},
             {BY_ADX, 0},
             {BY_STOCHASTIC_K, 0},
             {BY_MFI, 0},
             {BY_OBV, 1},
             {BY_TRUE_RANGE, 0},
             {BY_NATR, 0},
             {BY_PLUS_DI, 0},
             {BY_MINUS_DI, 0},
             {BY_DX, 0},
             {BY_CCI, 0},
             {BY_ULTIMATE_OSCILLATOR, 0},
             {BY_STOCHASTIC_D, 0},
             {BY_STOCHASTIC_FAST_K, 0},
             {BY_SAR, 5},
             {BY_KELTNER_UPPER, 5},
             {BY_DONCHIAN_MIDDLE, 5},
             {BY_HIGHEST_BARS, 0},
             {BY_LOWEST_BARS, 0},
             {BY_GAP, 0},
             {BY_MACD, 0},
             {BY_VARIANCE, 0},
             {BY_ZSCORE, 0},
             {BY_BOLLINGER_UPPER, 5},
             {BY_BOLLINGER_LOWER, 5},
             {BY_BOLLINGER_WIDTH, 0},
             {BY_BOLLINGER_PERCENT_B, 0.5},
             {BY_LINREG, 5},
             {BY_LINREG_SLOPE, 0},
             {BY_ULCER, 0},
             {BY_ULTIMATE_SMOOTHER, 5}};

/* Flat, rising only, falling only; nothing and a single row. */
static void test_edges(void **unused) {
    (void)unused;
    const double flat[8] = {5, 5, 5, 5, 5, 5, 5, 5};
    const double up[4] = {1, 2, 3, 4};
    const double down[4] = {4, 3, 2, 1};
    const double one[8] = {1, 1, 1, 1, 1, 1, 1, 1};
    const by_recipe two = {.window = {2, 2, 2}, .number = {1, 1}};
    const by_inputs of_flat = {.close = flat, .volume = one};
    const by_inputs of_up = {.close = up};
    const by_inputs of_down = {.close = down};
    double out[8];
    for (int32_t f = 0; f < 2; f++) {
        for (size_t s = 0; s < sizeof still / sizeof *still; s++) {
            (void)both[f](still[s].kind, &two, &of_flat, 8, out);
            assert_float_equal(out[7], still[s].value, 1e-14);
        }
        (void)both[f](BY_RSI, &two, &of_up, 4, out);
        assert_true(out[2] == 100 && out[3] == 100);
        (void)both[f](BY_RSI, &two, &of_down, 4, out);
        assert_true(out[2] == 0 && out[3] == 0);
        (void)both[f](BY_MAX_DRAWDOWN, &two, &of_up, 4, out);
        assert_true(out[1] == 0 && out[3] == 0);
        for (int32_t kind = 0; kind < BY_INDICATOR_COUNT; kind++) {
            bool now = (by_indicator_reads(kind) & (BY_READS_TIME | BY_READS_OTHER)) == 0 &&
                       by_indicator_closes_needed(kind, &two) == 1;
            assert_int_equal(both[f](kind, &two, &of_flat, 0, out), 0);
            assert_int_equal(both[f](kind, &two, &of_flat, 1, out), now ? 0 : 1);
            assert_true(now != isnan(out[0]));
        }
    }
}

/* A series that is not bars: its values stand for the range, and volume is not to be had. */
static void test_without_columns(void **unused) {
    (void)unused;
    const by_inputs closes = {.close = golden_close};
    const by_inputs spelt = {.open = golden_close,
                             .high = golden_close,
                             .low = golden_close,
                             .close = golden_close,
                             .volume = golden_volume};
    const by_recipe two = {.window = {2, 2, 2}, .number = {1, 1}};
    double out[GOLDEN];
    double expected[GOLDEN];
    for (int32_t f = 0; f < 2; f++) {
        for (int32_t kind = 0; kind < BY_INDICATOR_COUNT; kind++) {
            int32_t first = both[f](kind, &two, &closes, GOLDEN, out);
            if ((by_indicator_reads(kind) & (BY_READS_VOLUME | BY_READS_OTHER | BY_READS_TIME)) !=
                0) {
                assert_int_equal(first, GOLDEN);
                assert_true(isnan(out[GOLDEN - 1]));
                continue;
            }
            assert_int_equal(first, both[f](kind, &two, &spelt, GOLDEN, expected));
            for (int32_t i = first; i < GOLDEN; i++) {
                assert_memory_equal(&out[i], &expected[i], sizeof *out);
            }
        }
    }
}

/* A NaN in a column ends a stretch for the kinds that read it, and only for these. */
static void test_nan_in_columns(void **unused) {
    (void)unused;
    const by_recipe two = {.window = {2, 2, 2}, .number = {1, 1}};
    double holed[GOLDEN];
    double out[GOLDEN];
    double whole[GOLDEN];
    static const int32_t read_by[] = {BY_READS_RANGE, BY_READS_RANGE, BY_READS_VOLUME,
                                      BY_READS_OPEN};
    for (int32_t column = 0; column < 4; column++) {
        by_inputs inputs = golden_inputs;
        const double **const parts[] = {&inputs.high, &inputs.low, &inputs.volume, &inputs.open};
        const double **part = parts[column];
        memcpy(holed, *part, sizeof holed);
        holed[5] = NAN;
        *part = holed;
        int32_t read_as = read_by[column];
        for (int32_t kind = 0; kind < BY_INDICATOR_COUNT; kind++) {
            for (int32_t f = 0; f < 2; f++) {
                (void)both[f](kind, &two, &golden_inputs, GOLDEN, whole);
                (void)both[f](kind, &two, &inputs, GOLDEN, out);
                bool reads = (by_indicator_reads(kind) & read_as) != 0;
                assert_true(isnan(out[5]) == (reads || isnan(whole[5])));
                assert_memory_equal(out, whole, 5 * sizeof *out);
            }
        }
    }
}

static void test_names(void **unused) {
    (void)unused;
    assert_int_equal(by_indicator_window_count(BY_CLOSE), 0);
    assert_int_equal(by_indicator_window_count(BY_PPO_SIGNAL), 3);
    assert_int_equal(by_indicator_reads(BY_MFI), BY_READS_RANGE | BY_READS_VOLUME);
    assert_int_equal(by_indicator_reads(BY_SMA), 0);
    assert_int_equal(by_indicator_variant_max(BY_SMA), 0);
    assert_int_equal(by_indicator_variant_max(BY_MACD), 2);
    assert_int_equal(by_indicator_variant_max(BY_RSI), 4 * 2 * (BY_WINDOW_MAX + 1) - 1);
    assert_string_equal(by_indicator_name(BY_RSI), "rsi");
    assert_string_equal(by_indicator_title(BY_SMA), "simple moving average");
    const int32_t unknown[] = {-1, BY_INDICATOR_COUNT, INT32_MAX, INT32_MIN};
    for (int32_t i = 0; i < 4; i++) {
        assert_int_equal(by_indicator_window_count(unknown[i]), 0);
        assert_int_equal(by_indicator_reads(unknown[i]), 0);
        assert_int_equal(by_indicator_variant_max(unknown[i]), 0);
        assert_int_equal(by_indicator_closes_needed(unknown[i], &(by_recipe){.variant = 0}), 0);
        assert_null(by_indicator_name(unknown[i]));
        assert_null(by_indicator_title(unknown[i]));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_month),           cmocka_unit_test(test_edges),
        cmocka_unit_test(test_without_columns), cmocka_unit_test(test_nan_in_columns),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
