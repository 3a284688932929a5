/* SPDX-License-Identifier: MIT
 *
 * highest_bars(w): bars since the highest of the last w values, the newest of equal ones: 0 for
 * this bar, w - 1 for the oldest.
 *
 * First value: after w bars.
 * Units: bars.
 * Agrees: Aroon of TA-Lib and Tulip: aroon_up(w) = 100 * (w - highest_bars(w + 1) of the highs) /
 * w.
 */
#include "kernel.h"

int32_t indicator_highest_bars_closes(const by_recipe *recipe) {
    return recipe->window[0];
}

void indicator_highest_bars(const by_recipe *recipe, const by_inputs *in, int32_t count,
                            double *out) {
    const int32_t before = recipe->window[0] - 1;
    kernel_ahead ahead =
        kernel_ahead_open(in->close, count - before, before + 1, KERNEL_PLACES, false);
    for (int32_t end = before; end < count; end += KERNEL_TILE) {
        const int32_t bars = kernel_tile_bars(count - end);
        kernel_tile_highest_at(&ahead, in->close + end - before, bars, recipe->window[0],
                               out + end);
        for (int32_t i = end; i < end + bars; i++) {
            out[i] = before - out[i];
        }
    }
    kernel_ahead_close(&ahead);
}
