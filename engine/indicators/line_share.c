/* SPDX-License-Identifier: MIT */
#include "line_share.h"

#include "../clones.h"

BY_CLONES void line_share(int32_t w, const double *x, int32_t count, double unit, double flat,
                          double *out) {
    const double places = kernel_place_squares(w);
    const bool flat_known = !isnan(flat);
    double sum[KERNEL_TILE];
    double squares[KERNEL_TILE];
    double products[KERNEL_TILE];
    kernel_ahead ahead = kernel_ahead_open(x, count - w + 1, w, KERNEL_MOMENTS, false);
    for (int32_t end = w - 1; end < count; end += KERNEL_TILE) {
        const int32_t bars = kernel_tile_bars(count - end);
        kernel_tile_moments(&ahead, x + end - w + 1, bars, w, sum, squares, products);
        for (int32_t i = 0; i < bars; i++) {
            const double share = products[i] / places * (products[i] / squares[i]);
            const double value = (share > 1.0 ? 1.0 : share) * unit;
            out[end + i] = flat_known && squares[i] == 0.0 ? flat : value;
        }
    }
    kernel_ahead_close(&ahead);
}
