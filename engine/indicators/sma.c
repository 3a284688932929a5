/* SPDX-License-Identifier: MIT
 *
 * sma(w): mean of the last w closes.
 */
#include "kernel.h"

int32_t indicator_sma_closes(const int32_t *window, int32_t variant) {
    (void)variant;
    return window[0];
}

void indicator_sma(const int32_t *window, int32_t variant, const by_inputs *in, int32_t count,
                   double *out) {
    (void)variant;
    kernel_window_mean(in->close, count, window[0], out);
}
