/* SPDX-License-Identifier: MIT
 *
 * lowest(w): the lowest of the last w values.
 *
 * First value: after w bars.
 * Units: those of the series.
 * Agrees: TA-Lib MIN, Tulip min.
 */
#include "kernel.h"

int32_t indicator_lowest_closes(const by_recipe *recipe) {
    return recipe->window[0];
}

void indicator_lowest(const by_recipe *recipe, const by_inputs *in, int32_t count, double *out) {
    const int32_t before = recipe->window[0] - 1;
    kernel_ahead ahead =
        kernel_ahead_open(in->close, count - before, before + 1, KERNEL_EXTREMES, false);
    for (int32_t end = before; end < count; end += KERNEL_TILE) {
        const int32_t bars = kernel_tile_bars(count - end);
        kernel_tile_lowest(&ahead, in->close + end - before, bars, recipe->window[0], out + end);
    }
    kernel_ahead_close(&ahead);
}
