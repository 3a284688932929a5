/* SPDX-License-Identifier: MIT
 *
 * The engine's indicators against the plain ones, bit for bit: every kind and variant, on random
 * bars and on what series arithmetic makes of them.
 */
#include "../engine/indicator.h"
#include "plain.h"
#include "random_tree.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Sanitizers, which take their time, see every kind and variant with fewer bars. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { ROWS_MAX = 700, SEEDS = 100 };
#else
enum { ROWS_MAX = 700, SEEDS = 400 };
#endif

typedef struct bars {
    int32_t count;
    double open[ROWS_MAX];
    double high[ROWS_MAX];
    double low[ROWS_MAX];
    double close[ROWS_MAX];
    double volume[ROWS_MAX];
    double other[ROWS_MAX];
    int64_t time[ROWS_MAX];
} bars;

/* Whole numbers of both signs with many ties; huge, tiny and infinite values among them. */
static double nasty_value(random_source *source, int32_t mood) {
    static const double odd[] = {1e300, -1e300, 1e-310, 1e-160, 1e160, 0, -0.0, INFINITY};
    double value = random_below(source, 7) - (mood > 1 ? 3 : -1);
    int32_t odd_count = mood == 3 ? 8 : 7;
    bool is_odd = mood >= 2 && random_chance(source, 0.03);
    return is_odd ? odd[random_below(source, odd_count)] : value;
}

/* Closes as `mood` says: 0 walks of the random bars, others nasty ones; the range around them. */
static void fill_bars(bars *b, const random_bars *walks, random_source *source, int32_t mood) {
    b->count = mood == 0 ? walks->bar_count[0] : ROWS_MAX - random_below(source, ROWS_MAX);
    for (int32_t i = 0; i < b->count; i++) {
        double close = mood == 0 ? walks->close[0][i] : nasty_value(source, mood);
        bool still = random_chance(source, 0.3);
        b->close[i] = close;
        b->high[i] = close + (still ? 0 : fabs(close) * 0.05 * random_fraction(source));
        b->low[i] = close - (still ? 0 : fabs(close) * 0.05 * random_fraction(source));
        b->open[i] = b->low[i] + (b->high[i] - b->low[i]) * random_fraction(source);
        b->other[i] = mood == 0 ? 50 + random_fraction(source) : nasty_value(source, mood);
        b->volume[i] = random_chance(source, 0.2) ? 0 : random_below(source, 1000000);
        b->time[i] = INT64_C(86400) * (3 * i + random_below(source, 3) - 400);
    }
}

static void punch_holes(bars *b, random_source *source) {
    double *const columns[] = {b->close, b->high, b->low, b->volume, b->open, b->other};
    for (int32_t c = 0; c < 6; c++) {
        for (int32_t i = 0; i < b->count; i++) {
            columns[c][i] = random_chance(source, 0.01) ? NAN : columns[c][i];
        }
    }
}

/* What has its first value where the data say: where a swing is known, where there was volume,
 * where the values of a window differ. */
static bool begins_by_itself(int32_t kind) {
    return kind == BY_SWING_HIGH || kind == BY_SWING_LOW || kind == BY_HIGHER_HIGH ||
           kind == BY_HIGHER_LOW || kind == BY_VWMA || kind == BY_VWAP || kind == BY_LINREG_R2 ||
           kind == BY_CORRELATION || kind == BY_BETA;
}

static void compare(const bars *b, int32_t kind, const by_recipe *recipe, bool tame,
                    uint64_t seed) {
    static double fast[ROWS_MAX];
    static double plain[ROWS_MAX];
    const by_inputs inputs = {.open = b->open,
                              .high = b->high,
                              .low = b->low,
                              .close = b->close,
                              .volume = b->volume,
                              .other = b->other,
                              .time = b->time};
    int32_t first = by_indicator_compute(kind, recipe, &inputs, b->count, fast);
    const int32_t *window = recipe->window;
    const int32_t needed = by_indicator_closes_needed(kind, recipe);
    assert_true(first >= needed - 1 || first == b->count);
    if (tame && !begins_by_itself(kind) && needed <= b->count && window[0] > 3 && window[1] > 3 &&
        window[2] > 3) {
        assert_int_equal(first, needed - 1);
    }
    assert_int_equal(first, plain_indicator(kind, recipe, &inputs, b->count, plain));
    for (int32_t i = 0; i < b->count; i++) {
        if (memcmp(&fast[i], &plain[i], sizeof *fast) != 0 &&
            !(isnan(fast[i]) && isnan(plain[i]))) {
            fail_msg("seed %llu, %s, windows %d %d %d, variant %d, row %d: engine %.17g, plain "
                     "%.17g",
                     (unsigned long long)seed, by_indicator_name(kind), window[0], window[1],
                     window[2], recipe->variant, i, fast[i], plain[i]);
        }
    }
}

static void test_agreement(void **unused) {
    (void)unused;
    random_bars *walks = calloc(1, sizeof *walks);
    bars *b = calloc(1, sizeof *b);
    assert_true(walks != NULL && b != NULL);
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        random_source source = {seed};
        int32_t mood = (int32_t)(seed % 4);
        random_bars_fill(walks, &source);
        fill_bars(b, walks, &source, mood);
        bool holes = random_chance(&source, 0.5);
        if (holes) {
            punch_holes(b, &source);
        }
        for (int32_t kind = 0; kind < BY_INDICATOR_COUNT; kind++) {
            int32_t most =
                by_indicator_variant_max(kind) < 400 ? by_indicator_variant_max(kind) : 400;
            for (int32_t turn = 0; turn < 4; turn++) {
                int32_t widest = random_chance(&source, 0.5) ? 8 : 1 + b->count / 2;
                by_recipe recipe = {.number = {0.001 + 3 * random_fraction(&source),
                                               0.001 + 3 * random_fraction(&source)}};
                for (int32_t w = 0; w < 3; w++) {
                    recipe.window[w] = 1 + random_below(&source, widest);
                }
                recipe.variant = turn < most ? turn : random_below(&source, most + 1);
                compare(b, kind, &recipe, mood == 0 && !holes, seed);
            }
        }
    }
    free(b);
    free(walks);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_agreement)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
