/* SPDX-License-Identifier: MIT
 *
 * donchian_lower(w): the lowest low of the last w bars, this one included.
 *
 * First value: after w bars.
 * Units: those of the series.
 * Agrees: TA-Lib MIN of lows, pandas rolling(w).min().
 * Source: R. D. Donchian's four-week rule.
 */
#include "kernel.h"

int32_t indicator_donchian_lower_closes(const by_recipe *recipe) {
    return recipe->window[0];
}

void indicator_donchian_lower(const by_recipe *recipe, const by_inputs *in, int32_t count,
                              double *out) {
    indicator_lowest(recipe, &(by_inputs){.close = in->low}, count, out);
}
