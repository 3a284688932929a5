/* SPDX-License-Identifier: MIT
 *
 * williams_r(w): (close - highest high) / (highest high - lowest low) * 100 of the last w bars.
 *
 * First value: after w bars.
 * Units: -100 to 0.
 * Flat or empty: 0 where the highest high is the lowest low.
 * Agrees: TA-Lib WILLR, Tulip willr.
 * Source: L. Williams, How I Made One Million Dollars Last Year Trading Commodities, 1973.
 */
#include "../clones.h"
#include "kernel.h"

int32_t indicator_williams_r_closes(const by_recipe *recipe) {
    return recipe->window[0];
}

BY_CLONES static void place_tile(const double *close, const double *highest, const double *lowest,
                                 int32_t bars, double *out) {
    for (int32_t i = 0; i < bars; i++) {
        const double place = (close[i] - highest[i]) / (highest[i] - lowest[i]) * 100.0;
        out[i] = highest[i] > lowest[i] ? place : 0.0;
    }
}

void indicator_williams_r(const by_recipe *recipe, const by_inputs *in, int32_t count,
                          double *out) {
    const int32_t before = recipe->window[0] - 1;
    double highest[KERNEL_TILE];
    double lowest[KERNEL_TILE];
    for (int32_t end = before; end < count; end += KERNEL_TILE) {
        const int32_t bars = kernel_tile_bars(count - end);
        kernel_tile_highest(in->high + end - before, bars, before + 1, highest);
        kernel_tile_lowest(in->low + end - before, bars, before + 1, lowest);
        place_tile(in->close + end, highest, lowest, bars, out + end);
    }
}
