/* SPDX-License-Identifier: MIT
 *
 * williams_r(w): (close - highest high) / (highest high - lowest low) * 100 of the last w bars.
 *
 * First value: after w bars.
 * Units: -100 to 0.
 * Flat or empty: 0 where the highest high is the lowest low.
 * Agrees: TA-Lib WILLR, Tulip willr.
 * Source: L. Williams, How I Made One Million Dollars Last Year Trading Commodities, 1973.
 */
#include "range_place.h"

int32_t indicator_williams_r_closes(const by_recipe *recipe) {
    return recipe->window[0];
}

void indicator_williams_r(const by_recipe *recipe, const by_inputs *in, int32_t count,
                          double *out) {
    range_place(in, count, recipe->window[0], true, 0.0, out);
}
