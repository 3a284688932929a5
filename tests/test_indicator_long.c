/* SPDX-License-Identifier: MIT
 *
 * Indicators over a million bars, in the end as exact as at the beginning: against sums done in
 * whole numbers, and against other software as far as that is exact itself.
 */
#include "../engine/indicator.h"
#include "reference.h"
#include "reference_rows.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { BARS = 1000000 };

typedef struct walk {
    double open[BARS];
    double high[BARS];
    double low[BARS];
    double close[BARS];
    double volume[BARS];
    double out[BARS];
} walk;

/* SplitMix64. (G. L. Steele, D. Lea and C. H. Flood, 2014.) */
static uint64_t next(uint64_t *state) {
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static int64_t below(uint64_t *state, uint64_t limit) {
    return (int64_t)(next(state) % limit);
}

/* The walk of the reference, in whole cents. */
static void fill(walk *w) {
    uint64_t state = 424242;
    int64_t close = 10000;
    for (int32_t i = 0; i < BARS; i++) {
        int64_t open = close + below(&state, 41) - 20;
        open = open > 100 ? open : 100;
        close = open + below(&state, 201) - 100;
        close = close < 100 ? 200 - close : close;
        const int64_t high = (open > close ? open : close) + below(&state, 60);
        const int64_t low = (open < close ? open : close) - below(&state, 60);
        w->open[i] = (double)open / 100.0;
        w->high[i] = (double)high / 100.0;
        w->low[i] = (double)(low > 1 ? low : 1) / 100.0;
        w->close[i] = (double)close / 100.0;
        w->volume[i] = (double)below(&state, 1000000);
    }
}

/* A column, and how far it may be off beyond that, in itself, for what others let drift. */
typedef struct column {
    reference_row row;
    double drift;
} column;

static const column columns[] = {
    {{"EXACT_sma_%d", BY_SMA, 1e-14}, 0},
    {{"EXACT_std_pop_%d", BY_STDEV_PRICE, 1e-13, .variant = 1}, 0},
    {{"EXACT_std_sample_%d", BY_STDEV_PRICE, 1e-13}, 0},
    {{"TA_SMA_%d", BY_SMA, 1e-9}, 0},
    {{"TI_sma_%d", BY_SMA, 1e-9}, 0},
    {{"TA_EMA_%d", BY_EMA, 1e-9, .variant = 1}, 0},
    {{"TA_RSI_%d", BY_RSI, 1e-9, .variant = 4}, 0},
    {{"TI_rsi_%d", BY_RSI, 1e-9, .variant = 4}, 0},
    {{"TA_WMA_%d", BY_WMA, 1e-9, .why = "its running sums drift"}, 1e-7},
    {{"TA_DEMA_%d", BY_DEMA, 1e-9, .variant = 1}, 0},
    {{"TA_TEMA_%d", BY_TEMA, 1e-9, .variant = 1}, 0},
    {{"TA_KAMA_%d", BY_KAMA, 1e-9, .window = {0, 2, 30}}, 0},
    {{"TA_WILLR_%d", BY_WILLIAMS_R, 1e-9}, 1e-11},
    {{"TA_ROC_%d", BY_CUMULATIVE_RETURN, 1e-9}, 1e-12},
    {{"TA_LINEARREG_SLOPE_%d", BY_LINREG_SLOPE, 1e-9}, 1e-12},
    {{"TI_linregslope_%d", BY_LINREG_SLOPE, 1e-9, .why = "its running sums drift"}, 1e-7},
    {{"TA_STDDEV_%d", BY_STDEV_PRICE, 1e-9, .variant = 1,
      .why = "it subtracts squares of the level"},
     1e-8},
    {{"TI_stddev_%d", BY_STDEV_PRICE, 1e-9, .variant = 1,
      .why = "it subtracts squares of the level"},
     1e-8},
    {{"TA_BB_%d_upper", BY_BOLLINGER_UPPER, 1e-9, .number = {2},
      .why = "it subtracts squares of the level"},
     1e-8},
    {{"TA_BB_%d_lower", BY_BOLLINGER_LOWER, 1e-9, .number = {2},
      .why = "it subtracts squares of the level"},
     1e-8},
    {{"TA_ATR_%d", BY_ATR, 1e-9}, 0},
    {{"TA_ADX_%d", BY_ADX, 1e-9}, 0},
    {{"TA_MFI_%d", BY_MFI, 1e-9}, 0},
    {{"TA_OBV", BY_OBV, 0}, 0},
    {{"TA_MACD_12_26_9_line", BY_MACD, 1e-9, .window = {12, 26, 9}, .variant = 2}, 1e-11},
    {{"TA_MACD_12_26_9_signal", BY_MACD_SIGNAL, 1e-9, .window = {12, 26, 9}, .variant = 2}, 1e-11},
    {{"TA_MACD_12_26_9_hist", BY_MACD_HISTOGRAM, 1e-9, .window = {12, 26, 9}, .variant = 2}, 1e-11},
    {{"TA_MAX_%d", BY_HIGHEST, 0}, 0},
    {{"TA_MIN_%d", BY_LOWEST, 0}, 0},
    {{"TA_CCI_%d", BY_CCI, 1e-9}, 1e-9},
};

static void compare_rows(const char *name, const column *c, const reference *table,
                         const double *theirs, const double *ours) {
    const double *row = reference_column(table, "i");
    double worst = 0;
    for (int32_t r = 0; r < reference_rows(table); r++) {
        const double value = ours[(int32_t)row[r]];
        if (isnan(value) && isnan(theirs[r])) {
            continue;
        }
        const double off = fabs(value - theirs[r]);
        worst = fmax(worst, off);
        if (!(off <= c->row.off * fabs(theirs[r]) + c->drift)) {
            fail_msg("%s, row %.0f: %.17g, the reference has %.17g", name, row[r], value,
                     theirs[r]);
        }
    }
    const bool drifts = c->row.why != NULL;
    print_message("  %-26s within %.1e%s%s\n", name, worst, drifts ? ": " : "",
                  drifts ? c->row.why : "");
}

/* Whether it is one of ours, and then as close as it has to be. */
static bool compare_column(const char *name, const by_inputs *inputs, const reference *table,
                           double *out) {
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        const reference_row *row = &columns[i].row;
        by_recipe recipe = {.variant = row->variant, .number = {row->number[0]}};
        memcpy(recipe.window, row->window, sizeof recipe.window);
        if (reference_matches(row->name, name, &recipe.window[0])) {
            (void)by_indicator_compute(row->kind, &recipe, inputs, BARS, out);
            compare_rows(name, &columns[i], table, reference_column(table, name), out);
            return true;
        }
    }
    return false;
}

static void test_million(void **unused) {
    (void)unused;
    static const char *const bars[] = {"open", "high", "low", "close", "volume"};
    enum { COLUMNS = sizeof bars / sizeof *bars };
    if (!reference_found()) {
        skip();
    }
    walk *w = malloc(sizeof *w);
    assert_non_null(w);
    fill(w);
    reference *table = reference_open("long", "walk_1e6.sampled_rows");
    const double *const made[] = {w->open, w->high, w->low, w->close, w->volume};
    for (size_t i = 0; i < COLUMNS; i++) {
        const column same = {.drift = 0};
        compare_rows(bars[i], &same, table, reference_column(table, bars[i]), made[i]);
    }
    const by_inputs inputs = {
        .open = w->open, .high = w->high, .low = w->low, .close = w->close, .volume = w->volume};
    const char *name;
    for (int32_t i = COLUMNS + 1; (name = reference_name(table, i)) != NULL; i++) {
        if (!compare_column(name, &inputs, table, w->out)) {
            fail_msg("%s is not met", name);
        }
    }
    reference_free(table);
    free(w);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_million)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
