/* SPDX-License-Identifier: MIT
 *
 * bollinger_width(w, k): (upper - lower) / middle * 100 of the Bollinger bands, which is 2 k
 * standard deviations over the mean.
 *
 * First value: after w bars.
 * Units: percent of the mean.
 * Options: ddof = 0 (default): deviation of a population, the squares divided by w; 1: of a
 * sample, divided by w - 1, none for a window of 1.
 * Flat or empty: 0 where all closes are equal.
 * Agrees: pandas, as a fraction.
 * Source: J. Bollinger, Bollinger on Bollinger Bands, 2001.
 */
#include "../clones.h"
#include "bollinger.h"

int32_t indicator_bollinger_width_closes(const by_recipe *recipe) {
    return recipe->window[0];
}

static inline double width_of(double k, double mean, double stdev) {
    return 2.0 * k * stdev / mean * 100.0;
}

BY_CLONES void indicator_bollinger_width(const by_recipe *recipe, const by_inputs *in,
                                         int32_t count, double *out) {
    bollinger_fill(recipe, in, count, width_of, out);
}
