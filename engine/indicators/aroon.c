/* SPDX-License-Identifier: MIT
 *
 * aroon(w): aroon_up(w) - aroon_down(w).
 *
 * First value: after w + 1 bars.
 * Units: -100 to 100.
 * Flat or empty: 0 where all bars are equal.
 * Agrees: TA-Lib AROONOSC.
 * Source: T. S. Chande, A Time Price Oscillator, 1995.
 */
#include "kernel.h"

int32_t indicator_aroon_closes(const by_recipe *recipe) {
    return recipe->window[0] + 1;
}

void indicator_aroon(const by_recipe *recipe, const by_inputs *in, int32_t count, double *out) {
    const int32_t w = recipe->window[0];
    const double percent = 100.0 / w;
    double up[KERNEL_TILE];
    double down[KERNEL_TILE];
    kernel_ahead highs = kernel_ahead_open(in->high, count - w, w + 1, KERNEL_PLACES, false);
    kernel_ahead lows = kernel_ahead_open(in->low, count - w, w + 1, KERNEL_PLACES, false);
    for (int32_t end = w; end < count; end += KERNEL_TILE) {
        const int32_t bars = kernel_tile_bars(count - end);
        kernel_tile_highest_at(&highs, in->high + end - w, bars, w + 1, up);
        kernel_tile_lowest_at(&lows, in->low + end - w, bars, w + 1, down);
        for (int32_t i = 0; i < bars; i++) {
            out[end + i] = (up[i] - down[i]) * percent;
        }
    }
    kernel_ahead_close(&highs);
    kernel_ahead_close(&lows);
}
