/* SPDX-License-Identifier: MIT
 *
 * vwma(w): mean of the last w closes weighted by volume: sum of close * volume / sum of volume.
 *
 * First value: after w bars.
 * Units: those of the series.
 * Flat or empty: none (NaN) where there was no volume in the whole window.
 * Agrees: Tulip vwma.
 */
#include "../clones.h"
#include "volume_mean.h"

int32_t indicator_vwma_closes(const by_recipe *recipe) {
    return recipe->window[0];
}

BY_CLONES void indicator_vwma(const by_recipe *recipe, const by_inputs *in, int32_t count,
                              double *out) {
    for (int32_t i = 0; i < count; i++) {
        out[i] = in->close[i] * in->volume[i];
    }
    volume_mean(in->volume, count, recipe->window[0], out);
}
