/* SPDX-License-Identifier: MIT
 *
 * momentum_sma12: (close / mean of the 13 closes that stand 0, 1, .. 12 months of 21 days back - 1)
 * * 100. (W. J. Keller and J. W. Keuning, Protective Asset Allocation.)
 */
#include "kernel.h"

int32_t indicator_momentum_sma12_closes(const int32_t *window, int32_t variant) {
    (void)window;
    (void)variant;
    return 12 * KERNEL_MONTH + 1;
}

void indicator_momentum_sma12(const int32_t *window, int32_t variant, const by_inputs *in,
                              int32_t count, double *out) {
    (void)window;
    (void)variant;
    for (int32_t i = 12 * KERNEL_MONTH; i < count; i++) {
        double sum = 0.0;
        for (int32_t m = 12; m >= 0; m--) {
            sum += in->close[i - m * KERNEL_MONTH];
        }
        out[i] = (13.0 * in->close[i] / sum - 1.0) * 100.0;
    }
}
