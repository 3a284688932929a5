/* SPDX-License-Identifier: MIT
 *
 * lowest_bars(w): bars since the lowest of the last w values, the newest of equal ones: 0 for this
 * bar, w - 1 for the oldest.
 *
 * First value: after w bars.
 * Units: bars.
 * Agrees: Aroon of TA-Lib and Tulip: aroon_down(w) = 100 * (w - lowest_bars(w + 1) of the lows) /
 * w.
 */
#include "kernel.h"

int32_t indicator_lowest_bars_closes(const by_recipe *recipe) {
    return recipe->window[0];
}

void indicator_lowest_bars(const by_recipe *recipe, const by_inputs *in, int32_t count,
                           double *out) {
    const int32_t before = recipe->window[0] - 1;
    kernel_ahead ahead =
        kernel_ahead_open(in->close, count - before, before + 1, KERNEL_PLACES, false);
    for (int32_t end = before; end < count; end += KERNEL_TILE) {
        const int32_t bars = kernel_tile_bars(count - end);
        kernel_tile_lowest_at(&ahead, in->close + end - before, bars, recipe->window[0], out + end);
        for (int32_t i = end; i < end + bars; i++) {
            out[i] = before - out[i];
        }
    }
    kernel_ahead_close(&ahead);
}
