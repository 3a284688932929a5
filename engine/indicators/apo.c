/* SPDX-License-Identifier: MIT
 *
 * apo(fast, slow): fast average - slow average of the closes.
 *
 * First value: after max(fast, slow) bars.
 * Units: those of the series.
 * Options: seed = "first" (default): exponential averages that begin with the first close; "sma":
 * each with the plain mean of its first window; "talib": no exponential averages but plain means,
 * the longer window taken for the slow one, which TA-Lib has unless told otherwise.
 * Agrees: Tulip apo (seed = first), which reports from the second bar on; TA-Lib APO with its
 * exponential averages (sma) and its simple ones (talib).
 */
#include "oscillator.h"

int32_t indicator_apo_closes(const by_recipe *recipe) {
    return oscillator_closes(recipe);
}

static inline double difference(double fast, double slow) {
    return fast - slow;
}

void indicator_apo(const by_recipe *recipe, const by_inputs *in, int32_t count, double *out) {
    oscillator_fill(recipe, in->close, count, difference, out);
}
