/* SPDX-License-Identifier: MIT
 *
 * drawdown: fall from the highest close of the history, positive, in percent: (1 - close / highest)
 * * 100.
 */
#include "kernel.h"

int32_t indicator_drawdown_closes(const int32_t *window, int32_t variant) {
    (void)window;
    (void)variant;
    return 1;
}

void indicator_drawdown(const int32_t *window, int32_t variant, const by_inputs *in, int32_t count,
                        double *out) {
    (void)window;
    (void)variant;
    double highest = in->close[0];
    for (int32_t i = 0; i < count; i++) {
        highest = in->close[i] > highest ? in->close[i] : highest;
        out[i] = (1.0 - in->close[i] / highest) * 100.0;
    }
}
