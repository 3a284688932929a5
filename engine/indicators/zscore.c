/* SPDX-License-Identifier: MIT
 *
 * zscore(w): how many standard deviations the close is above the mean of the last w closes:
 * (close - mean) / deviation.
 *
 * First value: after w bars.
 * Units: standard deviations.
 * Options: ddof = 1 (default): of a sample, the squares divided by w - 1, none for a window of 1;
 * 0: of a population, divided by w.
 * Flat or empty: 0 where all closes are equal: the close does not differ from the mean.
 * Agrees: pandas (close - rolling(w).mean()) / rolling(w).std(), which has no value for a flat
 * window.
 */
#include "../clones.h"
#include "kernel.h"

int32_t indicator_zscore_closes(const by_recipe *recipe) {
    return recipe->window[0];
}

BY_CLONES void indicator_zscore(const by_recipe *recipe, const by_inputs *in, int32_t count,
                                double *out) {
    const int32_t w = recipe->window[0];
    const int32_t divisor = recipe->variant == 0 ? w - 1 : w;
    double above[KERNEL_TILE];
    double stdev[KERNEL_TILE];
    kernel_ahead ahead = kernel_ahead_open(in->close, count - w + 1, w, KERNEL_MOMENTS, false);
    for (int32_t end = w - 1; end < count; end += KERNEL_TILE) {
        const int32_t bars = kernel_tile_bars(count - end);
        kernel_tile_deviation(&ahead, in->close + end - w + 1, bars, w, divisor, above, stdev);
        for (int32_t i = 0; i < bars; i++) {
            out[end + i] = stdev[i] == 0.0 ? 0.0 : above[i] / stdev[i];
        }
    }
    kernel_ahead_close(&ahead);
}
