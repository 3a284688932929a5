/* SPDX-License-Identifier: MIT
 *
 * wilder(w): Wilder's average, an exponential one with the factor 1 / w: the mean of the first w
 * closes, then (average * (w - 1) + close) / w.
 *
 * First value: after w bars.
 * Units: those of the series.
 * Agrees: Tulip wilders; the averages inside TA-Lib's RSI and ATR; pandas ewm(alpha=1/w) later on.
 * Source: J. W. Wilder, New Concepts in Technical Trading Systems, 1978.
 */
#include "kernel.h"

int32_t indicator_wilder_closes(const by_recipe *recipe) {
    return recipe->window[0];
}

void indicator_wilder(const by_recipe *recipe, const by_inputs *in, int32_t count, double *out) {
    const int32_t w = recipe->window[0];
    const double rest = w - 1;
    const double all = w;
    kernel_window_mean(in->close, w, w, out);
    double average = out[w - 1];
    for (int32_t i = w; i < count; i++) {
        average = (average * rest + in->close[i]) / all;
        out[i] = average;
    }
}
