/* SPDX-License-Identifier: MIT
 *
 * true_range: the largest of high - low, |high - close before| and |low - close before|.
 *
 * First value: after 2 bars.
 * Units: those of the series.
 * Options: first = "none" (default): the first bar, which has no close before it, has no true
 * range; "range": it has high - low, so that the first value comes after 1 bar.
 * Agrees: TA-Lib TRANGE; first = "range": Tulip tr.
 * Source: J. W. Wilder, New Concepts in Technical Trading Systems, 1978.
 */
#include "../clones.h"
#include "kernel.h"

int32_t indicator_true_range_closes(const by_recipe *recipe) {
    return recipe->variant == 1 ? 1 : 2;
}

BY_CLONES void indicator_true_range(const by_recipe *recipe, const by_inputs *in, int32_t count,
                                    double *out) {
    if (recipe->variant == 1) {
        out[0] = in->high[0] - in->low[0];
    }
    for (int32_t i = 1; i < count; i++) {
        out[i] = kernel_true_range(in, i);
    }
}
