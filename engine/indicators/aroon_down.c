/* SPDX-License-Identifier: MIT
 *
 * aroon_down(w): (w - bars since the lowest low of the last w + 1 bars) / w * 100; of equal ones
 * the newest counts.
 */
#include "kernel.h"

int32_t indicator_aroon_down_closes(const int32_t *window, int32_t variant) {
    (void)variant;
    return window[0] + 1;
}

void indicator_aroon_down(const int32_t *window, int32_t variant, const by_inputs *in,
                          int32_t count, double *out) {
    (void)variant;
    const double percent = 100.0 / window[0];
    for (int32_t end = window[0]; end < count; end += KERNEL_TILE) {
        int32_t bars = count - end < KERNEL_TILE ? count - end : KERNEL_TILE;
        kernel_tile_lowest_at(in->low + end - window[0], bars, window[0] + 1, out + end);
        for (int32_t i = end; i < end + bars; i++) {
            out[i] *= percent;
        }
    }
}
