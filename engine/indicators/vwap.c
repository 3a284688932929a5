/* SPDX-License-Identifier: MIT
 *
 * vwap(w): volume-weighted average price of the last w bars: sum of (high + low + close) / 3 *
 * volume / sum of volume.
 *
 * First value: after w bars.
 * Units: those of the prices.
 * Flat or empty: none (NaN) where there was no volume in the whole window.
 * Agrees: pandas rolling sums.
 * Differs: the VWAP of charts, such as TradingView ta.vwap, which begins anew with each session.
 */
#include "../clones.h"
#include "volume_mean.h"

int32_t indicator_vwap_closes(const by_recipe *recipe) {
    return recipe->window[0];
}

BY_CLONES void indicator_vwap(const by_recipe *recipe, const by_inputs *in, int32_t count,
                              double *out) {
    for (int32_t i = 0; i < count; i++) {
        out[i] = (in->high[i] + in->low[i] + in->close[i]) / 3.0 * in->volume[i];
    }
    volume_mean(in->volume, count, recipe->window[0], out);
}
