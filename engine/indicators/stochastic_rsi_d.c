/* SPDX-License-Identifier: MIT
 *
 * stochastic_rsi_d(w, k, d): mean of the last d values of stochastic_rsi(w, k).
 *
 * First value: after w + k + d - 1 bars.
 * Units: 0 to 100.
 * Agrees: TA-Lib STOCHRSI fastd.
 * Source: T. S. Chande and S. Kroll, The New Technical Trader, 1994.
 */
#include "kernel.h"

int32_t indicator_stochastic_rsi_d_closes(const by_recipe *recipe) {
    return indicator_stochastic_rsi_closes(recipe) + recipe->window[2] - 1;
}

void indicator_stochastic_rsi_d(const by_recipe *recipe, const by_inputs *in, int32_t count,
                                double *out) {
    const int32_t first = indicator_stochastic_rsi_closes(recipe) - 1;
    indicator_stochastic_rsi(recipe, in, count, out);
    kernel_window_mean(out + first, count - first, recipe->window[2], out + first);
}
