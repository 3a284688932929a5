/* SPDX-License-Identifier: MIT
 *
 * sma(w): mean of the last w closes.
 */
#include "kernel.h"

int32_t indicator_sma_closes(const int32_t *window) {
    return window[0];
}

void indicator_sma(const int32_t *window, const double *close, int32_t count, double *out) {
    kernel_window_sum(close, count, window[0], out);
    for (int32_t i = window[0] - 1; i < count; i++) {
        out[i] /= window[0];
    }
}
