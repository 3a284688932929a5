/* SPDX-License-Identifier: MIT
 *
 * aroon_down(w): (w - bars since the lowest low of the last w + 1 bars) / w * 100; of equal ones
 * the newest counts.
 *
 * First value: after w + 1 bars.
 * Units: 0 to 100.
 * Flat or empty: 100 where all lows are equal.
 * Agrees: TA-Lib AROON, Tulip aroon.
 * Source: T. S. Chande, A Time Price Oscillator, 1995.
 */
#include "kernel.h"

int32_t indicator_aroon_down_closes(const by_recipe *recipe) {
    return recipe->window[0] + 1;
}

void indicator_aroon_down(const by_recipe *recipe, const by_inputs *in, int32_t count,
                          double *out) {
    const double percent = 100.0 / recipe->window[0];
    kernel_ahead ahead = kernel_ahead_open(in->low, count - recipe->window[0],
                                           recipe->window[0] + 1, KERNEL_PLACES, false);
    for (int32_t end = recipe->window[0]; end < count; end += KERNEL_TILE) {
        const int32_t bars = kernel_tile_bars(count - end);
        kernel_tile_lowest_at(&ahead, in->low + end - recipe->window[0], bars,
                              recipe->window[0] + 1, out + end);
        for (int32_t i = end; i < end + bars; i++) {
            out[i] *= percent;
        }
    }
    kernel_ahead_close(&ahead);
}
