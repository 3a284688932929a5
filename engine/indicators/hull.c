/* SPDX-License-Identifier: MIT
 *
 * hull(w): wma(2 * wma(close, w / 2) - wma(close, w), sqrt(w)), with w / 2 (at least 1) and sqrt(w)
 * rounded down.
 *
 * First value: after w + sqrt(w) - 1 bars.
 * Units: those of the series.
 * Agrees: Tulip hma.
 * Differs: tools that round w / 2 or sqrt(w) to the nearest whole number.
 * Source: A. Hull, How to reduce lag in a moving average, 2005.
 */
#include "weighted.h"

static int32_t root_of(int32_t window) {
    return (int32_t)sqrt(window);
}

int32_t indicator_hull_closes(const by_recipe *recipe) {
    return recipe->window[0] + root_of(recipe->window[0]) - 1;
}

void indicator_hull(const by_recipe *recipe, const by_inputs *in, int32_t count, double *out) {
    const int32_t w = recipe->window[0];
    const int32_t half = w > 1 ? w / 2 : 1;
    double fast[KERNEL_TILE];
    double slow[KERNEL_TILE];
    kernel_ahead fasts =
        kernel_ahead_open(in->close + w - half, count - w + 1, half, KERNEL_MOMENTS, false);
    kernel_ahead slows = kernel_ahead_open(in->close, count - w + 1, w, KERNEL_MOMENTS, false);
    for (int32_t end = w - 1; end < count; end += KERNEL_TILE) {
        const int32_t bars = kernel_tile_bars(count - end);
        weighted_mean_tile(&fasts, in->close + end - half + 1, bars, half, fast);
        weighted_mean_tile(&slows, in->close + end - w + 1, bars, w, slow);
        for (int32_t i = 0; i < bars; i++) {
            out[end + i] = 2.0 * fast[i] - slow[i];
        }
    }
    kernel_ahead_close(&fasts);
    kernel_ahead_close(&slows);
    weighted_mean(out + w - 1, count - w + 1, root_of(w), out + w - 1);
}
