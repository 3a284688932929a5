/* SPDX-License-Identifier: MIT
 *
 * gap: how far the open is from the close before, (open / close before - 1) * 100. Of a series that
 * is not bars, its change.
 *
 * First value: after 2 bars.
 * Units: percent.
 */
#include "../clones.h"
#include "kernel.h"

int32_t indicator_gap_closes(const by_recipe *recipe) {
    (void)recipe;
    return 2;
}

BY_CLONES void indicator_gap(const by_recipe *recipe, const by_inputs *in, int32_t count,
                             double *out) {
    (void)recipe;
    for (int32_t i = 1; i < count; i++) {
        out[i] = (in->open[i] / in->close[i - 1] - 1.0) * 100.0;
    }
}
