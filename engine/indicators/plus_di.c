/* SPDX-License-Identifier: MIT
 *
 * plus_di(w): 100 * up moves / true ranges, each a sum that fades, sum - sum / w + x, and begins
 * with w - 1 bars. An up move is how far the high rose, if that is more than the low fell and more
 * than 0.
 *
 * First value: after w + 1 bars.
 * Units: 0 to 100.
 * Flat or empty: 0 while there was no range at all.
 * Agrees: TA-Lib PLUS_DI; Tulip di, which reports a bar earlier, where no two moves are equal.
 * Differs: Tulip: equal moves up and down count as both; here and in TA-Lib as neither.
 * Source: J. W. Wilder, New Concepts in Technical Trading Systems, 1978.
 */
#include "directional.h"

int32_t indicator_plus_di_closes(const by_recipe *recipe) {
    return recipe->window[0] + 1;
}

void indicator_plus_di(const by_recipe *recipe, const by_inputs *in, int32_t count, double *out) {
    const int32_t w = recipe->window[0];
    directional sums = directional_begin(in, w);
    for (int32_t i = w; i < count; i++) {
        directional_next(&sums, in, w, i);
        out[i] = directional_plus(&sums);
    }
}
