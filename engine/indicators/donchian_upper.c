/* SPDX-License-Identifier: MIT
 *
 * donchian_upper(w): the highest high of the last w bars, this one included.
 *
 * First value: after w bars.
 * Units: those of the series.
 * Agrees: TA-Lib MAX of highs, pandas rolling(w).max().
 * Source: R. D. Donchian's four-week rule.
 */
#include "kernel.h"

int32_t indicator_donchian_upper_closes(const by_recipe *recipe) {
    return recipe->window[0];
}

void indicator_donchian_upper(const by_recipe *recipe, const by_inputs *in, int32_t count,
                              double *out) {
    indicator_highest(recipe, &(by_inputs){.close = in->high}, count, out);
}
