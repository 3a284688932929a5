/* SPDX-License-Identifier: MIT
 *
 * bollinger_width(w, k): (upper - lower) / middle * 100 of the Bollinger bands, which is 2 k
 * standard deviations over the mean.
 *
 * First value: after w bars.
 * Units: percent of the mean.
 * Options: ddof = 0 (default): deviation of a population, the squares divided by w; 1: of a
 * sample, divided by w - 1, none for a window of 1.
 * Flat or empty: 0 where all closes are equal.
 * Agrees: pandas, as a fraction.
 * Source: J. Bollinger, Bollinger on Bollinger Bands, 2001.
 */
#include "../clones.h"
#include "kernel.h"

int32_t indicator_bollinger_width_closes(const by_recipe *recipe) {
    return recipe->window[0];
}

BY_CLONES void indicator_bollinger_width(const by_recipe *recipe, const by_inputs *in,
                                         int32_t count, double *out) {
    const int32_t w = recipe->window[0];
    const int32_t divisor = recipe->variant == 0 ? w : w - 1;
    double sum[KERNEL_TILE];
    double above[KERNEL_TILE];
    double stdev[KERNEL_TILE];
    for (int32_t end = w - 1; end < count; end += KERNEL_TILE) {
        const int32_t bars = kernel_tile_bars(count - end);
        kernel_tile_sum(in->close + end - w + 1, bars, w, sum);
        kernel_tile_deviation(in->close + end - w + 1, bars, w, divisor, above, stdev);
        for (int32_t i = 0; i < bars; i++) {
            out[end + i] = 2.0 * recipe->number[0] * stdev[i] / (sum[i] / w) * 100.0;
        }
    }
}
