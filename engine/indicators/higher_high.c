/* SPDX-License-Identifier: MIT
 *
 * higher_high(k): 1 where the last swing high is above the one before, else 0: see swing_high(k).
 *
 * First value: after 2 k + 1 bars, or later: once there are two swings.
 * Units: 1 or 0.
 * Flat or empty: a flat stretch has no swing; a flat top or bottom is one, at its first bar.
 */
#include "swing.h"

int32_t indicator_higher_high_closes(const by_recipe *recipe) {
    return swing_closes(recipe);
}

void indicator_higher_high(const by_recipe *recipe, const by_inputs *in, int32_t count,
                           double *out) {
    const int32_t k = recipe->window[0];
    swing_highs(in->high, count, k, out);
    swing_higher(count, k, out);
}
