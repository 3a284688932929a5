/* SPDX-License-Identifier: MIT
 *
 * max_drawdown(w): largest fall from a peak to a later close within the last w closes, positive, in
 * percent: max (1 - close / peak) * 100.
 */
#include "../clones.h"
#include "kernel.h"

int32_t indicator_max_drawdown_closes(const int32_t *window, int32_t variant) {
    (void)variant;
    return window[0];
}

/* Neighbouring bars side by side, each with its own peak. */
BY_CLONES static void drawdown_tile(const double *x, int32_t bars, int32_t window, double *out) {
    double peak[KERNEL_TILE];
    for (int32_t i = 0; i < bars; i++) {
        peak[i] = x[i];
        out[i] = 0.0;
    }
    for (int32_t k = 1; k < window; k++) {
        for (int32_t i = 0; i < bars; i++) {
            double value = x[k + i];
            peak[i] = value > peak[i] ? value : peak[i];
            double drawdown = 1.0 - value / peak[i];
            out[i] = drawdown > out[i] ? drawdown : out[i];
        }
    }
    for (int32_t i = 0; i < bars; i++) {
        out[i] *= 100.0;
    }
}

void indicator_max_drawdown(const int32_t *window, int32_t variant, const by_inputs *in,
                            int32_t count, double *out) {
    (void)variant;
    for (int32_t end = window[0] - 1; end < count; end += KERNEL_TILE) {
        int32_t bars = count - end < KERNEL_TILE ? count - end : KERNEL_TILE;
        drawdown_tile(in->close + end - window[0] + 1, bars, window[0], out + end);
    }
}
