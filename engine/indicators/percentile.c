/* SPDX-License-Identifier: MIT
 *
 * percentile(w): share of the w - 1 values before today's that are below it: 0 for the lowest of
 * w values, 100 for a high that no other reaches.
 *
 * First value: after w bars.
 * Units: percent, 0 to 100.
 * Flat or empty: 0 where all are equal. None for a window of 1.
 * Agrees: scipy percentileofscore(before, today, kind = "strict").
 * Differs: TradingView ta.percentrank: of the w values before, and equal ones count, too.
 */
#include "../clones.h"
#include "ranks.h"

enum {
    BLOCK = 32, /* bars that are counted side by side; their counts stay in registers */
    LONG = 800 /* from so many values on, sorting them is faster than to look at all for each bar */
};

int32_t indicator_percentile_closes(const by_recipe *recipe) {
    return recipe->window[0];
}

/* below[i] = how many of x[i .. i + before) are below x[i + before]. */
BY_CLONES static void count_block(const double *x, int32_t before, double *below) {
    double today[BLOCK];
    int64_t found[BLOCK];
    for (int32_t i = 0; i < BLOCK; i++) {
        today[i] = x[before + i];
        found[i] = 0;
    }
    for (int32_t k = 0; k < before; k++) {
        for (int32_t i = 0; i < BLOCK; i++) {
            found[i] += x[k + i] < today[i];
        }
    }
    for (int32_t i = 0; i < BLOCK; i++) {
        below[i] = isnan(today[i]) ? NAN : (double)found[i];
    }
}

static double count_one(const double *x, int32_t before) {
    int32_t found = 0;
    for (int32_t k = 0; k < before; k++) {
        found += x[k] < x[before];
    }
    return isnan(x[before]) ? NAN : (double)found;
}

/* From the last bar to the first, so that `out` may be the closes, and of those today's may be NaN:
 * others rank what they compute. */
void indicator_percentile(const by_recipe *recipe, const by_inputs *in, int32_t count,
                          double *out) {
    const int32_t before = recipe->window[0] - 1;
    int32_t end = count;
    if (before >= LONG && ranks_below(in->close, count, before, out)) {
        end = 0;
    }
    for (; end - before >= BLOCK; end -= BLOCK) {
        count_block(in->close + end - BLOCK - before, before, out + end - BLOCK);
    }
    for (; end > before; end--) {
        out[end - 1] = count_one(in->close + end - 1 - before, before);
    }
    for (int32_t i = before; i < count; i++) {
        out[i] = out[i] / before * 100.0;
    }
}
