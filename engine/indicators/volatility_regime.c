/* SPDX-License-Identifier: MIT
 *
 * volatility_regime(short, long): percentile rank of volatility(short) among its own last `long`
 * values: the share of the `long` - 1 values before today's that are below it.
 *
 * First value: after short + long bars.
 * Units: percent, 0 to 100.
 * Options: ddof = 1 (default) or 0: that of volatility.
 * Flat or empty: 0 where all are equal; none where today's volatility is not defined, nor for a
 * `long` of 1.
 */
#include "kernel.h"

int32_t indicator_volatility_regime_closes(const by_recipe *recipe) {
    return recipe->window[0] + recipe->window[1];
}

void indicator_volatility_regime(const by_recipe *recipe, const by_inputs *in, int32_t count,
                                 double *out) {
    const int32_t first = recipe->window[0];
    const by_recipe of_percentile = {.window = {recipe->window[1]}};
    indicator_volatility(recipe, in, count, out);
    indicator_percentile(&of_percentile, &(by_inputs){.close = out + first}, count - first,
                         out + first);
}
