/* SPDX-License-Identifier: MIT
 *
 * wma(w): mean of the last w closes with the weights 1, 2, ... w, the newest close weighing most.
 *
 * First value: after w bars.
 * Units: those of the series.
 * Agrees: TA-Lib WMA, Tulip wma.
 */
#include "weighted.h"

int32_t indicator_wma_closes(const by_recipe *recipe) {
    return recipe->window[0];
}

void indicator_wma(const by_recipe *recipe, const by_inputs *in, int32_t count, double *out) {
    weighted_mean(in->close, count, recipe->window[0], out);
}
