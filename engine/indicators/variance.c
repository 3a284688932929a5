/* SPDX-License-Identifier: MIT
 *
 * variance(w): mean square of what the last w closes differ from their mean.
 *
 * First value: after w bars.
 * Units: those of the series, squared.
 * Options: ddof = 1 (default): of a sample, the squares divided by w - 1, none for a window of 1;
 * 0: of a population, divided by w.
 * Flat or empty: exactly 0 where all closes are equal.
 * Agrees: pandas rolling(w).var(); with ddof = 0 TA-Lib VAR and Tulip var.
 * Differs: TA-Lib and Tulip subtract large squares of the level: of closes near 1e9 they are off
 * by more than the variance itself. TradingView ta.variance: ddof = 0.
 */
#include "../clones.h"
#include "kernel.h"

int32_t indicator_variance_closes(const by_recipe *recipe) {
    return recipe->window[0];
}

BY_CLONES void indicator_variance(const by_recipe *recipe, const by_inputs *in, int32_t count,
                                  double *out) {
    const int32_t w = recipe->window[0];
    const int32_t divisor = recipe->variant == 0 ? w - 1 : w;
    double sum[KERNEL_TILE];
    kernel_ahead ahead = kernel_ahead_open(in->close, count - w + 1, w, KERNEL_MOMENTS, false);
    for (int32_t end = w - 1; end < count; end += KERNEL_TILE) {
        const int32_t bars = kernel_tile_bars(count - end);
        kernel_tile_moments(&ahead, in->close + end - w + 1, bars, w, sum, out + end, NULL);
        for (int32_t i = end; i < end + bars; i++) {
            out[i] /= divisor;
        }
    }
    kernel_ahead_close(&ahead);
}
