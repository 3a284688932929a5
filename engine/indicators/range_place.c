/* SPDX-License-Identifier: MIT */
#include "range_place.h"

#include "../clones.h"

BY_CLONES static void place_tile(const double *close, const double *from, const double *highest,
                                 const double *lowest, double flat, int32_t bars, double *out) {
    for (int32_t i = 0; i < bars; i++) {
        const double place = (close[i] - from[i]) / (highest[i] - lowest[i]) * 100.0;
        out[i] = highest[i] > lowest[i] ? place : flat;
    }
}

void range_place(const by_inputs *in, int32_t count, int32_t w, bool from_highest, double flat,
                 double *out) {
    double highest[KERNEL_TILE];
    double lowest[KERNEL_TILE];
    kernel_ahead highs = kernel_ahead_open(in->high, count - w + 1, w, KERNEL_EXTREMES, false);
    kernel_ahead lows = kernel_ahead_open(in->low, count - w + 1, w, KERNEL_EXTREMES, false);
    for (int32_t end = w - 1; end < count; end += KERNEL_TILE) {
        const int32_t bars = kernel_tile_bars(count - end);
        kernel_tile_highest(&highs, in->high + end - w + 1, bars, w, highest);
        kernel_tile_lowest(&lows, in->low + end - w + 1, bars, w, lowest);
        place_tile(in->close + end, from_highest ? highest : lowest, highest, lowest, flat, bars,
                   out + end);
    }
    kernel_ahead_close(&highs);
    kernel_ahead_close(&lows);
}
