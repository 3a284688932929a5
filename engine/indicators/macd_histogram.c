/* SPDX-License-Identifier: MIT
 *
 * macd_histogram(fast, slow, signal): macd - macd_signal by the same option.
 *
 * First value: after max(fast, slow) + signal - 1 bars.
 * Units: those of the series.
 * Options: seed = "first" (default), "sma", "talib": as in macd and macd_signal.
 * Agrees: TA-Lib MACD (seed = talib).
 * Source: T. Aspray, MACD Momentum, Technical Analysis of Stocks & Commodities, August 1988.
 */
#include "signal_line.h"

int32_t indicator_macd_histogram_closes(const by_recipe *recipe) {
    return indicator_macd_closes(recipe);
}

void indicator_macd_histogram(const by_recipe *recipe, const by_inputs *in, int32_t count,
                              double *out) {
    const int32_t first = indicator_macd_closes(recipe) - recipe->window[2];
    indicator_macd(recipe, in, count, out);
    signal_histogram(recipe, first, count, out);
}
