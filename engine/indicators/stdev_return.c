/* SPDX-License-Identifier: MIT
 *
 * stdev_return(w): standard deviation of the last w returns, in percent, not annualised. Variant 0:
 * of a sample (ddof 1). Variant 1: of a population (ddof 0).
 */
#include "kernel.h"

int32_t indicator_stdev_return_closes(const int32_t *window, int32_t variant) {
    (void)variant;
    return window[0] + 1;
}

void indicator_stdev_return(const int32_t *window, int32_t variant, const by_inputs *in,
                            int32_t count, double *out) {
    kernel_returns(in->close, count, out);
    kernel_window_stdev(out + 1, count - 1, window[0], variant, out + 1);
    for (int32_t i = window[0]; i < count; i++) {
        out[i] *= 100.0;
    }
}
