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

enum { ROWS_MAX = 700, SEEDS = 400 };

typedef struct bars {
    int32_t count;
    double high[ROWS_MAX];
    double low[ROWS_MAX];
    double close[ROWS_MAX];
    double volume[ROWS_MAX];
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
        b->volume[i] = random_chance(source, 0.2) ? 0 : random_below(source, 1000000);
        b->time[i] = INT64_C(86400) * (3 * i + random_below(source, 3) - 400);
    }
}

static void punch_holes(bars *b, random_source *source) {
    double *const columns[] = {b->close, b->high, b->low, b->volume};
    for (int32_t c = 0; c < 4; c++) {
        for (int32_t i = 0; i < b->count; i++) {
            columns[c][i] = random_chance(source, 0.01) ? NAN : columns[c][i];
        }
    }
}

/* Rows up to the first value. */
static int32_t needed_by_hand(int32_t kind, const int32_t w[3]) {
    int32_t longer = w[0] > w[1] ? w[0] : w[1];
    switch (kind) {
    case BY_CLOSE:
    case BY_MONTH:
    case BY_DRAWDOWN:
    case BY_OBV:
        return 1;
    case BY_RSI:
    case BY_CUMULATIVE_RETURN:
    case BY_MEAN_RETURN:
    case BY_STDEV_RETURN:
    case BY_AROON_UP:
    case BY_AROON_DOWN:
    case BY_AROON:
    case BY_ATR:
    case BY_MFI:
        return w[0] + 1;
    case BY_ADX:
        return 2 * w[0];
    case BY_MOMENTUM_13612W:
    case BY_MOMENTUM_13612U:
    case BY_MOMENTUM_SMA12:
        return 253;
    case BY_PPO:
        return longer;
    case BY_STOCHASTIC_K:
        return w[0] + w[1] + w[2] - 2;
    case BY_PPO_SIGNAL:
    case BY_PPO_HISTOGRAM:
    case BY_MACD:
    case BY_MACD_SIGNAL:
    case BY_MACD_HISTOGRAM:
        return longer + w[2] - 1;
    default:
        return w[0];
    }
}

/* Kinds that have no value for a window of 1. */
static bool needs_two(int32_t kind, int32_t variant) {
    return ((kind == BY_STDEV_RETURN || kind == BY_STDEV_PRICE) && variant == 0) ||
           kind == BY_PERCENTILE || kind == BY_TREND_CLARITY;
}

static void compare(const bars *b, int32_t kind, const int32_t window[3], int32_t variant,
                    bool tame, uint64_t seed) {
    static double fast[ROWS_MAX];
    static double plain[ROWS_MAX];
    const by_inputs inputs = {
        .high = b->high, .low = b->low, .close = b->close, .volume = b->volume, .time = b->time};
    int32_t first = by_indicator_compute(kind, window, variant, &inputs, b->count, fast);
    int32_t needed = needed_by_hand(kind, window);
    assert_int_equal(by_indicator_closes_needed(kind, window, variant), needed);
    if (tame && needed <= b->count && !(window[0] == 1 && needs_two(kind, variant))) {
        assert_int_equal(first, needed - 1);
    }
    assert_int_equal(first, plain_indicator(kind, window, variant, &inputs, b->count, plain));
    for (int32_t i = 0; i < b->count; i++) {
        if (memcmp(&fast[i], &plain[i], sizeof *fast) != 0 &&
            !(isnan(fast[i]) && isnan(plain[i]))) {
            fail_msg("seed %llu, %s, windows %d %d %d, variant %d, row %d: engine %.17g, plain "
                     "%.17g",
                     (unsigned long long)seed, by_indicator_name(kind), window[0], window[1],
                     window[2], variant, i, fast[i], plain[i]);
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
                const int32_t window[3] = {1 + random_below(&source, widest),
                                           1 + random_below(&source, widest),
                                           1 + random_below(&source, widest)};
                if (kind == BY_MFI && mood > 1) {
                    continue; /* volume comes with bars, and their prices are positive */
                }
                int32_t variant = turn < most ? turn : random_below(&source, most + 1);
                compare(b, kind, window, variant, mood == 0 && !holes, seed);
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
