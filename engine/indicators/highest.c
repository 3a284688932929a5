/* SPDX-License-Identifier: MIT
 *
 * highest(w): the highest of the last w values.
 *
 * First value: after w bars.
 * Units: those of the series.
 * Agrees: TA-Lib MAX, Tulip max.
 */
#include "kernel.h"

int32_t indicator_highest_closes(const by_recipe *recipe) {
    return recipe->window[0];
}

void indicator_highest(const by_recipe *recipe, const by_inputs *in, int32_t count, double *out) {
    const int32_t before = recipe->window[0] - 1;
    kernel_ahead ahead =
        kernel_ahead_open(in->close, count - before, before + 1, KERNEL_EXTREMES, false);
    for (int32_t end = before; end < count; end += KERNEL_TILE) {
        const int32_t bars = kernel_tile_bars(count - end);
        kernel_tile_highest(&ahead, in->close + end - before, bars, recipe->window[0], out + end);
    }
    kernel_ahead_close(&ahead);
}
