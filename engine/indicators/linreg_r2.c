/* SPDX-License-Identifier: MIT
 *
 * linreg_r2(w): R squared of the straight line that fits the last w closes best: how much of
 * their variance is the line's. trend_clarity(w) is the same in percent, with 100 for a flat
 * window.
 *
 * First value: after w bars.
 * Units: a fraction, 0 to 1.
 * Flat or empty: none (NaN) where all closes are equal: there is no variance. None for a window
 * of 1; 1 for a window of 2.
 * Agrees: scipy linregress rvalue squared.
 */
#include "../clones.h"
#include "kernel.h"

int32_t indicator_linreg_r2_closes(const by_recipe *recipe) {
    return recipe->window[0];
}

BY_CLONES void indicator_linreg_r2(const by_recipe *recipe, const by_inputs *in, int32_t count,
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
            out[end + i] = share > 1.0 ? 1.0 : share;
        }
    }
}
