/* SPDX-License-Identifier: MIT
 *
 * stochastic_d(fast, slow, d): mean of the last d values of stochastic_k(fast, slow, d).
 *
 * First value: after fast + slow + d - 2 bars.
 * Units: 0 to 100.
 * Flat or empty: a bar whose highest high is the lowest low counts as 0.
 * Agrees: TA-Lib STOCH slowd, Tulip stoch.
 * Source: G. C. Lane, Lane's Stochastics, 1984.
 */
#include "kernel.h"

int32_t indicator_stochastic_d_closes(const by_recipe *recipe) {
    return indicator_stochastic_k_closes(recipe);
}

void indicator_stochastic_d(const by_recipe *recipe, const by_inputs *in, int32_t count,
                            double *out) {
    const int32_t first = recipe->window[0] + recipe->window[1] - 2;
    indicator_stochastic_k(recipe, in, count, out);
    kernel_window_mean(out + first, count - first, recipe->window[2], out + first);
}
