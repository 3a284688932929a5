/* SPDX-License-Identifier: MIT
 *
 * Every kind of indicator over a million bars, through prices of six orders of magnitude and back,
 * against the exact values (tests/exact.h): in the end as near to them as in the beginning. What
 * depends on its window alone is compared at places far apart, what depends on all bars before, at
 * all bars.
 */
#include "../engine/indicator.h"
#include "exact.h"
#include "random_tree.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Sanitizers look for other faults, and take their time. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { BARS = 40000, PLACES = 4 };
#else
enum { BARS = 1000000, PLACES = 40 };
#endif
enum { COLUMNS = 6, AT_ONCE = 16, VARIANTS = 8 };

/* open, high, low, close, volume, other; the same values twice. */
typedef struct walk {
    double column[COLUMNS][BARS];
    exact_number exact_column[COLUMNS][BARS];
    int64_t time[BARS];
    double out[BARS];
    exact_number exact_out[BARS];
} walk;

static by_inputs inputs_of(const walk *w) {
    return (by_inputs){w->column[0], w->column[1], w->column[2], w->column[3],
                       w->column[4], w->column[5], w->time};
}

static exact_inputs exact_inputs_from(const walk *w, int32_t row) {
    return (exact_inputs){w->exact_column[0] + row,
                          w->exact_column[1] + row,
                          w->exact_column[2] + row,
                          w->exact_column[3] + row,
                          w->exact_column[4] + row,
                          w->exact_column[5] + row,
                          w->time + row};
}

/* Up by a factor of about a million over two fifths of the bars, down again, and up once more;
 * every now and then all prices stay where they are for a while, and some bars have no volume. */
static void fill(walk *w) {
    random_source source = {20};
    double close = 3;
    double other = 50;
    int32_t still = 0;
    for (int32_t i = 0; i < BARS; i++) {
        const double trend = (i / (BARS * 2 / 5)) % 2 == 0 ? 14.0 : -14.0;
        const double noise = random_fraction(&source) - 0.5;
        const double before = close;
        still = still > 0 ? still - 1 : random_chance(&source, 1e-4) ? 60 : 0;
        const double open = before * (1 + 0.002 * (random_fraction(&source) - 0.5));
        close = open * (1 + 0.01 * noise + trend / (BARS * 0.4));
        other *= 1 + 0.01 * (0.3 * noise + 0.7 * (random_fraction(&source) - 0.5));
        const double high = fmax(open, close) * (1 + 0.003 * random_fraction(&source));
        const double low = fmin(open, close) * (1 - 0.003 * random_fraction(&source));
        const double volume = random_chance(&source, 0.05) ? 0 : random_below(&source, 1000000);
        close = still > 0 ? before : close;
        const double row[COLUMNS] = {still > 0 ? before : open,
                                     still > 0 ? before : high,
                                     still > 0 ? before : low,
                                     close,
                                     volume,
                                     other};
        for (int32_t c = 0; c < COLUMNS; c++) {
            w->column[c][i] = row[c];
            w->exact_column[c][i] = row[c];
        }
        w->time[i] = INT64_C(60) * i;
    }
}

/* Whether a value depends on all bars before it. */
static bool is_recursive(int32_t kind, int32_t variant) {
    switch (kind) {
    case BY_RSI:
        return variant % 4 != 1 && variant < VARIANTS;
    case BY_PPO:
    case BY_APO:
        return variant != 2;
    case BY_ATR:
    case BY_NATR:
        return variant % 3 != 1;
    case BY_CMO:
        return variant == 1;
    case BY_EMA:
    case BY_PPO_SIGNAL:
    case BY_PPO_HISTOGRAM:
    case BY_MACD:
    case BY_MACD_SIGNAL:
    case BY_MACD_HISTOGRAM:
    case BY_DRAWDOWN:
    case BY_ULTIMATE_SMOOTHER:
    case BY_ADX:
    case BY_DX:
    case BY_PLUS_DI:
    case BY_MINUS_DI:
    case BY_OBV:
    case BY_DEMA:
    case BY_TEMA:
    case BY_TRIX:
    case BY_KAMA:
    case BY_WILDER:
    case BY_STOCHASTIC_RSI:
    case BY_STOCHASTIC_RSI_D:
    case BY_SAR:
    case BY_KELTNER_UPPER:
    case BY_KELTNER_LOWER:
    case BY_SWING_HIGH:
    case BY_SWING_LOW:
    case BY_HIGHER_HIGH:
    case BY_HIGHER_LOW:
        return true;
    default:
        return false;
    }
}

/* What is as near as it can be to nothing when two near values are subtracted is as near as these
 * are: within 1e-9 of `unit`, where 0 stands for the close. All others are within 1e-9 of
 * themselves. */
static const struct {
    int32_t kind;
    double unit;
    const char *why;
} differences[] = {
    {BY_MACD, 0, "difference of averages, of the close"},
    {BY_MACD_SIGNAL, 0, "average of differences, of the close"},
    {BY_MACD_HISTOGRAM, 0, "difference of averages, of the close"},
    {BY_APO, 0, "difference of averages, of the close"},
    {BY_PPO, 100, "difference of averages, of 100 percent"},
    {BY_PPO_SIGNAL, 100, "average of differences, of 100 percent"},
    {BY_PPO_HISTOGRAM, 100, "difference of averages, of 100 percent"},
    {BY_TRIX, 100, "difference to the average before, of 100 percent"},
    {BY_MEAN_RETURN, 100, "difference of quotients from 1, of 100 percent"},
    {BY_RSI, 100, "100 - 100 / (1 + x), of 100"},
    {BY_CMO, 100, "difference of gains and losses, of 100"},
    {BY_DX, 100, "difference of +DI and -DI, of 100"},
    {BY_STOCHASTIC_RSI, 100, "differences of the RSI, down to 1e-9, of 100"},
    {BY_STOCHASTIC_RSI_D, 100, "differences of the RSI, down to 1e-9, of 100"},
};

static int32_t difference_of(int32_t kind) {
    for (size_t d = 0; d < sizeof differences / sizeof *differences; d++) {
        if (differences[d].kind == kind) {
            return (int32_t)d;
        }
    }
    return -1;
}

/* What has been compared of a kind so far, and how far that was off at most. */
typedef struct tally {
    int64_t values;
    double off;
} tally;

static void compare_row(const walk *w, int32_t kind, const by_recipe *recipe, int32_t row,
                        exact_number expected, tally *all) {
    const double value = w->out[row];
    if (isnan(value) && isnan(expected)) {
        return;
    }
    const int32_t d = difference_of(kind);
    const double size = (double)fabsl(expected);
    const double unit = d < 0                     ? 0
                        : differences[d].unit > 0 ? differences[d].unit
                                                  : w->column[3][row];
    const double apart = (double)fabsl(value - expected);
    const double off = apart == 0 ? 0 : apart / fmax(size, unit);
    if (!(off <= 1e-9)) {
        fail_msg("%s(%d, %d, %d) variant %d, bar %d: %.17g, exact is %.20Lg",
                 by_indicator_name(kind), recipe->window[0], recipe->window[1], recipe->window[2],
                 recipe->variant, row, value, expected);
    }
    all->values++;
    all->off = fmax(all->off, off);
}

static void compare_all(walk *w, int32_t kind, const by_recipe *recipe, const exact_recipe *exact,
                        tally *all) {
    const exact_inputs in = exact_inputs_from(w, 0);
    (void)exact_indicator(kind, exact, &in, BARS, w->exact_out);
    for (int32_t row = 0; row < BARS; row++) {
        compare_row(w, kind, recipe, row, w->exact_out[row], all);
    }
}

/* Rows that a value may look at: with the one before those that it needs, for its true range. */
static int32_t rows_read(int32_t kind, const by_recipe *recipe) {
    const int32_t needed = by_indicator_closes_needed(kind, recipe);
    const int32_t asked = kind == BY_RSI ? recipe->variant / VARIANTS : 0;
    return (asked > needed ? asked : needed) + 1;
}

static void compare_places(walk *w, int32_t kind, const by_recipe *recipe,
                           const exact_recipe *exact, tally *all) {
    const int32_t read = rows_read(kind, recipe);
    for (int32_t place = 1; place <= PLACES; place++) {
        const int32_t end = (int32_t)((int64_t)BARS * place / PLACES);
        const int32_t begin = end - read - AT_ONCE;
        const exact_inputs in = exact_inputs_from(w, begin);
        (void)exact_indicator(kind, exact, &in, end - begin, w->exact_out);
        for (int32_t row = end - AT_ONCE; row < end; row++) {
            compare_row(w, kind, recipe, row, w->exact_out[row - begin], all);
        }
    }
}

static void compare(walk *w, int32_t kind, const by_recipe *recipe, tally *all) {
    const by_inputs in = inputs_of(w);
    const exact_recipe exact = {
        .window = {recipe->window[0], recipe->window[1], recipe->window[2]},
        .variant = recipe->variant,
        .number = {recipe->number[0], recipe->number[1]},
    };
    (void)by_indicator_compute(kind, recipe, &in, BARS, w->out);
    if (is_recursive(kind, recipe->variant)) {
        compare_all(w, kind, recipe, &exact, all);
    } else {
        compare_places(w, kind, recipe, &exact, all);
    }
}

/* All variants with a recipe; the RSI's of limited history behind those of all. */
static void compare_variants(walk *w, int32_t kind, by_recipe recipe, bool recursive, tally *all) {
    const int32_t most = by_indicator_variant_max(kind);
    for (int32_t v = 0; v <= most && v < VARIANTS + 4; v++) {
        recipe.variant = v < VARIANTS ? v : v + VARIANTS * (2 * recipe.window[0] + 1);
        if (is_recursive(kind, recipe.variant) == recursive) {
            compare(w, kind, &recipe, all);
        }
    }
}

/* Factors of the SAR above 1 step over the extreme that it goes to: what is rounded then grows from
 * bar to bar, in any arithmetic. So its numbers stay below, and others are content with those. */
static void test_million(void **unused) {
    (void)unused;
    static const struct {
        by_recipe recipe;
        bool recursive;
    } trials[] = {
        {{.window = {2, 3, 2}, .number = {0.5, 0.7}}, false},
        {{.window = {20, 9, 14}, .number = {0.02, 0.2}}, false},
        {{.window = {500, 200, 50}, .number = {0.1, 0.9}}, false},
        {{.window = {14, 26, 9}, .number = {0.02, 0.2}}, true},
        {{.window = {150, 60, 20}, .number = {0.1, 0.9}}, true},
    };
    walk *w = malloc(sizeof *w);
    assert_non_null(w);
    fill(w);
    for (int32_t kind = 0; kind < BY_INDICATOR_COUNT; kind++) {
        tally all = {0, 0};
        for (size_t t = 0; t < sizeof trials / sizeof *trials; t++) {
            compare_variants(w, kind, trials[t].recipe, trials[t].recursive, &all);
        }
        assert_true(all.values > 0);
        const int32_t d = difference_of(kind);
        print_message("  %-24s %8lld values within %.0e%s%s\n", by_indicator_name(kind),
                      (long long)all.values, all.off, d < 0 ? "" : ": ",
                      d < 0 ? "" : differences[d].why);
    }
    free(w);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_million)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
