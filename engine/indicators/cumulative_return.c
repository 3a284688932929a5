/* SPDX-License-Identifier: MIT
 *
 * cumulative_return(w): (close / close w bars ago - 1) * 100.
 *
 * First value: after w + 1 bars.
 * Units: percent.
 * Agrees: TA-Lib ROC; Tulip roc and pandas pct_change times 100.
 */
#include "kernel.h"

int32_t indicator_cumulative_return_closes(const by_recipe *recipe) {
    return recipe->window[0] + 1;
}

void indicator_cumulative_return(const by_recipe *recipe, const by_inputs *in, int32_t count,
                                 double *out) {
    const double *close = in->close;
    for (int32_t i = recipe->window[0]; i < count; i++) {
        out[i] = (close[i] / close[i - recipe->window[0]] - 1.0) * 100.0;
    }
}
