/* SPDX-License-Identifier: MIT
 *
 * stochastic_fast_k(w): where the close is in the range of the last w bars, (close - lowest low) /
 * (highest high - lowest low) * 100.
 *
 * First value: after w bars.
 * Units: 0 to 100.
 * Flat or empty: 0 where the highest high is the lowest low.
 * Agrees: TA-Lib STOCHF fastk, which reports from the first fastd on.
 * Source: G. C. Lane, Lane's Stochastics, 1984.
 */
#include "../clones.h"
#include "kernel.h"

int32_t indicator_stochastic_fast_k_closes(const by_recipe *recipe) {
    return recipe->window[0];
}

BY_CLONES static void place_tile(const double *close, const double *highest, const double *lowest,
                                 int32_t bars, double *out) {
    for (int32_t i = 0; i < bars; i++) {
        const double place = (close[i] - lowest[i]) / (highest[i] - lowest[i]) * 100.0;
        out[i] = highest[i] > lowest[i] ? place : 0.0;
    }
}

void indicator_stochastic_fast_k(const by_recipe *recipe, const by_inputs *in, int32_t count,
                                 double *out) {
    const int32_t before = recipe->window[0] - 1;
    double highest[KERNEL_TILE];
    double lowest[KERNEL_TILE];
    for (int32_t end = before; end < count; end += KERNEL_TILE) {
        const int32_t bars = kernel_tile_bars(count - end);
        kernel_tile_highest(in->high + end - before, bars, recipe->window[0], highest);
        kernel_tile_lowest(in->low + end - before, bars, recipe->window[0], lowest);
        place_tile(in->close + end, highest, lowest, bars, out + end);
    }
}
