/* SPDX-License-Identifier: MIT
 *
 * momentum_sma12: (close / mean of the 13 closes that stand 0, 1, .. 12 months of 21 bars back -
 * 1) * 100.
 *
 * First value: after 253 bars.
 * Units: percent.
 * Source: W. J. Keller and J. W. Keuning, Protective Asset Allocation, 2016.
 */
#include <string.h>

#include "../clones.h"
#include "kernel.h"

int32_t indicator_momentum_sma12_closes(const by_recipe *recipe) {
    (void)recipe;
    return 12 * KERNEL_MONTH + 1;
}

BY_CLONES void indicator_momentum_sma12(const by_recipe *recipe, const by_inputs *in, int32_t count,
                                        double *out) {
    (void)recipe;
    double sum[KERNEL_TILE];
    for (int32_t end = 12 * KERNEL_MONTH; end < count; end += KERNEL_TILE) {
        const int32_t bars = kernel_tile_bars(count - end);
        memset(sum, 0, (size_t)bars * sizeof *sum);
        for (int32_t m = 12; m >= 0; m--) {
            const double *then = in->close + end - m * KERNEL_MONTH;
            for (int32_t i = 0; i < bars; i++) {
                sum[i] += then[i];
            }
        }
        for (int32_t i = 0; i < bars; i++) {
            out[end + i] = (13.0 * in->close[end + i] / sum[i] - 1.0) * 100.0;
        }
    }
}
