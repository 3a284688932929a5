/* SPDX-License-Identifier: MIT
 *
 * bollinger_upper(w, k): k standard deviations of the last w closes above their mean, sma(w).
 *
 * First value: after w bars.
 * Units: those of the series.
 * Options: ddof = 0 (default): deviation of a population, the squares divided by w; 1: of a
 * sample, divided by w - 1, none for a window of 1.
 * Flat or empty: the mean where all closes are equal.
 * Agrees: TA-Lib BBANDS, Tulip bbands, pandas rolling(w).mean() and .std(ddof = 0).
 * Differs: TA-Lib and Tulip subtract large squares of the level, see stdev_price.
 * Source: J. Bollinger, Bollinger on Bollinger Bands, 2001.
 */
#include "../clones.h"
#include "bollinger.h"

int32_t indicator_bollinger_upper_closes(const by_recipe *recipe) {
    return recipe->window[0];
}

static inline double upper_of(double k, double mean, double stdev) {
    return mean + k * stdev;
}

BY_CLONES void indicator_bollinger_upper(const by_recipe *recipe, const by_inputs *in,
                                         int32_t count, double *out) {
    bollinger_fill(recipe, in, count, upper_of, out);
}
