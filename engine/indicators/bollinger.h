/* SPDX-License-Identifier: MIT
 *
 * What the Bollinger bands share.
 */
#ifndef BY_BOLLINGER_H
#define BY_BOLLINGER_H

#include "kernel.h"

/* The value of a bar with this mean and standard deviation of the last w closes. */
typedef double bollinger_value(double k, double mean, double stdev);

/* out[w - 1 .. count) by the recipe of a band; inline, so that `value` is. */
static inline __attribute__((always_inline)) void bollinger_fill(const by_recipe *recipe,
                                                                 const by_inputs *in, int32_t count,
                                                                 bollinger_value *value,
                                                                 double *out) {
    const int32_t w = recipe->window[0];
    const int32_t divisor = recipe->variant == 0 ? w : w - 1;
    double sum[KERNEL_TILE];
    double above[KERNEL_TILE];
    double stdev[KERNEL_TILE];
    kernel_ahead sums = kernel_ahead_open(in->close, count - w + 1, w, KERNEL_SUMS, false);
    kernel_ahead moments = kernel_ahead_open(in->close, count - w + 1, w, KERNEL_MOMENTS, false);
    for (int32_t end = w - 1; end < count; end += KERNEL_TILE) {
        const int32_t bars = kernel_tile_bars(count - end);
        kernel_tile_sum(&sums, in->close + end - w + 1, bars, w, sum);
        kernel_tile_deviation(&moments, in->close + end - w + 1, bars, w, divisor, above, stdev);
        for (int32_t i = 0; i < bars; i++) {
            out[end + i] = value(recipe->number[0], sum[i] / w, stdev[i]);
        }
    }
    kernel_ahead_close(&sums);
    kernel_ahead_close(&moments);
}

#endif
