/* SPDX-License-Identifier: MIT
 *
 * volatility_parkinson(w): realised volatility from the ranges of the last w bars: the root of the
 * mean of log(high / low)^2 / (4 log 2). It knows nothing of gaps. Of a year: times the root of the
 * bars in it, sqrt(252) for days.
 *
 * First value: after w bars.
 * Units: percent a bar.
 * Flat or empty: none where a price of the window is not above 0.
 * Agrees: R's TTR volatility(calc = "parkinson"), per bar and times 100.
 * Source: M. Parkinson, The Extreme Value Method for Estimating the Variance of the Rate of Return,
 * Journal of Business 53, 1980.
 */
#include "../clones.h"
#include "../logarithm.h"
#include "kernel.h"

int32_t indicator_volatility_parkinson_closes(const by_recipe *recipe) {
    return recipe->window[0];
}

BY_CLONES static void squares(const double *restrict high, const double *restrict low,
                              int32_t count, double *restrict out) {
    for (int32_t i = 0; i < count; i++) {
        const double range = by_logarithm(high[i], low[i]);
        out[i] = range * range;
    }
}

BY_CLONES void indicator_volatility_parkinson(const by_recipe *recipe, const by_inputs *in,
                                              int32_t count, double *out) {
    squares(in->high, in->low, count, out);
    kernel_window_mean(out, count, recipe->window[0], out);
    for (int32_t i = recipe->window[0] - 1; i < count; i++) {
        out[i] = sqrt(out[i] / (4.0 * M_LN2)) * 100.0;
    }
}
