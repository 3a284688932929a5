/* SPDX-License-Identifier: MIT */
#include "made_sum.h"

void made_sum_tile(kernel_ahead *ahead, made_column *make, const by_inputs *in, int32_t begin,
                   int32_t bars, int32_t window, double *sum) {
    bool missing;
    if (kernel_ahead_serves(ahead, in->close + begin, bars, window, &missing)) {
        if (missing) {
            double *const made = kernel_ahead_column(ahead, 1);
            make(in, (int32_t)(ahead->begin - in->close), ahead->bars + window - 1, made);
            kernel_sum_by(made, ahead->bars, window, ahead->room, ahead->room);
        }
        kernel_ahead_give(ahead, 0, in->close + begin, bars, sum);
        return;
    }
    if (window <= KERNEL_TILE) {
        double x[KERNEL_TILE_WITH_WINDOW];
        make(in, begin, bars + window - 1, x);
        kernel_tile_sum(NULL, x, bars, window, sum);
        return;
    }
    const int32_t half = window / 2;
    double more[KERNEL_TILE];
    made_sum_tile(NULL, make, in, begin, bars, half, sum);
    made_sum_tile(NULL, make, in, begin + half, bars, half, more);
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
