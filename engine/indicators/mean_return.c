/* SPDX-License-Identifier: MIT
 *
 * mean_return(w): arithmetic mean of the last w returns, in percent.
 */
#include "kernel.h"

int32_t indicator_mean_return_closes(const int32_t *window, int32_t variant) {
    (void)variant;
    return window[0] + 1;
}

void indicator_mean_return(const int32_t *window, int32_t variant, const by_inputs *in,
                           int32_t count, double *out) {
    (void)variant;
    kernel_returns(in->close, count, out);
    kernel_window_mean(out + 1, count - 1, window[0], out + 1);
    for (int32_t i = window[0]; i < count; i++) {
        out[i] *= 100.0;
    }
}
