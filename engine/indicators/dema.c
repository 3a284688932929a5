/* SPDX-License-Identifier: MIT
 *
 * dema(w): 2 * e1 - e2, where e1 is the exponential average of the closes and e2 that of e1, both
 * with the factor 2 / (w + 1).
 *
 * First value: after 2 w - 1 bars.
 * Units: those of the series.
 * Options: seed = "first" (default): e1 begins with the first close, e2 with e1 at the w-th close;
 * "sma": each with the plain mean of the first w values that it averages.
 * Agrees: Tulip dema and TA-Lib DEMA in Metastock mode (seed = first), TA-Lib DEMA (seed = sma).
 * Source: P. G. Mulloy, Smoothing Data with Faster Moving Averages, Technical Analysis of Stocks &
 * Commodities, January 1994.
 */
#include "kernel.h"

int32_t indicator_dema_closes(const by_recipe *recipe) {
    return 2 * recipe->window[0] - 1;
}

void indicator_dema(const by_recipe *recipe, const by_inputs *in, int32_t count, double *out) {
    const int32_t w = recipe->window[0];
    const int32_t first = 2 * w - 2;
    kernel_exponential(in->close, count, w, recipe->variant, out);
    kernel_average second = kernel_average_after(out + w - 1, w, w, recipe->variant);
    out[first] = 2.0 * out[first] - second.value;
    for (int32_t i = first + 1; i < count; i++) {
        kernel_average_add(&second, out[i]);
        out[i] = 2.0 * out[i] - second.value;
    }
}
