/* SPDX-License-Identifier: MIT
 *
 * cumulative_return(w): (close / close w bars ago - 1) * 100.
 */
#include "kernel.h"

int32_t indicator_cumulative_return_closes(const int32_t *window, int32_t variant) {
    (void)variant;
    return window[0] + 1;
}

void indicator_cumulative_return(const int32_t *window, int32_t variant, const by_inputs *in,
                                 int32_t count, double *out) {
    (void)variant;
    const double *close = in->close;
    for (int32_t i = window[0]; i < count; i++) {
        out[i] = (close[i] / close[i - window[0]] - 1.0) * 100.0;
    }
}
