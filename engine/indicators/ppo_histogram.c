/* SPDX-License-Identifier: MIT
 *
 * ppo_histogram(fast, slow, signal): ppo(fast, slow) - ppo_signal by the same option.
 *
 * First value: after max(fast, slow) + signal - 1 bars.
 * Units: percent.
 * Options: seed = "first" (default), "sma", "talib": as in ppo and ppo_signal.
 */
#include "signal_line.h"

int32_t indicator_ppo_histogram_closes(const by_recipe *recipe) {
    return indicator_ppo_signal_closes(recipe);
}

void indicator_ppo_histogram(const by_recipe *recipe, const by_inputs *in, int32_t count,
                             double *out) {
    const int32_t first = indicator_ppo_closes(recipe) - 1;
    indicator_ppo(recipe, in, count, out);
    signal_histogram(recipe, first, count, out);
}
