/* SPDX-License-Identifier: MIT
 *
 * keltner_lower(w, ranges, multiple): ema(w) - multiple * atr(ranges).
 *
 * First value: after the larger of w and ranges + 1 bars.
 * Units: those of the series.
 * Source: C. W. Keltner, How to Make Money in Commodities, 1960; with an exponential average and
 * true ranges, L. B. Raschke.
 */
#include "kernel.h"

int32_t indicator_keltner_lower_closes(const by_recipe *recipe) {
    return indicator_keltner_upper_closes(recipe);
}

void indicator_keltner_lower(const by_recipe *recipe, const by_inputs *in, int32_t count,
                             double *out) {
    by_recipe downwards = *recipe;
    downwards.number[0] = -recipe->number[0];
    indicator_keltner_upper(&downwards, in, count, out);
}
