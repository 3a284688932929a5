/* SPDX-License-Identifier: MIT
 *
 * stdev_price(w): standard deviation of the last w closes: the square root of the mean square of
 * what they differ from their mean.
 *
 * First value: after w bars.
 * Units: those of the series.
 * Options: ddof = 1 (default): of a sample, the squares divided by w - 1, none for a window of 1;
 * 0: of a population, divided by w.
 * Flat or empty: exactly 0 where all closes are equal.
 * Agrees: pandas rolling(w).std(); with ddof = 0 TA-Lib STDDEV and Tulip stddev.
 * Differs: TA-Lib and Tulip subtract large squares of the level: of closes near 1e9 they are off
 * by more than the deviation itself. TradingView ta.stdev: ddof = 0.
 */
#include "kernel.h"

int32_t indicator_stdev_price_closes(const by_recipe *recipe) {
    return recipe->window[0];
}

void indicator_stdev_price(const by_recipe *recipe, const by_inputs *in, int32_t count,
                           double *out) {
    kernel_window_stdev(in->close, count, recipe->window[0], recipe->variant, out);
}
