/* SPDX-License-Identifier: MIT */
#include "volume_mean.h"

/* From the last tile to the first: a tile is written only after those that read it. */
void volume_mean(const double *volume, int32_t count, int32_t window, double *out) {
    double paid[KERNEL_TILE];
    double traded[KERNEL_TILE];
    kernel_ahead payments = kernel_ahead_open(out, count - window + 1, window, KERNEL_SUMS, true);
    kernel_ahead volumes = kernel_ahead_open(volume, count - window + 1, window, KERNEL_SUMS, true);
    for (int32_t end = count; end >= window;) {
        const int32_t bars = kernel_tile_bars(end - window + 1);
        end -= bars;
        kernel_tile_sum(&payments, out + end - window + 1, bars, window, paid);
        kernel_tile_sum(&volumes, volume + end - window + 1, bars, window, traded);
        for (int32_t i = 0; i < bars; i++) {
            out[end + i] = paid[i] / traded[i];
        }
    }
    kernel_ahead_close(&payments);
    kernel_ahead_close(&volumes);
}
