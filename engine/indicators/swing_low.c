/* SPDX-License-Identifier: MIT
 *
 * swing_low(k): price of the last swing low: a low below those of the k bars before it and not
 * above those of the k bars after it, as of the last of these bars.
 *
 * First value: after 2 k + 1 bars, or later: once there is a swing.
 * Units: those of the prices.
 * Flat or empty: a flat stretch has no swing; a flat top or bottom is one, at its first bar.
 * Agrees: fractals of B. Williams for k = 2 where lows differ.
 */
#include "swing.h"

int32_t indicator_swing_low_closes(const by_recipe *recipe) {
    return swing_closes(recipe);
}

void indicator_swing_low(const by_recipe *recipe, const by_inputs *in, int32_t count, double *out) {
    const int32_t k = recipe->window[0];
    swing_lows(in->low, count, k, out);
    swing_last(count, k, out);
}
