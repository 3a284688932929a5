/* SPDX-License-Identifier: MIT
 *
 * stochastic_fast_d(w, d): mean of the last d values of stochastic_fast_k(w).
 *
 * First value: after w + d - 1 bars.
 * Units: 0 to 100.
 * Flat or empty: a bar whose highest high is the lowest low counts as 0.
 * Agrees: TA-Lib STOCHF fastd.
 * Source: G. C. Lane, Lane's Stochastics, 1984.
 */
#include "kernel.h"

int32_t indicator_stochastic_fast_d_closes(const by_recipe *recipe) {
    return recipe->window[0] + recipe->window[1] - 1;
}

void indicator_stochastic_fast_d(const by_recipe *recipe, const by_inputs *in, int32_t count,
                                 double *out) {
    const int32_t first = recipe->window[0] - 1;
    indicator_stochastic_fast_k(recipe, in, count, out);
    kernel_window_mean(out + first, count - first, recipe->window[1], out + first);
}
