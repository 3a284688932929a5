/* SPDX-License-Identifier: MIT
 *
 * minus_di(w): 100 * down moves / true ranges, each a sum that fades, sum - sum / w + x, and begins
 * with w - 1 bars. A down move is how far the low fell, if that is more than the high rose and more
 * than 0.
 *
 * First value: after w + 1 bars.
 * Units: 0 to 100.
 * Flat or empty: 0 while there was no range at all.
 * Agrees: TA-Lib MINUS_DI; Tulip di, which reports a bar earlier, where no two moves are equal.
 * Differs: Tulip: equal moves up and down count as both; here and in TA-Lib as neither.
 * Source: J. W. Wilder, New Concepts in Technical Trading Systems, 1978.
 */
#include "directional.h"

int32_t indicator_minus_di_closes(const by_recipe *recipe) {
    return recipe->window[0] + 1;
}

void indicator_minus_di(const by_recipe *recipe, const by_inputs *in, int32_t count, double *out) {
    const int32_t w = recipe->window[0];
    directional sums = directional_begin(in, w);
    for (int32_t i = w; i < count; i++) {
        directional_next(&sums, in, w, i);
        out[i] = directional_minus(&sums);
    }
}
