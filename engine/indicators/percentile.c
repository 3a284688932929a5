/* SPDX-License-Identifier: MIT
 *
 * percentile(w): share, in percent, of the w - 1 values before today's that are below it: 0 for the
 * lowest of w values, 100 for a high that no other reaches. None for a window of 1.
 */
#include "../clones.h"
#include "kernel.h"

int32_t indicator_percentile_closes(const int32_t *window, int32_t variant) {
    (void)variant;
    return window[0];
}

BY_CLONES static void percentile_tile(const double *x, int32_t bars, int32_t window, double *out) {
    const double *today = x + window - 1;
    for (int32_t i = 0; i < bars; i++) {
        out[i] = 0.0;
    }
    for (int32_t k = 0; k < window - 1; k++) {
        for (int32_t i = 0; i < bars; i++) {
            out[i] += x[k + i] < today[i] ? 1.0 : 0.0;
        }
    }
    for (int32_t i = 0; i < bars; i++) {
        out[i] = out[i] / (window - 1) * 100.0;
    }
}

void indicator_percentile(const int32_t *window, int32_t variant, const by_inputs *in,
                          int32_t count, double *out) {
    (void)variant;
    for (int32_t end = window[0] - 1; end < count; end += KERNEL_TILE) {
        int32_t bars = count - end < KERNEL_TILE ? count - end : KERNEL_TILE;
        percentile_tile(in->close + end - window[0] + 1, bars, window[0], out + end);
    }
}
