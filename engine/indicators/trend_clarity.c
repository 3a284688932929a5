/* SPDX-License-Identifier: MIT
 *
 * trend_clarity(w): R squared of the straight line that fits the last w closes best: the square
 * of their correlation with the number of the bar.
 *
 * First value: after w bars.
 * Units: percent, 0 to 100.
 * Flat or empty: 100 where all closes are equal, as a line fits them without a rest. None for a
 * window of 1.
 */
#include "../clones.h"
#include "kernel.h"

int32_t indicator_trend_clarity_closes(const by_recipe *recipe) {
    return recipe->window[0];
}

BY_CLONES void indicator_trend_clarity(const by_recipe *recipe, const by_inputs *in, int32_t count,
                                       double *out) {
    const int32_t w = recipe->window[0];
    const double places = kernel_place_squares(w);
    double sum[KERNEL_TILE];
    double squares[KERNEL_TILE];
    double products[KERNEL_TILE];
    for (int32_t end = w - 1; end < count; end += KERNEL_TILE) {
        const int32_t bars = kernel_tile_bars(count - end);
        kernel_tile_moments(in->close + end - w + 1, bars, w, sum, squares, products);
        for (int32_t i = 0; i < bars; i++) {
            const double share = products[i] / places * (products[i] / squares[i]);
            const double value = squares[i] == 0.0 || share > 1.0 ? 100.0 : share * 100.0;
            out[end + i] = w > 1 ? value : NAN;
        }
    }
}
