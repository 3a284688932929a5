/* SPDX-License-Identifier: MIT
 *
 * dx(w): directional index, 100 * |plus_di(w) - minus_di(w)| / (plus_di(w) + minus_di(w)).
 *
 * First value: after w + 1 bars.
 * Units: 0 to 100.
 * Flat or empty: 0 while nothing moved at all.
 * Agrees: TA-Lib DX; Tulip dx, which reports a bar earlier, where no two moves are equal.
 * Differs: Tulip: equal moves up and down count as both, and it has none while nothing moved.
 * Source: J. W. Wilder, New Concepts in Technical Trading Systems, 1978.
 */
#include "directional.h"

int32_t indicator_dx_closes(const by_recipe *recipe) {
    return recipe->window[0] + 1;
}

void indicator_dx(const by_recipe *recipe, const by_inputs *in, int32_t count, double *out) {
    const int32_t w = recipe->window[0];
    directional sums = directional_begin(in, w);
    for (int32_t i = w; i < count; i++) {
        directional_next(&sums, in, w, i);
        out[i] = directional_index(&sums);
    }
}
