/* SPDX-License-Identifier: MIT
 *
 * bollinger_percent_b(w, k): where the close stands between the Bollinger bands: (close - lower)
 * / (upper - lower), computed as 1/2 + (close - mean) / (2 k standard deviations).
 *
 * First value: after w bars.
 * Units: a fraction, as charts have it: 0 at the lower band, 1 at the upper one, beyond both
 * outside.
 * Options: ddof = 0 (default): deviation of a population, the squares divided by w; 1: of a
 * sample, divided by w - 1, none for a window of 1.
 * Flat or empty: 1/2 where all closes are equal: the close is the middle.
 * Agrees: pandas, and TA-Lib by its bands; neither has a value for a flat window.
 * Source: J. Bollinger, Bollinger on Bollinger Bands, 2001.
 */
#include "../clones.h"
#include "kernel.h"

int32_t indicator_bollinger_percent_b_closes(const by_recipe *recipe) {
    return recipe->window[0];
}

BY_CLONES void indicator_bollinger_percent_b(const by_recipe *recipe, const by_inputs *in,
                                             int32_t count, double *out) {
    const int32_t w = recipe->window[0];
    const int32_t divisor = recipe->variant == 0 ? w : w - 1;
    const double apart = 2.0 * recipe->number[0];
    double above[KERNEL_TILE];
    double stdev[KERNEL_TILE];
    kernel_ahead ahead = kernel_ahead_open(in->close, count - w + 1, w, KERNEL_MOMENTS, false);
    for (int32_t end = w - 1; end < count; end += KERNEL_TILE) {
        const int32_t bars = kernel_tile_bars(count - end);
        kernel_tile_deviation(&ahead, in->close + end - w + 1, bars, w, divisor, above, stdev);
        for (int32_t i = 0; i < bars; i++) {
            out[end + i] = stdev[i] == 0.0 ? 0.5 : 0.5 + above[i] / (apart * stdev[i]);
        }
    }
    kernel_ahead_close(&ahead);
}
