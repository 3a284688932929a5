/* SPDX-License-Identifier: MIT
 *
 * donchian_middle(w): (highest high + lowest low) / 2 of the last w bars, this one included.
 *
 * First value: after w bars.
 * Units: those of the series.
 * Agrees: TA-Lib MIDPOINT, where closes stand for the highs and lows.
 * Source: R. D. Donchian's four-week rule.
 */
#include "kernel.h"

int32_t indicator_donchian_middle_closes(const by_recipe *recipe) {
    return recipe->window[0];
}

void indicator_donchian_middle(const by_recipe *recipe, const by_inputs *in, int32_t count,
                               double *out) {
    const int32_t before = recipe->window[0] - 1;
    double lowest[KERNEL_TILE];
    kernel_ahead highs =
        kernel_ahead_open(in->high, count - before, before + 1, KERNEL_EXTREMES, false);
    kernel_ahead lows =
        kernel_ahead_open(in->low, count - before, before + 1, KERNEL_EXTREMES, false);
    for (int32_t end = before; end < count; end += KERNEL_TILE) {
        const int32_t bars = kernel_tile_bars(count - end);
        kernel_tile_highest(&highs, in->high + end - before, bars, recipe->window[0], out + end);
        kernel_tile_lowest(&lows, in->low + end - before, bars, recipe->window[0], lowest);
        for (int32_t i = 0; i < bars; i++) {
            out[end + i] = (out[end + i] + lowest[i]) / 2.0;
        }
    }
    kernel_ahead_close(&highs);
    kernel_ahead_close(&lows);
}
