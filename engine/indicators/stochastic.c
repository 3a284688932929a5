/* SPDX-License-Identifier: MIT
 *
 * stochastic(w): (value - lowest) / (highest - lowest) * 100 over the last w values; 50 where they
 * are all equal.
 */
#include "kernel.h"

int32_t indicator_stochastic_closes(const int32_t *window, int32_t variant) {
    (void)variant;
    return window[0];
}

void indicator_stochastic(const int32_t *window, int32_t variant, const by_inputs *in,
                          int32_t count, double *out) {
    (void)variant;
    double highest[KERNEL_TILE];
    double lowest[KERNEL_TILE];
    for (int32_t end = window[0] - 1; end < count; end += KERNEL_TILE) {
        int32_t bars = count - end < KERNEL_TILE ? count - end : KERNEL_TILE;
        kernel_tile_highest(in->close + end - window[0] + 1, bars, window[0], highest);
        kernel_tile_lowest(in->close + end - window[0] + 1, bars, window[0], lowest);
        for (int32_t i = 0; i < bars; i++) {
            out[end + i] = highest[i] > lowest[i]
                               ? (in->close[end + i] - lowest[i]) / (highest[i] - lowest[i]) * 100.0
                               : 50.0;
        }
    }
}
