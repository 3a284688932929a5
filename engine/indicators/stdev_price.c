/* SPDX-License-Identifier: MIT
 *
 * stdev_price(w): standard deviation of the last w closes. Variant 0: of a sample (ddof 1). Variant
 * 1: of a population (ddof 0).
 */
#include "kernel.h"

int32_t indicator_stdev_price_closes(const int32_t *window, int32_t variant) {
    (void)variant;
    return window[0];
}

void indicator_stdev_price(const int32_t *window, int32_t variant, const by_inputs *in,
                           int32_t count, double *out) {
    kernel_window_stdev(in->close, count, window[0], variant, out);
}
