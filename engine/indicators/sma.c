/* SPDX-License-Identifier: MIT
 *
 * sma(w): mean of the last w closes.
 *
 * First value: after w bars.
 * Units: those of the series.
 * Agrees: TA-Lib SMA, Tulip sma, pandas rolling(w).mean().
 */
#include "kernel.h"

int32_t indicator_sma_closes(const by_recipe *recipe) {
    return recipe->window[0];
}

void indicator_sma(const by_recipe *recipe, const by_inputs *in, int32_t count, double *out) {
    kernel_window_mean(in->close, count, recipe->window[0], out);
}
