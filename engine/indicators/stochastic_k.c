/* SPDX-License-Identifier: MIT
 *
 * stochastic_k(fast, slow, d): mean of the last `slow` values of (close - lowest low) / (highest
 * high - lowest low) * 100, each over `fast` bars; 0 where the highest is the lowest. Reported from
 * the bar on that has a %D line, the mean of d of these, as in TA-Lib. (G. C. Lane.)
 */
#include "kernel.h"

int32_t indicator_stochastic_k_closes(const int32_t *window, int32_t variant) {
    (void)variant;
    return window[0] + window[1] + window[2] - 2;
}

void indicator_stochastic_k(const int32_t *window, int32_t variant, const by_inputs *in,
                            int32_t count, double *out) {
    (void)variant;
    const int32_t first = window[0] - 1;
    double highest[KERNEL_TILE];
    double lowest[KERNEL_TILE];
    for (int32_t end = first; end < count; end += KERNEL_TILE) {
        int32_t bars = count - end < KERNEL_TILE ? count - end : KERNEL_TILE;
        kernel_tile_highest(in->high + end - first, bars, window[0], highest);
        kernel_tile_lowest(in->low + end - first, bars, window[0], lowest);
        for (int32_t i = 0; i < bars; i++) {
            out[end + i] = highest[i] > lowest[i]
                               ? (in->close[end + i] - lowest[i]) / (highest[i] - lowest[i]) * 100.0
                               : 0.0;
        }
    }
    kernel_window_mean(out + first, count - first, window[1], out + first);
}
