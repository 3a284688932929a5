/* SPDX-License-Identifier: MIT
 *
 * stochastic(w): (value - lowest) / (highest - lowest) * 100 over the last w values.
 *
 * First value: after w bars.
 * Units: 0 to 100.
 * Flat or empty: 50 where all values are equal.
 * Agrees: TA-Lib STOCHF of closes alone (flat: 0).
 */
#include "kernel.h"

int32_t indicator_stochastic_closes(const by_recipe *recipe) {
    return recipe->window[0];
}

void indicator_stochastic(const by_recipe *recipe, const by_inputs *in, int32_t count,
                          double *out) {
    double highest[KERNEL_TILE];
    double lowest[KERNEL_TILE];
    for (int32_t end = recipe->window[0] - 1; end < count; end += KERNEL_TILE) {
        const int32_t bars = kernel_tile_bars(count - end);
        kernel_tile_highest(in->close + end - recipe->window[0] + 1, bars, recipe->window[0],
                            highest);
        kernel_tile_lowest(in->close + end - recipe->window[0] + 1, bars, recipe->window[0],
                           lowest);
        for (int32_t i = 0; i < bars; i++) {
            out[end + i] = highest[i] > lowest[i]
                               ? (in->close[end + i] - lowest[i]) / (highest[i] - lowest[i]) * 100.0
                               : 50.0;
        }
    }
}
