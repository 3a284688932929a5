/* SPDX-License-Identifier: MIT
 *
 * stdev_price(w): sample standard deviation (ddof 1) of the last w closes.
 */
#include "kernel.h"

int32_t indicator_stdev_price_closes(const int32_t *window) {
    return window[0];
}

void indicator_stdev_price(const int32_t *window, const double *close, int32_t count, double *out) {
    kernel_window_stdev(close, count, window[0], out);
}
