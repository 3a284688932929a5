/* SPDX-License-Identifier: MIT
 *
 * Indicators against what other software computes of the same series, and against sums done in
 * whole numbers. Asked of the engine and of the plain ones alike.
 */
#include "../engine/indicator.h"
#include "plain.h"
#include "reference.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

enum { ROWS_MAX = 1100 };

typedef int32_t (*compute)(int32_t, const int32_t[3], int32_t, const by_inputs *, int32_t,
                           double *);
static const compute both[] = {by_indicator_compute, plain_indicator};

/* What a column is measured by: its errors may grow with the largest close or return up to there.
 */
typedef enum measure { BY_CLOSES, BY_RETURNS, BY_NOTHING } measure;

/* A column of other software: its name, without the window when that is 0 (then all windows below
 * are tried), and what stands behind the window; its unit over ours; how far it may be off relative
 * to itself and relative to what it is measured by; whether it reports earlier than we do. */
typedef struct outside {
    const char *name;
    const char *behind;
    int32_t kind;
    int32_t window[3];
    int32_t variant;
    measure measure;
    double unit;
    double off_value;
    double off_scale;
    bool early;
} outside;

static const outside composer[] = {
    {"CO_cumulative_return_pct", "", BY_CUMULATIVE_RETURN, {0}, 0, BY_RETURNS, 1, 1e-9, 1e-12, 0},
    {"CO_moving_average_return_pct", "", BY_MEAN_RETURN, {0}, 0, BY_RETURNS, 1, 1e-9, 1e-12, 0},
    {"CO_moving_average_price", "", BY_SMA, {0}, 0, BY_NOTHING, 1, 1e-9, 0, 0},
    {"CO_ema_price_seed_first", "", BY_EMA, {0}, 0, BY_NOTHING, 1, 1e-9, 0, 1},
    {"CO_stdev_return_pct_ddof1", "", BY_STDEV_RETURN, {0}, 0, BY_RETURNS, 1, 1e-9, 1e-8, 0},
    {"CO_stdev_return_pct_ddof0", "", BY_STDEV_RETURN, {0}, 1, BY_RETURNS, 1, 1e-9, 1e-8, 0},
    {"CO_stdev_price_ddof1", "", BY_STDEV_PRICE, {0}, 0, BY_CLOSES, 1, 1e-9, 1e-8, 0},
    {"CO_stdev_price_ddof0", "", BY_STDEV_PRICE, {0}, 1, BY_CLOSES, 1, 1e-9, 1e-8, 0},
    {"CO_rsi_wilder_smaseed", "", BY_RSI, {0}, 1, BY_NOTHING, 1, 1e-9, 0, 0},
    {"CO_max_drawdown_pct", "", BY_MAX_DRAWDOWN, {0}, 0, BY_RETURNS, 1, 1e-9, 1e-12, 0},
};

static const outside exact[] = {
    {"EX_sma", "", BY_SMA, {0}, 0, BY_CLOSES, 1, 1e-11, 1e-15, 0},
    {"EX_std_sample", "", BY_STDEV_PRICE, {0}, 0, BY_CLOSES, 1, 1e-11, 1e-15, 0},
    {"EX_std_pop", "", BY_STDEV_PRICE, {0}, 1, BY_CLOSES, 1, 1e-11, 1e-15, 0},
    {"EX_max_drawdown_frac", "", BY_MAX_DRAWDOWN, {0}, 0, BY_RETURNS, -0.01, 1e-11, 1e-15, 0},
    {"EX_ret_mean", "", BY_MEAN_RETURN, {0}, 0, BY_RETURNS, 0.01, 1e-11, 1e-15, 0},
    {"EX_ret_std_sample", "", BY_STDEV_RETURN, {0}, 0, BY_RETURNS, 0.01, 1e-11, 1e-15, 0},
    {"EX_ret_std_pop", "", BY_STDEV_RETURN, {0}, 1, BY_RETURNS, 0.01, 1e-11, 1e-15, 0},
};

static const outside talib[] = {
    {"TA_SMA", "", BY_SMA, {0}, 0, BY_NOTHING, 1, 1e-9, 0, 0},
    {"TA_EMA", "", BY_EMA, {0}, 1, BY_NOTHING, 1, 1e-9, 0, 0},
    {"TA_EMA_metastock", "", BY_EMA, {0}, 0, BY_NOTHING, 1, 1e-9, 0, 0},
    {"TA_ROC", "", BY_CUMULATIVE_RETURN, {0}, 0, BY_NOTHING, 1, 1e-9, 1e-12, 0},
    {"TA_RSI", "", BY_RSI, {0}, 1, BY_NOTHING, 1, 1e-9, 0, 0},
    {"TA_ATR", "", BY_ATR, {0}, 0, BY_CLOSES, 1, 1e-9, 1e-15, 0},
    {"TA_MACD_12_26_9_line", "", BY_MACD, {12, 26, 9}, 2, BY_CLOSES, 1, 1e-9, 1e-14, 0},
    {"TA_MACD_12_26_9_signal", "", BY_MACD_SIGNAL, {12, 26, 9}, 2, BY_CLOSES, 1, 1e-9, 1e-14, 0},
    {"TA_MACD_12_26_9_hist", "", BY_MACD_HISTOGRAM, {12, 26, 9}, 2, BY_CLOSES, 1, 1e-9, 1e-14, 0},
    {"TA_PPO_12_26_EMA", "", BY_PPO, {12, 26}, 1, BY_NOTHING, 1, 1e-9, 1e-12, 0},
    {"TA_PPO_12_26_SMA", "", BY_PPO, {12, 26}, 2, BY_NOTHING, 1, 1e-9, 1e-12, 0},
    {"TA_PPO_12_26_SMA", "", BY_PPO, {26, 12}, 2, BY_NOTHING, 1, 1e-9, 1e-12, 0},
    {"TA_ADX_14", "", BY_ADX, {14}, 0, BY_NOTHING, 1, 1e-9, 0, 0},
    {"TA_MFI_14", "", BY_MFI, {14}, 0, BY_NOTHING, 1, 1e-9, 1e-12, 0},
    {"TA_OBV", "", BY_OBV, {0}, 0, BY_NOTHING, 1, 0, 0, 0},
    {"TA_STOCH_14_3_3_slowk", "", BY_STOCHASTIC_K, {14, 3, 3}, 0, BY_NOTHING, 1, 1e-9, 1e-12, 0},
    {"TA_AROON_25_up", "", BY_AROON_UP, {25}, 0, BY_NOTHING, 1, 0, 0, 0},
    {"TA_AROON_25_down", "", BY_AROON_DOWN, {25}, 0, BY_NOTHING, 1, 0, 0, 0},
    {"TA_AROONOSC_25", "", BY_AROON, {25}, 0, BY_NOTHING, 1, 0, 0, 0},
};

/* What TA-Lib computes with an error that grows with the square of the level. */
static const outside talib_small_level[] = {
    {"TA_STDDEV", "_1", BY_STDEV_PRICE, {0}, 1, BY_CLOSES, 1, 1e-9, 1e-7, 0},
};

static const outside tulip[] = {
    {"TI_ema", "", BY_EMA, {0}, 0, BY_NOTHING, 1, 1e-9, 0, 1},
    {"TI_aroon_25_up", "", BY_AROON_UP, {25}, 0, BY_NOTHING, 1, 1e-14, 0, 0},
    {"TI_aroon_25_down", "", BY_AROON_DOWN, {25}, 0, BY_NOTHING, 1, 1e-14, 0, 0},
};

static const outside pandas[] = {
    {"PD_ema_adjFalse", "", BY_EMA, {0}, 0, BY_NOTHING, 1, 1e-9, 0, 1},
    {"PD_macd_12_26_9_line", "", BY_MACD, {12, 26, 9}, 0, BY_CLOSES, 1, 1e-9, 1e-14, 1},
    {"PD_ppo_12_26_9_line", "", BY_PPO, {12, 26}, 0, BY_NOTHING, 1, 1e-9, 1e-12, 1},
};

static int64_t values_compared;

static double size_of_row(const outside *o, const double *close, int32_t i) {
    switch (o->measure) {
    case BY_CLOSES:
        return close[i];
    case BY_RETURNS:
        return i == 0 ? 1 : fabs(close[i] / close[i - 1] - 1) * fabs(100 * o->unit);
    default:
        return 1;
    }
}

static void compare_column(const char *name, const outside *o, const double *close, int32_t count,
                           const double *ours, const double *theirs) {
    double scale = 0;
    for (int32_t i = 0; i < count; i++) {
        scale = fmax(scale, size_of_row(o, close, i));
        double value = ours[i] * o->unit;
        if (isnan(value) && (isnan(theirs[i]) || o->early)) {
            continue;
        }
        values_compared++;
        if (!(fabs(value - theirs[i]) <= o->off_value * fabs(theirs[i]) + o->off_scale * scale)) {
            fail_msg("%s, row %d: %.17g, the reference has %.17g", name, i, value, theirs[i]);
        }
    }
}

static by_inputs inputs_of(const reference *series) {
    return (by_inputs){.high = reference_column(series, "high"),
                       .low = reference_column(series, "low"),
                       .close = reference_column(series, "close"),
                       .volume = reference_column(series, "volume")};
}

/* The number of columns that there are. */
static int32_t compare_windows(const char *series, const outside *o, const by_inputs *inputs,
                               const reference *table) {
    static const int32_t windows[] = {1, 2, 5, 10, 14, 20, 50, 60, 200, 252};
    const bool listed = o->window[0] == 0 && by_indicator_window_count(o->kind) > 0;
    const size_t turns = listed ? sizeof windows / sizeof *windows : 1;
    int32_t found = 0;
    for (size_t w = 0; w < turns; w++) {
        char name[128];
        char text[256];
        const int32_t list[3] = {windows[w]};
        const int32_t *window = listed ? list : o->window;
        (void)snprintf(name, sizeof name, listed ? "%s_%d%s" : "%s", o->name, windows[w],
                       o->behind);
        (void)snprintf(text, sizeof text, "%s %s", series, name);
        const double *theirs = reference_column(table, name);
        found += theirs != NULL;
        for (int32_t f = 0; f < 2 && theirs != NULL; f++) {
            double ours[ROWS_MAX];
            int32_t count = reference_rows(table);
            (void)both[f](o->kind, window, o->variant, inputs, count, ours);
            compare_column(text, o, inputs->close, count, ours, theirs);
        }
    }
    return found;
}

static void compare_file(const char *series, const char *tool, const outside *columns,
                         size_t column_count) {
    char name[128];
    (void)snprintf(name, sizeof name, "%s.%s", series, tool);
    reference *input = reference_open("series", series);
    reference *table = reference_open("indicators", name);
    const by_inputs inputs = inputs_of(input);
    assert_true(inputs.close != NULL && inputs.volume != NULL);
    assert_true(reference_rows(table) == reference_rows(input));
    assert_true(reference_rows(table) <= ROWS_MAX);
    for (size_t c = 0; c < column_count; c++) {
        int32_t found = compare_windows(series, &columns[c], &inputs, table);
        if (found == 0 && reference_rows(table) > 252) {
            fail_msg("%s has no column %s", name, columns[c].name);
        }
    }
    reference_free(input);
    reference_free(table);
}

static const char *const all_series[] = {
    "aapl_raw_2012_2015", "spy_adj_2007_2010", "syn_constant",    "syn_flat_stretch",
    "syn_huge_jump",      "syn_large_offset",  "syn_mono_down",   "syn_mono_up",
    "syn_single_bar",     "syn_two_bars",      "syn_zero_volume", "syn_walk"};

#define COUNT(list) (sizeof(list) / sizeof *(list))

static void compare_all(const char *tool, const outside *columns, size_t column_count) {
    for (size_t i = 0; i < COUNT(all_series); i++) {
        compare_file(all_series[i], tool, columns, column_count);
    }
}

static void test_composer(void **unused) {
    (void)unused;
    if (!reference_found()) {
        skip();
    }
    values_compared = 0;
    compare_all("composer", composer, COUNT(composer));
    /* Of a series with gaps only what looks at closes of its window alone is defined the same. */
    for (size_t c = 0; c < COUNT(composer); c++) {
        int32_t kind = composer[c].kind;
        if (kind == BY_SMA || kind == BY_STDEV_PRICE || kind == BY_MAX_DRAWDOWN) {
            compare_file("syn_nan_gaps", "composer", &composer[c], 1);
        }
    }
    assert_true(values_compared > 100000);
}

static void test_exact(void **unused) {
    (void)unused;
    static const char *const series[] = {"syn_constant", "syn_flat_stretch", "syn_huge_jump",
                                         "syn_large_offset", "syn_walk"};
    if (!reference_found()) {
        skip();
    }
    values_compared = 0;
    for (size_t i = 0; i < COUNT(series); i++) {
        compare_file(series[i], "exact", exact, COUNT(exact));
    }
    assert_true(values_compared > 20000);
}

static void test_talib(void **unused) {
    (void)unused;
    if (!reference_found()) {
        skip();
    }
    values_compared = 0;
    compare_all("talib", talib, COUNT(talib));
    compare_file("syn_walk", "talib", talib_small_level, 1);
    compare_file("spy_adj_2007_2010", "talib", talib_small_level, 1);
    assert_true(values_compared > 100000);
}

static void test_tulip_and_pandas(void **unused) {
    (void)unused;
    if (!reference_found()) {
        skip();
    }
    values_compared = 0;
    compare_all("tulip", tulip, COUNT(tulip));
    compare_all("pandas", pandas, COUNT(pandas));
    assert_true(values_compared > 50000);
}

/* R squared from the slope of the line and the deviation of the closes, both exact. */
static void test_trend_clarity(void **unused) {
    (void)unused;
    static const int32_t windows[] = {5, 20, 50};
    if (!reference_found()) {
        skip();
    }
    reference *input = reference_open("series", "syn_walk");
    reference *table = reference_open("indicators", "syn_walk.exact");
    const by_inputs inputs = inputs_of(input);
    for (size_t i = 0; i < COUNT(windows); i++) {
        char name[64];
        const int32_t window[3] = {windows[i]};
        (void)snprintf(name, sizeof name, "EX_slope_%d", windows[i]);
        const double *slope = reference_column(table, name);
        (void)snprintf(name, sizeof name, "EX_std_pop_%d", windows[i]);
        const double *stdev = reference_column(table, name);
        assert_true(slope != NULL && stdev != NULL);
        for (int32_t f = 0; f < 2; f++) {
            double ours[ROWS_MAX];
            int32_t count = reference_rows(table);
            assert_int_equal(both[f](BY_TREND_CLARITY, window, 0, &inputs, count, ours),
                             windows[i] - 1);
            for (int32_t t = windows[i] - 1; t < count; t++) {
                double share = slope[t] / stdev[t];
                double expected = 100 * share * share * (windows[i] * windows[i] - 1) / 12;
                assert_true(fabs(ours[t] - expected) <= 1e-9);
            }
        }
    }
    reference_free(input);
    reference_free(table);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_composer),      cmocka_unit_test(test_exact),
        cmocka_unit_test(test_talib),         cmocka_unit_test(test_tulip_and_pandas),
        cmocka_unit_test(test_trend_clarity),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
