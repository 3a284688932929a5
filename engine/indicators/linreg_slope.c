/* SPDX-License-Identifier: MIT
 *
 * linreg_slope(w): slope of the straight line that fits the last w closes best, by least squares.
 *
 * First value: after w bars.
 * Units: those of the series, a bar.
 * Flat or empty: 0 where all closes are equal. None for a window of 1.
 * Agrees: TA-Lib LINEARREG_SLOPE, Tulip linregslope.
 */
#include "../clones.h"
#include "kernel.h"

int32_t indicator_linreg_slope_closes(const by_recipe *recipe) {
    return recipe->window[0];
}

BY_CLONES void indicator_linreg_slope(const by_recipe *recipe, const by_inputs *in, int32_t count,
                                      double *out) {
    const int32_t w = recipe->window[0];
    const double places = kernel_place_squares(w);
    double sum[KERNEL_TILE];
    kernel_ahead ahead = kernel_ahead_open(in->close, count - w + 1, w, KERNEL_MOMENTS, false);
    for (int32_t end = w - 1; end < count; end += KERNEL_TILE) {
        const int32_t bars = kernel_tile_bars(count - end);
        kernel_tile_moments(&ahead, in->close + end - w + 1, bars, w, sum, NULL, out + end);
        for (int32_t i = end; i < end + bars; i++) {
            out[i] /= places;
        }
    }
    kernel_ahead_close(&ahead);
}
