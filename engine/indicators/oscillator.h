/* SPDX-License-Identifier: MIT
 *
 * What the PPO and the APO share: a fast average of the closes against a slow one.
 */
#ifndef BY_OSCILLATOR_H
#define BY_OSCILLATOR_H

#include "kernel.h"

typedef double oscillator_compare(double fast, double slow);

enum { OSCILLATOR_MEANS = 2 }; /* the variant of plain means; others are the seeds of averages */

static inline int32_t oscillator_closes(const by_recipe *recipe) {
    return recipe->window[0] > recipe->window[1] ? recipe->window[0] : recipe->window[1];
}

/* Of plain means, the longer of which is the slow one. */
static inline void oscillator_of_means(const int32_t *window, const double *x, int32_t count,
                                       oscillator_compare *compare, double *out) {
    const int32_t slow = window[0] > window[1] ? window[0] : window[1];
    const int32_t fast = window[0] > window[1] ? window[1] : window[0];
    double fast_sum[KERNEL_TILE];
    double slow_sum[KERNEL_TILE];
    kernel_ahead fasts =
        kernel_ahead_open(x + slow - fast, count - slow + 1, fast, KERNEL_SUMS, false);
    kernel_ahead slows = kernel_ahead_open(x, count - slow + 1, slow, KERNEL_SUMS, false);
    for (int32_t end = slow - 1; end < count; end += KERNEL_TILE) {
        const int32_t bars = kernel_tile_bars(count - end);
        kernel_tile_sum(&fasts, x + end - fast + 1, bars, fast, fast_sum);
        kernel_tile_sum(&slows, x + end - slow + 1, bars, slow, slow_sum);
        for (int32_t i = 0; i < bars; i++) {
            out[end + i] = compare(fast_sum[i] / fast, slow_sum[i] / slow);
        }
    }
    kernel_ahead_close(&fasts);
    kernel_ahead_close(&slows);
}

/* out[i] for i >= oscillator_closes - 1; inline, so that `compare` is. */
static inline void oscillator_fill(const by_recipe *recipe, const double *x, int32_t count,
                                   oscillator_compare *compare, double *out) {
    const int32_t first = oscillator_closes(recipe) - 1;
    if (recipe->variant == OSCILLATOR_MEANS) {
        oscillator_of_means(recipe->window, x, count, compare, out);
        return;
    }
    kernel_average fast = kernel_average_after(x, first + 1, recipe->window[0], recipe->variant);
    kernel_average slow = kernel_average_after(x, first + 1, recipe->window[1], recipe->variant);
    out[first] = compare(fast.value, slow.value);
    for (int32_t i = first + 1; i < count; i++) {
        kernel_average_add(&fast, x[i]);
        kernel_average_add(&slow, x[i]);
        out[i] = compare(fast.value, slow.value);
    }
}

#endif
