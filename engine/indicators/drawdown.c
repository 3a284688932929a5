/* SPDX-License-Identifier: MIT
 *
 * drawdown: fall from the highest close so far: (1 - close / highest) * 100.
 *
 * First value: after 1 bar.
 * Units: percent, positive.
 */
#include "kernel.h"

int32_t indicator_drawdown_closes(const by_recipe *recipe) {
    (void)recipe;
    return 1;
}

void indicator_drawdown(const by_recipe *recipe, const by_inputs *in, int32_t count, double *out) {
    (void)recipe;
    double highest = in->close[0];
    for (int32_t i = 0; i < count; i++) {
        highest = in->close[i] > highest ? in->close[i] : highest;
        out[i] = (1.0 - in->close[i] / highest) * 100.0;
    }
}
