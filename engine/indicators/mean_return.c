/* SPDX-License-Identifier: MIT
 *
 * mean_return(w): arithmetic mean of the last w returns. A return is close / close before - 1.
 *
 * First value: after w + 1 bars.
 * Units: percent a bar.
 * Agrees: pandas pct_change().rolling(w).mean(), times 100.
 */
#include "kernel.h"

int32_t indicator_mean_return_closes(const by_recipe *recipe) {
    return recipe->window[0] + 1;
}

void indicator_mean_return(const by_recipe *recipe, const by_inputs *in, int32_t count,
                           double *out) {
    kernel_returns(in->close, count, out);
    kernel_window_mean(out + 1, count - 1, recipe->window[0], out + 1);
    for (int32_t i = recipe->window[0]; i < count; i++) {
        out[i] *= 100.0;
    }
}
