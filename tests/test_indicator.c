/* SPDX-License-Identifier: MIT
 *
 * Indicators against cases worked out by hand, asked of the engine and of the plain ones alike.
 */
#include "../engine/indicator.h"
#include "plain.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { GOLDEN = 7 };

typedef int32_t (*compute)(int32_t, const int32_t[3], int32_t, const by_inputs *, int32_t,
                           double *);
static const compute both[] = {by_indicator_compute, plain_indicator};

#define ROOT2 1.4142135623730951

static const double golden_close[GOLDEN] = {4, 8, 6, 6, 12, 3, 3};
static const double golden_high[GOLDEN] = {5, 9, 8, 7, 12, 10, 4};
static const double golden_low[GOLDEN] = {3, 5, 5, 5, 6, 2, 2};
static const double golden_volume[GOLDEN] = {10, 20, 30, 40, 50, 60, 70};
static const by_inputs golden_inputs = {
    .high = golden_high, .low = golden_low, .close = golden_close, .volume = golden_volume};

/* The EMA(3) of these closes is 4 6 6 6 9 6 4.5; EMA(1) the closes themselves. The true ranges are
 * 5 3 2 6 10 2 from the second bar on; three times the typical prices 12 22 19 18 30 15 9. */
static const struct {
    int32_t kind;
    int32_t window[3];
    int32_t variant;
    int32_t first;
    double value[GOLDEN];
} golden[] = {
    {BY_CLOSE, {0}, 0, 0, {4, 8, 6, 6, 12, 3, 3}},
    {BY_SMA, {1}, 0, 0, {4, 8, 6, 6, 12, 3, 3}},
    {BY_SMA, {2}, 0, 1, {0, 6, 7, 6, 9, 7.5, 3}},
    {BY_SMA, {7}, 0, 6, {0, 0, 0, 0, 0, 0, 6}},
    {BY_SMA, {8}, 0, 7, {0}},
    {BY_SMA, {BY_WINDOW_MAX}, 0, 7, {0}},
    {BY_EMA, {1}, 0, 0, {4, 8, 6, 6, 12, 3, 3}},
    {BY_EMA, {3}, 0, 2, {0, 0, 6, 6, 9, 6, 4.5}},
    {BY_EMA,
     {2},
     0,
     1,
     {0, 20.0 / 3, 56.0 / 9, 164.0 / 27, 812.0 / 81, 1298.0 / 243, 2756.0 / 729}},
    {BY_EMA, {2}, 1, 1, {0, 6, 6, 6, 10, 16.0 / 3, 34.0 / 9}},
    {BY_EMA, {8}, 0, 7, {0}},
    {BY_EMA, {8}, 1, 7, {0}},
    {BY_RSI, {2}, 0, 2, {0, 0, 200.0 / 3, 200.0 / 3, 280.0 / 3, 700.0 / 25.5, 700.0 / 25.5}},
    {BY_RSI, {1}, 0, 1, {0, 100, 0, 50, 100, 0, 50}},
    {BY_RSI, {1}, 1, 1, {0, 100, 0, 0, 100, 0, 0}},
    {BY_RSI, {2}, 2, 2, {0, 0, 200.0 / 3, 0, 100, 40, 0}},
    {BY_RSI, {2}, 3, 2, {0, 0, 200.0 / 3, 0, 100, 40, 0}},
    {BY_RSI, {2}, 4, 2, {0, 0, 200.0 / 3, 200.0 / 3, 600.0 / 7, 25, 40}},
    {BY_RSI, {7}, 0, 7, {0}},
    {BY_RSI, {7}, 2, 7, {0}},
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
    {BY_PPO, {1, 3}, 0, 2, {0, 0, 0, 0, 100.0 / 3, -50, -100.0 / 3}},
    {BY_PPO, {3, 1}, 0, 2, {0, 0, 0, 0, -25, 100, 50}},
    {BY_PPO, {2, 1}, 1, 1, {0, -25, 0, 0, -50.0 / 3, 700.0 / 9, 700.0 / 27}},
    {BY_PPO, {1, 3}, 2, 2, {0, 0, 0, -10, 50, -400.0 / 7, -50}},
    {BY_PPO, {3, 1}, 2, 2, {0, 0, 0, -10, 50, -400.0 / 7, -50}},
    {BY_PPO, {8, 1}, 0, 7, {0}},
    {BY_PPO_SIGNAL, {1, 3, 1}, 0, 2, {0, 0, 0, 0, 100.0 / 3, -50, -100.0 / 3}},
    {BY_PPO_SIGNAL, {1, 3, 2}, 0, 3, {0, 0, 0, 0, 200.0 / 9, -700.0 / 27, -2500.0 / 81}},
    {BY_PPO_SIGNAL, {1, 3, 2}, 2, 3, {0, 0, 0, -5, 95.0 / 3, -1735.0 / 63, -8035.0 / 189}},
    {BY_PPO_SIGNAL, {1, 3, 6}, 0, 7, {0}},
    {BY_PPO_HISTOGRAM, {1, 3, 2}, 0, 3, {0, 0, 0, 0, 100.0 / 9, -650.0 / 27, -200.0 / 81}},
    {BY_MACD, {1, 3, 1}, 0, 2, {0, 0, 0, 0, 3, -3, -1.5}},
    {BY_MACD, {1, 3, 2}, 0, 3, {0, 0, 0, 0, 3, -3, -1.5}},
    {BY_MACD, {3, 1, 2}, 0, 3, {0, 0, 0, 0, -3, 3, 1.5}},
    {BY_MACD, {2, 3, 1}, 1, 2, {0, 0, 0, 0, 1, -2.0 / 3, -13.0 / 18}},
    {BY_MACD, {2, 3, 1}, 2, 2, {0, 0, 1, 1.0 / 3, 10.0 / 9, -17.0 / 27, -115.0 / 162}},
    {BY_MACD, {3, 2, 1}, 2, 2, {0, 0, 1, 1.0 / 3, 10.0 / 9, -17.0 / 27, -115.0 / 162}},
    {BY_MACD_SIGNAL, {1, 3, 2}, 0, 3, {0, 0, 0, 0, 2, -4.0 / 3, -13.0 / 9}},
    {BY_MACD_SIGNAL, {2, 3, 2}, 2, 3, {0, 0, 0, 2.0 / 3, 26.0 / 27, -8.0 / 81, -41.0 / 81}},
    {BY_MACD_HISTOGRAM, {1, 3, 2}, 0, 3, {0, 0, 0, 0, 1, -5.0 / 3, -1.0 / 18}},
    {BY_PERCENTILE, {3}, 0, 2, {0, 0, 50, 0, 100, 0, 0}},
    {BY_PERCENTILE, {1}, 0, 7, {0}},
    {BY_STOCHASTIC, {3}, 0, 2, {0, 0, 50, 0, 100, 0, 0}},
    {BY_STOCHASTIC, {2}, 0, 1, {0, 100, 0, 50, 100, 0, 50}},
    {BY_STOCHASTIC, {1}, 0, 0, {50, 50, 50, 50, 50, 50, 50}},
    {BY_TREND_CLARITY, {3}, 0, 2, {0, 0, 25, 75, 75, 75.0 / 7, 75}},
    {BY_TREND_CLARITY, {2}, 0, 1, {0, 100, 100, 100, 100, 100, 100}},
    {BY_TREND_CLARITY, {1}, 0, 7, {0}},
    {BY_ULTIMATE_SMOOTHER,
     {2},
     0,
     1,
     {0, 8, 6, 5.559808774469459, 10.737258439495537, 6.472510104165513, 0.5777750831972422}},
    {BY_AROON_UP, {2}, 0, 2, {0, 0, 50, 0, 100, 50, 0}},
    {BY_AROON_DOWN, {2}, 0, 2, {0, 0, 0, 100, 50, 100, 100}},
    {BY_AROON, {2}, 0, 2, {0, 0, 50, -100, 50, -50, -100}},
    {BY_ATR, {2}, 0, 2, {0, 0, 4, 3, 4.5, 7.25, 4.625}},
    {BY_ATR, {1}, 0, 1, {0, 5, 3, 2, 6, 10, 2}},
    {BY_ADX, {2}, 0, 3, {0, 0, 0, 100, 100, 1600.0 / 27, 350.0 / 9}},
    {BY_ADX, {1}, 0, 1, {0, 100, 100, 100, 100, 100, 100}},
    {BY_ADX, {4}, 0, 7, {0}},
    {BY_STOCHASTIC_K, {2, 1, 1}, 0, 1, {0, 250.0 / 3, 25, 100.0 / 3, 100, 10, 12.5}},
    {BY_STOCHASTIC_K, {2, 2, 2}, 0, 3, {0, 0, 0, 175.0 / 6, 200.0 / 3, 55, 11.25}},
    {BY_MFI, {2}, 0, 2, {0, 0, 4400.0 / 101, 0, 2500.0 / 37, 62.5, 0}},
    {BY_OBV, {0}, 0, 0, {10, 30, 0, 0, 50, -10, -10}},
};

static int32_t compute_golden(int32_t f, size_t g, const by_inputs *inputs, int32_t count,
                              double *out) {
    return both[f](golden[g].kind, golden[g].window, golden[g].variant, inputs, count, out);
}

static void test_golden(void **unused) {
    (void)unused;
    for (size_t g = 0; g < sizeof golden / sizeof *golden; g++) {
        for (int32_t f = 0; f < 2; f++) {
            double out[GOLDEN];
            int32_t first = compute_golden(f, g, &golden_inputs, GOLDEN, out);
            if (first != golden[g].first) {
                fail_msg("case %zu: first value at %d", g, first);
            }
            for (int32_t i = 0; i < GOLDEN; i++) {
                double expected = golden[g].value[i];
                bool good = i < first ? isnan(out[i])
                                      : fabs(out[i] - expected) <= 4e-14 * fmax(1, fabs(expected));
                if (!good) {
                    fail_msg("case %zu: %.17g at %d, not %.17g", g, out[i], i, expected);
                }
            }
        }
    }
}

/* r1 = r6 = 1, r3 = -1/2, r12 = -3/4; the 13 closes a month apart sum up to 24. */
static void test_momentum(void **unused) {
    (void)unused;
    double close[253];
    double out[253];
    const int32_t none[3] = {0};
    const by_inputs inputs = {.close = close};
    for (int32_t i = 0; i < 253; i++) {
        close[i] = i % 21 == 0 ? 1 : 1000;
    }
    close[0] = 8;
    close[252 - 63] = 4;
    close[252] = 2;
    for (int32_t f = 0; f < 2; f++) {
        assert_int_equal(both[f](BY_MOMENTUM_13612W, none, 0, &inputs, 253, out), 252);
        assert_float_equal(out[252], 1125.0 / 19, 1e-12);
        assert_int_equal(both[f](BY_MOMENTUM_13612U, none, 0, &inputs, 253, out), 252);
        assert_float_equal(out[252], 18.75, 1e-12);
        assert_int_equal(both[f](BY_MOMENTUM_SMA12, none, 0, &inputs, 253, out), 252);
        assert_float_equal(out[252], 100.0 / 12, 1e-12);
        assert_int_equal(both[f](BY_MOMENTUM_SMA12, none, 0, &inputs, 252, out), 252);
    }
}

/* The last second of a month and the first of the next, leap days, and before 1970. */
static void test_month(void **unused) {
    (void)unused;
    static const int64_t time[] = {-1,         0,          951782399,  951782400,
                                   951868799,  951868800,  946684799,  946684800,
                                   1709164800, 4107542400, -86400 * 31};
    static const double month[] = {12, 1, 2, 2, 2, 3, 12, 1, 2, 3, 12};
    enum { TIMES = sizeof time / sizeof *time };
    const int32_t none[3] = {0};
    double out[TIMES];
    const by_inputs inputs = {.time = time};
    const by_inputs without = {.close = golden_close};
    for (int32_t f = 0; f < 2; f++) {
        assert_int_equal(both[f](BY_MONTH, none, 0, &inputs, TIMES, out), 0);
        for (int32_t i = 0; i < TIMES; i++) {
            assert_true(out[i] == month[i]);
        }
        assert_int_equal(both[f](BY_MONTH, none, 0, &without, GOLDEN, out), GOLDEN);
        assert_true(isnan(out[0]));
    }
}

/* Flat, rising only, falling only; nothing and a single row. */
static void test_edges(void **unused) {
    (void)unused;
    const double flat[8] = {5, 5, 5, 5, 5, 5, 5, 5};
    const double up[4] = {1, 2, 3, 4};
    const double down[4] = {4, 3, 2, 1};
    const double one[8] = {1, 1, 1, 1, 1, 1, 1, 1};
    const int32_t two[3] = {2, 2, 2};
    const by_inputs of_flat = {.close = flat, .volume = one};
    const by_inputs of_up = {.close = up};
    const by_inputs of_down = {.close = down};
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
                 {BY_MACD, 0},
                 {BY_ULTIMATE_SMOOTHER, 5}};
    double out[8];
    for (int32_t f = 0; f < 2; f++) {
        for (size_t s = 0; s < sizeof still / sizeof *still; s++) {
            (void)both[f](still[s].kind, two, 0, &of_flat, 8, out);
            assert_float_equal(out[7], still[s].value, 1e-14);
        }
        (void)both[f](BY_RSI, two, 0, &of_up, 4, out);
        assert_true(out[2] == 100 && out[3] == 100);
        (void)both[f](BY_RSI, two, 0, &of_down, 4, out);
        assert_true(out[2] == 0 && out[3] == 0);
        (void)both[f](BY_MAX_DRAWDOWN, two, 0, &of_up, 4, out);
        assert_true(out[1] == 0 && out[3] == 0);
        for (int32_t kind = 0; kind < BY_INDICATOR_COUNT; kind++) {
            bool now = kind != BY_MONTH && by_indicator_closes_needed(kind, two, 0) == 1;
            assert_int_equal(both[f](kind, two, 0, &of_flat, 0, out), 0);
            assert_int_equal(both[f](kind, two, 0, &of_flat, 1, out), now ? 0 : 1);
            assert_true(now != isnan(out[0]));
        }
    }
}

/* A series that is not bars: its values stand for the range, and volume is not to be had. */
static void test_without_columns(void **unused) {
    (void)unused;
    const by_inputs closes = {.close = golden_close};
    const by_inputs spelt = {
        .high = golden_close, .low = golden_close, .close = golden_close, .volume = golden_volume};
    const int32_t two[3] = {2, 2, 2};
    double out[GOLDEN];
    double expected[GOLDEN];
    for (int32_t f = 0; f < 2; f++) {
        for (int32_t kind = 0; kind < BY_INDICATOR_COUNT; kind++) {
            int32_t first = both[f](kind, two, 0, &closes, GOLDEN, out);
            if ((by_indicator_reads(kind) & (BY_READS_VOLUME | BY_READS_TIME)) != 0) {
                assert_int_equal(first, GOLDEN);
                assert_true(isnan(out[GOLDEN - 1]));
                continue;
            }
            assert_int_equal(first, both[f](kind, two, 0, &spelt, GOLDEN, expected));
            for (int32_t i = first; i < GOLDEN; i++) {
                assert_memory_equal(&out[i], &expected[i], sizeof *out);
            }
        }
    }
}

enum { TWICE = 2 * GOLDEN + 5 };

/* The golden bars at rows 1 and GOLDEN + 4, one bar alone between them, NaN around. */
static void spread(const double *column, double one, double *out) {
    for (int32_t i = 0; i < TWICE; i++) {
        out[i] = NAN;
    }
    memcpy(out + 1, column, sizeof golden_close);
    out[GOLDEN + 2] = one;
    memcpy(out + GOLDEN + 4, column, sizeof golden_close);
}

/* A stretch without NaN in what is read is a history of its own, wherever it stands. */
static void test_nan_inside(void **unused) {
    (void)unused;
    double close[TWICE];
    double high[TWICE];
    double low[TWICE];
    double volume[TWICE];
    double alone[GOLDEN];
    double out[TWICE];
    const by_inputs inputs = {.high = high, .low = low, .close = close, .volume = volume};
    spread(golden_close, 1, close);
    spread(golden_high, 2, high);
    spread(golden_low, 1, low);
    spread(golden_volume, 9, volume);
    for (size_t g = 0; g < sizeof golden / sizeof *golden; g++) {
        for (int32_t f = 0; f < 2; f++) {
            int32_t first = compute_golden(f, g, &golden_inputs, GOLDEN, alone);
            int32_t needed =
                by_indicator_closes_needed(golden[g].kind, golden[g].window, golden[g].variant);
            int32_t expected = first < GOLDEN ? first + 1 : TWICE;
            assert_int_equal(compute_golden(f, g, &inputs, TWICE, out), expected);
            for (int32_t i = 0; i < TWICE; i++) {
                int32_t at = i > GOLDEN + 3 ? i - GOLDEN - 4 : i - 1;
                bool inside = at >= 0 && at < GOLDEN && !isnan(close[i]) && i != GOLDEN + 2;
                bool one = i == GOLDEN + 2 && needed == 1 && first == 0;
                double value = inside ? alone[at] : NAN;
                assert_true(one ? !isnan(out[i])
                                : memcmp(&out[i], &value, sizeof value) == 0 ||
                                      (isnan(out[i]) && isnan(value)));
            }
        }
    }
}

/* A NaN in a column ends a stretch for the kinds that read it, and only for these. */
static void test_nan_in_columns(void **unused) {
    (void)unused;
    const int32_t two[3] = {2, 1, 1};
    double holed[GOLDEN];
    double out[GOLDEN];
    double whole[GOLDEN];
    for (int32_t column = 0; column < 3; column++) {
        by_inputs inputs = golden_inputs;
        const double **part = column == 0   ? &inputs.high
                              : column == 1 ? &inputs.low
                                            : &inputs.volume;
        memcpy(holed, *part, sizeof holed);
        holed[5] = NAN;
        *part = holed;
        int32_t read_as = column == 2 ? BY_READS_VOLUME : BY_READS_RANGE;
        for (int32_t kind = 0; kind < BY_INDICATOR_COUNT; kind++) {
            for (int32_t f = 0; f < 2; f++) {
                (void)both[f](kind, two, 0, &golden_inputs, GOLDEN, whole);
                (void)both[f](kind, two, 0, &inputs, GOLDEN, out);
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
    assert_int_equal(by_indicator_variant_max(BY_RSI), BY_WINDOW_MAX);
    assert_string_equal(by_indicator_name(BY_RSI), "rsi");
    assert_string_equal(by_indicator_title(BY_SMA), "simple moving average");
    const int32_t unknown[] = {-1, BY_INDICATOR_COUNT, INT32_MAX, INT32_MIN};
    for (int32_t i = 0; i < 4; i++) {
        assert_int_equal(by_indicator_window_count(unknown[i]), 0);
        assert_int_equal(by_indicator_reads(unknown[i]), 0);
        assert_int_equal(by_indicator_variant_max(unknown[i]), 0);
        assert_int_equal(by_indicator_closes_needed(unknown[i], (int32_t[3]){1, 1, 1}, 0), 0);
        assert_null(by_indicator_name(unknown[i]));
        assert_null(by_indicator_title(unknown[i]));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),          cmocka_unit_test(test_momentum),
        cmocka_unit_test(test_month),           cmocka_unit_test(test_edges),
        cmocka_unit_test(test_without_columns), cmocka_unit_test(test_nan_inside),
        cmocka_unit_test(test_nan_in_columns),  cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
