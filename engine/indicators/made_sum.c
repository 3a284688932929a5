/* SPDX-License-Identifier: MIT */
#include "made_sum.h"

void made_sum_tile(made_column *make, const by_inputs *in, int32_t begin, int32_t bars,
                   int32_t window, double *sum) {
    if (window <= KERNEL_TILE) {
        double x[KERNEL_TILE_WITH_WINDOW];
        make(in, begin, bars + window - 1, x);
        kernel_tile_sum(x, bars, window, sum);
        return;
    }
    const int32_t half = window / 2;
    double more[KERNEL_TILE];
    made_sum_tile(make, in, begin, bars, half, sum);
    made_sum_tile(make, in, begin + half, bars, half, more);
    for (int32_t i = 0; i < bars; i++) {
        sum[i] += more[i];
    }
    if (window % 2 != 0) {
        make(in, begin + 2 * half, bars, more);
        for (int32_t i = 0; i < bars; i++) {
            sum[i] += more[i];
        }
    }
}
