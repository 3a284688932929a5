/* SPDX-License-Identifier: MIT
 *
 * stdev_return(w): sample standard deviation (ddof 1) of the last w returns, in percent, not
 * annualised.
 */
#include "kernel.h"

int32_t indicator_stdev_return_closes(const int32_t *window) {
    return window[0] + 1;
}

void indicator_stdev_return(const int32_t *window, const double *close, int32_t count,
                            double *out) {
    kernel_returns(close, count, out);
    kernel_window_stdev(out + 1, count - 1, window[0], out + 1);
    for (int32_t i = window[0]; i < count; i++) {
        out[i] *= 100.0;
    }
}
