/* SPDX-License-Identifier: MIT
 *
 * Indicators against cases worked out by hand, against the plain ones, and against other software.
 * What is known from outside is asked of the engine and of the plain ones alike.
 */
#include "../engine/indicator.h"
#include "plain.h"
#include "random_tree.h"
#include "reference.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { GOLDEN = 7, ROWS_MAX = 1100 };

typedef int32_t (*compute)(int32_t, const int32_t[3], const double *, int32_t, double *);
static const compute both[] = {by_indicator_compute, plain_indicator};

#define ROOT2 1.4142135623730951

static const double golden_close[GOLDEN] = {4, 8, 6, 6, 12, 3, 3};

/* The EMA(3) of these closes is 4 6 6 6 9 6 4.5; EMA(1) the closes themselves. */
static const struct {
    int32_t kind;
    int32_t window[3];
    int32_t first;
    double value[GOLDEN];
} golden[] = {
    {BY_CLOSE, {0}, 0, {4, 8, 6, 6, 12, 3, 3}},
    {BY_SMA, {1}, 0, {4, 8, 6, 6, 12, 3, 3}},
    {BY_SMA, {2}, 1, {0, 6, 7, 6, 9, 7.5, 3}},
    {BY_SMA, {7}, 6, {0, 0, 0, 0, 0, 0, 6}},
    {BY_SMA, {8}, 7, {0}},
    {BY_SMA, {BY_WINDOW_MAX}, 7, {0}},
    {BY_EMA, {1}, 0, {4, 8, 6, 6, 12, 3, 3}},
    {BY_EMA, {3}, 2, {0, 0, 6, 6, 9, 6, 4.5}},
    {BY_EMA, {8}, 7, {0}},
    {BY_RSI, {2}, 2, {0, 0, 200.0 / 3, 200.0 / 3, 280.0 / 3, 700.0 / 25.5, 700.0 / 25.5}},
    {BY_RSI, {1}, 1, {0, 100, 0, 50, 100, 0, 50}},
    {BY_RSI, {7}, 7, {0}},
    {BY_CUMULATIVE_RETURN, {2}, 2, {0, 0, 50, -25, 100, -50, -75}},
    {BY_CUMULATIVE_RETURN, {6}, 6, {0, 0, 0, 0, 0, 0, -25}},
    {BY_CUMULATIVE_RETURN, {7}, 7, {0}},
    {BY_MEAN_RETURN, {2}, 2, {0, 0, 37.5, -12.5, 50, 12.5, -37.5}},
    {BY_MEAN_RETURN, {7}, 7, {0}},
    {BY_STDEV_RETURN,
     {2},
     2,
     {0, 0, 125 / ROOT2, 25 / ROOT2, 100 / ROOT2, 175 / ROOT2, 75 / ROOT2}},
    {BY_STDEV_RETURN, {1}, 7, {0}},
    {BY_STDEV_PRICE, {2}, 1, {0, 4 / ROOT2, 2 / ROOT2, 0, 6 / ROOT2, 9 / ROOT2, 0}},
    {BY_STDEV_PRICE, {1}, 7, {0}},
    {BY_MAX_DRAWDOWN, {3}, 2, {0, 0, 25, 25, 0, 75, 75}},
    {BY_MAX_DRAWDOWN, {1}, 0, {0}},
    {BY_MAX_DRAWDOWN, {8}, 7, {0}},
    {BY_PPO, {1, 3}, 2, {0, 0, 0, 0, 100.0 / 3, -50, -100.0 / 3}},
    {BY_PPO, {3, 1}, 2, {0, 0, 0, 0, -25, 100, 50}},
    {BY_PPO, {8, 1}, 7, {0}},
    {BY_PPO_SIGNAL, {1, 3, 1}, 2, {0, 0, 0, 0, 100.0 / 3, -50, -100.0 / 3}},
    {BY_PPO_SIGNAL, {1, 3, 2}, 3, {0, 0, 0, 0, 200.0 / 9, -700.0 / 27, -2500.0 / 81}},
    {BY_PPO_SIGNAL, {1, 3, 6}, 7, {0}},
};

static void test_golden(void **unused) {
    (void)unused;
    for (size_t g = 0; g < sizeof golden / sizeof *golden; g++) {
        for (int32_t f = 0; f < 2; f++) {
            double out[GOLDEN];
            int32_t first = both[f](golden[g].kind, golden[g].window, golden_close, GOLDEN, out);
            if (first != golden[g].first) {
                fail_msg("case %zu: first value at %d", g, first);
            }
            for (int32_t i = 0; i < GOLDEN; i++) {
                double expected = golden[g].value[i];
                bool good =
                    i < first ? isnan(out[i]) : fabs(out[i] - expected) <= 1e-14 * fabs(expected);
                if (!good) {
                    fail_msg("case %zu: %.17g at %d, not %.17g", g, out[i], i, expected);
                }
            }
        }
    }
}

/* Flat, rising only, falling only; nothing and a single close. */
static void test_edges(void **unused) {
    (void)unused;
    const double flat[4] = {5, 5, 5, 5};
    const double up[4] = {1, 2, 3, 4};
    const double down[4] = {4, 3, 2, 1};
    const int32_t two[3] = {2, 2, 2};
    double out[4];
    for (int32_t f = 0; f < 2; f++) {
        assert_int_equal(both[f](BY_RSI, two, flat, 4, out), 2);
        assert_true(out[2] == 50 && out[3] == 50);
        (void)both[f](BY_RSI, two, up, 4, out);
        assert_true(out[2] == 100 && out[3] == 100);
        (void)both[f](BY_RSI, two, down, 4, out);
        assert_true(out[2] == 0 && out[3] == 0);
        (void)both[f](BY_STDEV_RETURN, two, flat, 4, out);
        assert_true(out[2] == 0 && out[3] == 0);
        (void)both[f](BY_MAX_DRAWDOWN, two, up, 4, out);
        assert_true(out[1] == 0 && out[3] == 0);
        for (int32_t kind = 0; kind < BY_INDICATOR_COUNT; kind++) {
            assert_int_equal(both[f](kind, two, flat, 0, out), 0);
            assert_int_equal(both[f](kind, two, flat, 1, out), kind == BY_CLOSE ? 0 : 1);
            assert_true(kind == BY_CLOSE ? out[0] == 5 : isnan(out[0]));
        }
    }
}

/* A stretch without NaN is a history of its own, wherever it stands. */
static void test_nan_inside(void **unused) {
    (void)unused;
    double close[2 * GOLDEN + 5];
    double alone[GOLDEN];
    double out[2 * GOLDEN + 5];
    int32_t count = 2 * GOLDEN + 5;
    for (int32_t i = 0; i < count; i++) {
        close[i] = NAN;
    }
    memcpy(close + 1, golden_close, sizeof golden_close);
    close[GOLDEN + 2] = 1;
    memcpy(close + GOLDEN + 4, golden_close, sizeof golden_close);
    for (size_t g = 0; g < sizeof golden / sizeof *golden; g++) {
        for (int32_t f = 0; f < 2; f++) {
            int32_t first = both[f](golden[g].kind, golden[g].window, golden_close, GOLDEN, alone);
            int32_t needed = by_indicator_closes_needed(golden[g].kind, golden[g].window);
            int32_t expected = first < GOLDEN ? first + 1 : count;
            assert_int_equal(both[f](golden[g].kind, golden[g].window, close, count, out),
                             expected);
            for (int32_t i = 0; i < count; i++) {
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

static int32_t needed_by_hand(int32_t kind, const int32_t w[3]) {
    int32_t longer = w[0] > w[1] ? w[0] : w[1];
    switch (kind) {
    case BY_CLOSE:
        return 1;
    case BY_RSI:
    case BY_CUMULATIVE_RETURN:
    case BY_MEAN_RETURN:
    case BY_STDEV_RETURN:
        return w[0] + 1;
    case BY_PPO:
        return longer;
    case BY_PPO_SIGNAL:
        return longer + w[2] - 1;
    default:
        return w[0];
    }
}

/* Bit for bit on random bars with holes; and the first value stands where it is promised. */
static void test_agreement(void **unused) {
    (void)unused;
    random_bars *bars = calloc(1, sizeof *bars);
    assert_non_null(bars);
    double fast[RANDOM_BARS_MAX];
    double plain[RANDOM_BARS_MAX];
    for (uint64_t seed = 1; seed <= 150; seed++) {
        random_source source = {seed};
        random_bars_fill(bars, &source);
        for (int32_t s = 0; s < bars->symbol_count; s++) {
            double *close = bars->close[s];
            int32_t count = bars->bar_count[s];
            bool holes = random_chance(&source, 0.5);
            for (int32_t i = 0; holes && i < count; i++) {
                close[i] = random_chance(&source, 0.02) ? NAN : close[i];
            }
            for (int32_t kind = 0; kind < BY_INDICATOR_COUNT; kind++) {
                int32_t most = random_chance(&source, 0.5) ? 8 : count / 2;
                const int32_t window[3] = {1 + random_below(&source, most),
                                           1 + random_below(&source, most),
                                           1 + random_below(&source, most)};
                int32_t first = by_indicator_compute(kind, window, close, count, fast);
                int32_t needed = needed_by_hand(kind, window);
                assert_int_equal(by_indicator_closes_needed(kind, window), needed);
                assert_int_equal(first, plain_indicator(kind, window, close, count, plain));
                bool never = window[0] == 1 && (kind == BY_STDEV_RETURN || kind == BY_STDEV_PRICE);
                if (!holes && needed <= count && !never) {
                    assert_int_equal(first, needed - 1);
                }
                for (int32_t i = 0; i < count; i++) {
                    if (memcmp(&fast[i], &plain[i], sizeof *fast) != 0 &&
                        !(isnan(fast[i]) && isnan(plain[i]))) {
                        fail_msg("seed %llu, symbol %d, kind %d, windows %d %d %d, bar %d: engine "
                                 "%.17g, plain %.17g",
                                 (unsigned long long)seed, s, kind, window[0], window[1], window[2],
                                 i, fast[i], plain[i]);
                    }
                }
            }
        }
    }
    free(bars);
}

/* A column of other software: its name without the window, its unit over ours, how far it may be
 * off relative to itself and relative to the largest close (or return) up to there. */
typedef struct outside {
    const char *name;
    int32_t kind;
    bool of_returns; /* measured by returns, not by closes */
    double unit;
    double off_value;
    double off_scale;
} outside;

static const outside composer[] = {
    {"CO_cumulative_return_pct", BY_CUMULATIVE_RETURN, true, 1, 1e-9, 1e-12},
    {"CO_moving_average_return_pct", BY_MEAN_RETURN, true, 1, 1e-9, 1e-12},
    {"CO_moving_average_price", BY_SMA, false, 1, 1e-9, 0},
    {"CO_ema_price_seed_first", BY_EMA, false, 1, 1e-9, 0},
    {"CO_stdev_return_pct_ddof1", BY_STDEV_RETURN, true, 1, 1e-9, 1e-8},
    {"CO_stdev_price_ddof1", BY_STDEV_PRICE, false, 1, 1e-9, 1e-8},
    {"CO_rsi_wilder_smaseed", BY_RSI, true, 1, 1e-9, 0},
    {"CO_max_drawdown_pct", BY_MAX_DRAWDOWN, true, 1, 1e-9, 1e-12},
};

static const outside exact[] = {
    {"EX_sma", BY_SMA, false, 1, 1e-11, 1e-15},
    {"EX_std_sample", BY_STDEV_PRICE, false, 1, 1e-11, 1e-15},
    {"EX_max_drawdown_frac", BY_MAX_DRAWDOWN, true, -0.01, 1e-11, 1e-15},
    {"EX_ret_mean", BY_MEAN_RETURN, true, 0.01, 1e-11, 1e-15},
    {"EX_ret_std_sample", BY_STDEV_RETURN, true, 0.01, 1e-11, 1e-15},
};

static int64_t values_compared;

static void compare_column(const char *name, const outside *o, const double *close, int32_t count,
                           const double *ours, const double *theirs) {
    double scale = 0;
    for (int32_t i = 0; i < count; i++) {
        double size = !o->of_returns ? close[i]
                      : i == 0       ? 1
                                     : fabs(close[i] / close[i - 1] - 1) * fabs(100 * o->unit);
        scale = size > scale ? size : scale;
        double value = ours[i] * o->unit;
        if (isnan(value) && (isnan(theirs[i]) || o->kind == BY_EMA)) {
            continue; /* theirs reports an EMA from the first close on */
        }
        if (o->kind == BY_RSI && theirs[i] == 0 && close[i] == close[i - 1]) {
            continue; /* flat, or so long flat that theirs takes 1e-14 for 0 */
        }
        values_compared++;
        if (!(fabs(value - theirs[i]) <= o->off_value * fabs(theirs[i]) + o->off_scale * scale)) {
            fail_msg("%s, row %d: %.17g, the reference has %.17g", name, i, value, theirs[i]);
        }
    }
}

static void compare_file(const char *series, const char *kind_of_file, const outside *columns,
                         size_t column_count) {
    static const int32_t windows[] = {1, 2, 5, 14, 20, 50, 60, 200, 252};
    char name[128];
    (void)snprintf(name, sizeof name, "%s.%s", series, kind_of_file);
    reference *input = reference_open("series", series);
    reference *table = reference_open("indicators", name);
    const double *close = reference_column(input, "close");
    int32_t count = reference_rows(table);
    assert_true(close != NULL && count == reference_rows(input) && count <= ROWS_MAX);
    for (size_t c = 0; c < column_count; c++) {
        for (size_t w = 0; w < sizeof windows / sizeof *windows; w++) {
            (void)snprintf(name, sizeof name, "%s_%d", columns[c].name, windows[w]);
            const double *theirs = reference_column(table, name);
            const int32_t window[3] = {windows[w]};
            char text[256];
            (void)snprintf(text, sizeof text, "%s %s", series, name);
            for (int32_t f = 0; f < 2 && theirs != NULL; f++) {
                double ours[ROWS_MAX];
                (void)both[f](columns[c].kind, window, close, count, ours);
                compare_column(text, &columns[c], close, count, ours, theirs);
            }
        }
    }
    reference_free(input);
    reference_free(table);
}

static void test_composer_reference(void **unused) {
    (void)unused;
    static const char *const series[] = {
        "aapl_raw_2012_2015", "spy_adj_2007_2010", "syn_constant",    "syn_flat_stretch",
        "syn_huge_jump",      "syn_large_offset",  "syn_mono_down",   "syn_mono_up",
        "syn_single_bar",     "syn_two_bars",      "syn_zero_volume", "syn_walk"};
    if (!reference_found()) {
        skip();
    }
    values_compared = 0;
    for (size_t i = 0; i < sizeof series / sizeof *series; i++) {
        compare_file(series[i], "composer", composer, sizeof composer / sizeof *composer);
    }
    /* Of a series with gaps only what looks at closes of its window alone is defined the same. */
    for (size_t c = 0; c < sizeof composer / sizeof *composer; c++) {
        int32_t kind = composer[c].kind;
        if (kind == BY_SMA || kind == BY_STDEV_PRICE || kind == BY_MAX_DRAWDOWN) {
            compare_file("syn_nan_gaps", "composer", &composer[c], 1);
        }
    }
    assert_true(values_compared > 100000);
}

static void test_exact_reference(void **unused) {
    (void)unused;
    static const char *const series[] = {"syn_constant", "syn_flat_stretch", "syn_huge_jump",
                                         "syn_large_offset", "syn_walk"};
    if (!reference_found()) {
        skip();
    }
    values_compared = 0;
    for (size_t i = 0; i < sizeof series / sizeof *series; i++) {
        compare_file(series[i], "exact", exact, sizeof exact / sizeof *exact);
    }
    assert_true(values_compared > 20000);
}

static void test_names(void **unused) {
    (void)unused;
    assert_int_equal(by_indicator_window_count(BY_CLOSE), 0);
    assert_int_equal(by_indicator_window_count(BY_PPO_SIGNAL), 3);
    assert_string_equal(by_indicator_name(BY_RSI), "rsi");
    assert_string_equal(by_indicator_title(BY_SMA), "simple moving average");
    const int32_t unknown[] = {-1, BY_INDICATOR_COUNT, INT32_MAX, INT32_MIN};
    for (int32_t i = 0; i < 4; i++) {
        assert_int_equal(by_indicator_window_count(unknown[i]), 0);
        assert_null(by_indicator_name(unknown[i]));
        assert_null(by_indicator_title(unknown[i]));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),          cmocka_unit_test(test_edges),
        cmocka_unit_test(test_nan_inside),      cmocka_unit_test(test_agreement),
        cmocka_unit_test(test_exact_reference), cmocka_unit_test(test_composer_reference),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
