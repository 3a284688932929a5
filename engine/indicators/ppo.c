/* SPDX-License-Identifier: MIT
 *
 * ppo(fast, slow): (fast average - slow average) / slow average * 100 of the closes.
 *
 * First value: after max(fast, slow) bars.
 * Units: percent.
 * Options: seed = "first" (default): exponential averages that begin with the first close; "sma":
 * each with the plain mean of its first window; "talib": no exponential averages but plain means,
 * the longer window taken for the slow one, which TA-Lib has unless told otherwise.
 * Agrees: Tulip ppo and pandas ewm(adjust=False) (seed = first), which report from the first bars
 * on; TA-Lib PPO with its exponential averages (sma) and its simple ones (talib).
 */
#include "oscillator.h"

int32_t indicator_ppo_closes(const by_recipe *recipe) {
    return oscillator_closes(recipe);
}

static inline double percentage(double fast, double slow) {
    return (fast - slow) / slow * 100.0;
}

void indicator_ppo(const by_recipe *recipe, const by_inputs *in, int32_t count, double *out) {
    oscillator_fill(recipe, in->close, count, percentage, out);
}
