/* SPDX-License-Identifier: MIT */
#include "weighted.h"

#include <string.h>

#include "../clones.h"

BY_CLONES void weighted_mean_tile(kernel_ahead *ahead, const double *x, int32_t bars,
                                  int32_t window, double *mean) {
    const double weights = window * (window + 1.0) / 2.0;
    double sum[KERNEL_TILE];
    double products[KERNEL_TILE];
    kernel_tile_moments(ahead, x, bars, window, sum, NULL, products);
    for (int32_t i = 0; i < bars; i++) {
        mean[i] = x[i] + (sum[i] / window + products[i] / weights);
    }
}

/* From the last tile to the first: a tile is written only after those that read it. */
void weighted_mean(const double *x, int32_t count, int32_t window, double *out) {
    double tile[KERNEL_TILE];
    kernel_ahead ahead = kernel_ahead_open(x, count - window + 1, window, KERNEL_MOMENTS, true);
    for (int32_t end = count; end >= window;) {
        const int32_t bars = kernel_tile_bars(end - window + 1);
        end -= bars;
        weighted_mean_tile(&ahead, x + end - window + 1, bars, window, tile);
        memcpy(out + end, tile, (size_t)bars * sizeof *tile);
    }
    kernel_ahead_close(&ahead);
}
