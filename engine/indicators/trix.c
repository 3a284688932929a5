/* SPDX-License-Identifier: MIT
 *
 * trix(w): change, from one bar to the next, of an exponential average of an exponential average of
 * the exponential average of the closes: (e3 / e3 one bar ago - 1) * 100.
 *
 * First value: after 3 w - 1 bars.
 * Units: percent a bar.
 * Options: seed = "first" (default): each average begins with the first value that it averages, and
 * has values itself from the w-th of these on; "sma": with the plain mean of the first w of them.
 * Agrees: TA-Lib TRIX (seed = sma).
 * Differs: Tulip trix divides by today's average.
 * Source: J. K. Hutson, Good TRIX, Technical Analysis of Stocks & Commodities, July 1983.
 */
#include "kernel.h"

int32_t indicator_trix_closes(const by_recipe *recipe) {
    return 3 * recipe->window[0] - 1;
}

void indicator_trix(const by_recipe *recipe, const by_inputs *in, int32_t count, double *out) {
    const int32_t w = recipe->window[0];
    const int32_t second = w - 1;
    const int32_t third = 2 * second;
    kernel_exponential(in->close, count, w, recipe->variant, out);
    kernel_exponential(out + second, count - second, w, recipe->variant, out + second);
    kernel_exponential(out + third, count - third, w, recipe->variant, out + third);
    for (int32_t i = count - 1; i > third + second; i--) {
        out[i] = (out[i] / out[i - 1] - 1.0) * 100.0;
    }
}
