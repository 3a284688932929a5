/* SPDX-License-Identifier: MIT
 *
 * ppo_signal(fast, slow, signal): exponential average of ppo(fast, slow) by the same option.
 *
 * First value: after max(fast, slow) + signal - 1 bars.
 * Units: percent.
 * Options: seed = "first" (default): it begins with the first value of ppo, that of the
 * max(fast, slow)-th close; "sma" and "talib": with the plain mean of the first `signal` values.
 * Agrees: pandas ewm(adjust=False), which begins with the first bar, later on (seed = first).
 */
#include "signal_line.h"

int32_t indicator_ppo_signal_closes(const by_recipe *recipe) {
    return indicator_ppo_closes(recipe) + recipe->window[2] - 1;
}

void indicator_ppo_signal(const by_recipe *recipe, const by_inputs *in, int32_t count,
                          double *out) {
    const int32_t first = indicator_ppo_closes(recipe) - 1;
    indicator_ppo(recipe, in, count, out);
    signal_line(recipe, first, count, out);
}
