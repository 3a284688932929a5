/* SPDX-License-Identifier: MIT
 *
 * tema(w): 3 * e1 - 3 * e2 + e3, where e1 is the exponential average of the closes, e2 that of e1
 * and e3 that of e2, all with the factor 2 / (w + 1).
 *
 * First value: after 3 w - 2 bars.
 * Units: those of the series.
 * Options: seed = "first" (default): e1 begins with the first close, e2 with e1 at the w-th close,
 * e3 with e2 at the (2 w - 1)-th; "sma": each with the plain mean of the first w values that it
 * averages.
 * Agrees: Tulip tema and TA-Lib TEMA in Metastock mode (seed = first), TA-Lib TEMA (seed = sma).
 * Source: P. G. Mulloy, Smoothing Data with Less Lag, Technical Analysis of Stocks & Commodities,
 * February 1994.
 */
#include "kernel.h"

int32_t indicator_tema_closes(const by_recipe *recipe) {
    return 3 * recipe->window[0] - 2;
}

/* The first w values of e2 take the places of those of e1 that no later step needs. */
void indicator_tema(const by_recipe *recipe, const by_inputs *in, int32_t count, double *out) {
    const int32_t w = recipe->window[0];
    const int32_t first = 3 * w - 3;
    double *const seconds = out + w - 1;
    kernel_exponential(in->close, count, w, recipe->variant, out);
    kernel_average second = kernel_average_after(seconds, w, w, recipe->variant);
    seconds[0] = second.value;
    for (int32_t i = 1; i < w; i++) {
        seconds[i] = kernel_average_add(&second, seconds[w - 1 + i]);
    }
    kernel_average third = kernel_average_after(seconds, w, w, recipe->variant);
    out[first] = 3.0 * out[first] - 3.0 * second.value + third.value;
    for (int32_t i = first + 1; i < count; i++) {
        kernel_average_add(&second, out[i]);
        kernel_average_add(&third, second.value);
        out[i] = 3.0 * out[i] - 3.0 * second.value + third.value;
    }
}
