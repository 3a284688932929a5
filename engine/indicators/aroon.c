/* SPDX-License-Identifier: MIT
 *
 * aroon(w): aroon_up(w) - aroon_down(w), -100 to 100.
 */
#include "kernel.h"

int32_t indicator_aroon_closes(const int32_t *window, int32_t variant) {
    (void)variant;
    return window[0] + 1;
}

void indicator_aroon(const int32_t *window, int32_t variant, const by_inputs *in, int32_t count,
                     double *out) {
    (void)variant;
    const double percent = 100.0 / window[0];
    double up[KERNEL_TILE];
    double down[KERNEL_TILE];
    for (int32_t end = window[0]; end < count; end += KERNEL_TILE) {
        int32_t bars = count - end < KERNEL_TILE ? count - end : KERNEL_TILE;
        kernel_tile_highest_at(in->high + end - window[0], bars, window[0] + 1, up);
        kernel_tile_lowest_at(in->low + end - window[0], bars, window[0] + 1, down);
        for (int32_t i = 0; i < bars; i++) {
            out[end + i] = (up[i] - down[i]) * percent;
        }
    }
}
