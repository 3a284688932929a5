/* SPDX-License-Identifier: MIT
 *
 * stochastic(w): (value - lowest) / (highest - lowest) * 100 over the last w values.
 *
 * First value: after w bars.
 * Units: 0 to 100.
 * Flat or empty: 50 where all values are equal.
 * Agrees: TA-Lib STOCHF of closes alone (flat: 0).
 */
#include "range_place.h"

int32_t indicator_stochastic_closes(const by_recipe *recipe) {
    return recipe->window[0];
}

void indicator_stochastic(const by_recipe *recipe, const by_inputs *in, int32_t count,
                          double *out) {
    const by_inputs closes = {.high = in->close, .low = in->close, .close = in->close};
    range_place(&closes, count, recipe->window[0], false, 50.0, out);
}
