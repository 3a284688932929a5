/* SPDX-License-Identifier: MIT
 *
 * trend_regime(fast, slow): 1 where both the close and the mean of the last `fast` closes are above
 * the mean of the last `slow` ones, -1 where both are below it, else 0.
 *
 * First value: after max(fast, slow) bars.
 * Units: 1, 0 or -1.
 * Flat or empty: 0 where all closes are equal.
 */
#include "../clones.h"
#include "kernel.h"

int32_t indicator_trend_regime_closes(const by_recipe *recipe) {
    return recipe->window[0] > recipe->window[1] ? recipe->window[0] : recipe->window[1];
}

/* Means as distances from the first value of their window, so that flat is flat. */
static void mean_tile(kernel_ahead *ahead, const double *x, int32_t bars, int32_t window,
                      double *mean) {
    double squares[KERNEL_TILE];
    kernel_tile_moments(ahead, x, bars, window, mean, squares, NULL);
    for (int32_t i = 0; i < bars; i++) {
        mean[i] = x[i] + mean[i] / window;
    }
}

BY_CLONES static void regime_tile(const double *x, const double *fast, const double *slow,
                                  int32_t bars, double *out) {
    for (int32_t i = 0; i < bars; i++) {
        const double least = x[i] < fast[i] ? x[i] : fast[i];
        const double most = x[i] > fast[i] ? x[i] : fast[i];
        out[i] = (least > slow[i] ? 1.0 : 0.0) - (most < slow[i] ? 1.0 : 0.0);
    }
}

void indicator_trend_regime(const by_recipe *recipe, const by_inputs *in, int32_t count,
                            double *out) {
    const int32_t *window = recipe->window;
    double fast[KERNEL_TILE];
    double slow[KERNEL_TILE];
    const int32_t first = indicator_trend_regime_closes(recipe) - 1;
    kernel_ahead fasts = kernel_ahead_open(in->close + first - window[0] + 1, count - first,
                                           window[0], KERNEL_MOMENTS, false);
    kernel_ahead slows = kernel_ahead_open(in->close + first - window[1] + 1, count - first,
                                           window[1], KERNEL_MOMENTS, false);
    for (int32_t end = first; end < count; end += KERNEL_TILE) {
        const int32_t bars = kernel_tile_bars(count - end);
        mean_tile(&fasts, in->close + end - window[0] + 1, bars, window[0], fast);
        mean_tile(&slows, in->close + end - window[1] + 1, bars, window[1], slow);
        regime_tile(in->close + end, fast, slow, bars, out + end);
    }
    kernel_ahead_close(&fasts);
    kernel_ahead_close(&slows);
}
