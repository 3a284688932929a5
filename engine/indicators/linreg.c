/* SPDX-License-Identifier: MIT
 *
 * linreg(w): value at the newest bar of the straight line that fits the last w closes best, by
 * least squares.
 *
 * First value: after w bars.
 * Units: those of the series.
 * Flat or empty: the close where all closes are equal. None for a window of 1.
 * Agrees: TA-Lib LINEARREG, Tulip linreg.
 */
#include "../clones.h"
#include "kernel.h"

int32_t indicator_linreg_closes(const by_recipe *recipe) {
    return recipe->window[0];
}

BY_CLONES void indicator_linreg(const by_recipe *recipe, const by_inputs *in, int32_t count,
                                double *out) {
    const int32_t w = recipe->window[0];
    const double places = kernel_place_squares(w);
    const double middle = (w - 1) / 2.0;
    double sum[KERNEL_TILE];
    double products[KERNEL_TILE];
    kernel_ahead ahead = kernel_ahead_open(in->close, count - w + 1, w, KERNEL_MOMENTS, false);
    for (int32_t end = w - 1; end < count; end += KERNEL_TILE) {
        const double *x = in->close + end - w + 1;
        const int32_t bars = kernel_tile_bars(count - end);
        kernel_tile_moments(&ahead, x, bars, w, sum, NULL, products);
        for (int32_t i = 0; i < bars; i++) {
            out[end + i] = x[i] + (sum[i] / w + products[i] / places * middle);
        }
    }
    kernel_ahead_close(&ahead);
}
