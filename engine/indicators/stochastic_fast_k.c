/* SPDX-License-Identifier: MIT
 *
 * stochastic_fast_k(w): where the close is in the range of the last w bars, (close - lowest low) /
 * (highest high - lowest low) * 100.
 *
 * First value: after w bars.
 * Units: 0 to 100.
 * Flat or empty: 0 where the highest high is the lowest low.
 * Agrees: TA-Lib STOCHF fastk, which reports from the first fastd on.
 * Source: G. C. Lane, Lane's Stochastics, 1984.
 */
#include "range_place.h"

int32_t indicator_stochastic_fast_k_closes(const by_recipe *recipe) {
    return recipe->window[0];
}

void indicator_stochastic_fast_k(const by_recipe *recipe, const by_inputs *in, int32_t count,
                                 double *out) {
    range_place(in, count, recipe->window[0], false, 0.0, out);
}
