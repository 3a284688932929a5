/* SPDX-License-Identifier: MIT
 *
 * stochastic_k(fast, slow, d): mean of the last `slow` values of stochastic_fast_k(fast), reported
 * from the bar on that has a %D line, the mean of d of these.
 *
 * First value: after fast + slow + d - 2 bars.
 * Units: 0 to 100.
 * Flat or empty: a bar whose highest high is the lowest low counts as 0.
 * Agrees: TA-Lib STOCH slowk, Tulip stoch.
 * Source: G. C. Lane, Lane's Stochastics, 1984.
 */
#include "kernel.h"

int32_t indicator_stochastic_k_closes(const by_recipe *recipe) {
    return recipe->window[0] + recipe->window[1] + recipe->window[2] - 2;
}

void indicator_stochastic_k(const by_recipe *recipe, const by_inputs *in, int32_t count,
                            double *out) {
    indicator_stochastic_fast_d(recipe, in, count, out);
}
