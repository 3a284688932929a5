/* SPDX-License-Identifier: MIT
 *
 * volatility_garman_klass(w): realised volatility from the last w bars: the root of the mean of
 * log(high / low)^2 / 2 - (2 log 2 - 1) * log(close / open)^2. It knows nothing of gaps. Of a year:
 * times the root of the bars in it, sqrt(252) for days.
 *
 * First value: after w bars.
 * Units: percent a bar.
 * Flat or empty: none where a price of the window is not above 0, nor where opens and closes stand
 * so far outside of their ranges that the mean is negative.
 * Agrees: R's TTR volatility(calc = "garman.klass"), per bar and times 100.
 * Source: M. B. Garman and M. J. Klass, On the Estimation of Security Price Volatilities from
 * Historical Data, Journal of Business 53, 1980.
 */
#include "../clones.h"
#include "../logarithm.h"
#include "kernel.h"

int32_t indicator_volatility_garman_klass_closes(const by_recipe *recipe) {
    return recipe->window[0];
}

BY_CLONES static void variances(const by_inputs *in, int32_t count, double *restrict out) {
    const double *const open = in->open;
    const double *const high = in->high;
    const double *const low = in->low;
    const double *const close = in->close;
    for (int32_t i = 0; i < count; i++) {
        const double range = by_logarithm(high[i], low[i]);
        const double body = by_logarithm(close[i], open[i]);
        out[i] = 0.5 * (range * range) - (2.0 * M_LN2 - 1.0) * (body * body);
    }
}

BY_CLONES void indicator_volatility_garman_klass(const by_recipe *recipe, const by_inputs *in,
                                                 int32_t count, double *out) {
    variances(in, count, out);
    kernel_window_mean(out, count, recipe->window[0], out);
    for (int32_t i = recipe->window[0] - 1; i < count; i++) {
        out[i] = sqrt(out[i]) * 100.0;
    }
}
