/* SPDX-License-Identifier: MIT
 *
 * stdev_return(w): standard deviation of the last w returns, not annualised. A return is close /
 * close before - 1.
 *
 * First value: after w + 1 bars.
 * Units: percent a bar.
 * Options: ddof = 1 (default): of a sample, the squares divided by w - 1, none for a window of 1;
 * 0: of a population, divided by w.
 * Agrees: pandas pct_change().rolling(w).std(), times 100.
 */
#include "kernel.h"

int32_t indicator_stdev_return_closes(const by_recipe *recipe) {
    return recipe->window[0] + 1;
}

void indicator_stdev_return(const by_recipe *recipe, const by_inputs *in, int32_t count,
                            double *out) {
    kernel_returns(in->close, count, out);
    kernel_window_stdev(out + 1, count - 1, recipe->window[0], recipe->variant, out + 1);
    for (int32_t i = recipe->window[0]; i < count; i++) {
        out[i] *= 100.0;
    }
}
