/* SPDX-License-Identifier: MIT */
#include "bollinger.h"

#include "../clones.h"

BY_CLONES void bollinger_band(const by_recipe *recipe, const by_inputs *in, double deviations,
                              int32_t count, double *out) {
    const int32_t w = recipe->window[0];
    const int32_t divisor = recipe->variant == 0 ? w : w - 1;
    double sum[KERNEL_TILE];
    double above[KERNEL_TILE];
    double stdev[KERNEL_TILE];
    for (int32_t end = w - 1; end < count; end += KERNEL_TILE) {
        const int32_t bars = kernel_tile_bars(count - end);
        kernel_tile_sum(in->close + end - w + 1, bars, w, sum);
        kernel_tile_deviation(in->close + end - w + 1, bars, w, divisor, above, stdev);
        for (int32_t i = 0; i < bars; i++) {
            out[end + i] = sum[i] / w + deviations * stdev[i];
        }
    }
}
