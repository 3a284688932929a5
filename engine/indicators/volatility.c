/* SPDX-License-Identifier: MIT
 *
 * volatility(w): realised volatility from close to close: standard deviation of the last w
 * logarithmic returns, log(close / close before). Of a year: times the root of the bars in it,
 * sqrt(252) for days.
 *
 * First value: after w + 1 bars.
 * Units: percent a bar.
 * Options: ddof = 1 (default): that of a sample; 0: that of a population.
 * Flat or empty: none for a window of 1 by ddof = 1, nor where a close of the window is not above
 * 0. Agrees: pandas log(close).diff().rolling(w).std(), times 100. Differs: Tulip volatility and
 * stdev_return take simple returns; R's TTR counts closes, not returns.
 */
#include "../clones.h"
#include "../logarithm.h"
#include "kernel.h"

int32_t indicator_volatility_closes(const by_recipe *recipe) {
    return recipe->window[0] + 1;
}

BY_CLONES static void log_returns(const double *restrict x, int32_t count, double *restrict r) {
    for (int32_t i = 1; i < count; i++) {
        r[i] = by_logarithm(x[i], x[i - 1]);
    }
}

void indicator_volatility(const by_recipe *recipe, const by_inputs *in, int32_t count,
                          double *out) {
    log_returns(in->close, count, out);
    kernel_window_stdev(out + 1, count - 1, recipe->window[0], recipe->variant, out + 1);
    for (int32_t i = recipe->window[0]; i < count; i++) {
        out[i] *= 100.0;
    }
}
