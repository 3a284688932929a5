/* SPDX-License-Identifier: MIT
 *
 * macd(fast, slow, signal): fast exponential average of the closes - slow one.
 *
 * First value: after max(fast, slow) + signal - 1 bars: the first that has a signal line.
 * Units: those of the series.
 * Options: seed = "first" (default): the averages begin with the first close; "sma": each with the
 * plain mean of its first window; "talib": both at the last bar of the first slow window, with the
 * plain means of the closes up to there, and the longer window is taken for the slow one.
 * Agrees: TA-Lib MACD (seed = talib), pandas ewm(adjust=False) (seed = first), which reports from
 * the first bar on.
 * Differs: Tulip macd has the factors 0.15 and 0.075 for the windows 12 and 26.
 * Source: G. Appel, The Moving Average Convergence-Divergence Trading Method, 1985.
 */
#include <stdbool.h>

#include "kernel.h"

/* The first bar of the line as such. */
static int32_t macd_first(const int32_t *window) {
    return (window[0] > window[1] ? window[0] : window[1]) - 1;
}

int32_t indicator_macd_closes(const by_recipe *recipe) {
    return macd_first(recipe->window) + recipe->window[2];
}

void indicator_macd(const by_recipe *recipe, const by_inputs *in, int32_t count, double *out) {
    const int32_t first = macd_first(recipe->window);
    const bool swap = recipe->variant == 2 && recipe->window[0] > recipe->window[1];
    const int32_t fast_window = swap ? recipe->window[1] : recipe->window[0];
    const int32_t slow_window = swap ? recipe->window[0] : recipe->window[1];
    const int32_t late = recipe->variant == 2 ? slow_window - fast_window : 0;
    const int32_t seed = recipe->variant == 0 ? KERNEL_SEED_FIRST : KERNEL_SEED_MEAN;
    const double *x = in->close;
    kernel_average fast = kernel_average_after(x + late, first + 1 - late, fast_window, seed);
    kernel_average slow = kernel_average_after(x, first + 1, slow_window, seed);
    out[first] = fast.value - slow.value;
    for (int32_t i = first + 1; i < count; i++) {
        kernel_average_add(&fast, x[i]);
        kernel_average_add(&slow, x[i]);
        out[i] = fast.value - slow.value;
    }
}
