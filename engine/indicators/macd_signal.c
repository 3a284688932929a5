/* SPDX-License-Identifier: MIT
 *
 * macd_signal(fast, slow, signal): exponential average of the line of macd by the same option.
 *
 * First value: after max(fast, slow) + signal - 1 bars.
 * Units: those of the series.
 * Options: seed = "first" (default): it begins with the first value of the line, that of the
 * max(fast, slow)-th close; "sma" and "talib": with the plain mean of the first `signal` values.
 * Agrees: TA-Lib MACD (seed = talib); pandas ewm(adjust=False), which begins with the first bar,
 * later on (seed = first).
 * Source: G. Appel, The Moving Average Convergence-Divergence Trading Method, 1985.
 */
#include "signal_line.h"

int32_t indicator_macd_signal_closes(const by_recipe *recipe) {
    return indicator_macd_closes(recipe);
}

void indicator_macd_signal(const by_recipe *recipe, const by_inputs *in, int32_t count,
                           double *out) {
    const int32_t first = indicator_macd_closes(recipe) - recipe->window[2];
    indicator_macd(recipe, in, count, out);
    signal_line(recipe, first, count, out);
}
