/* SPDX-License-Identifier: MIT */
#include "swing.h"

#include "../clones.h"

BY_CLONES void swing_highs(const double *high, int32_t count, int32_t k, double *out) {
    kernel_ahead around = kernel_ahead_open(high, count - 2 * k, 2 * k + 1, KERNEL_EXTREMES, false);
    kernel_ahead ahead = kernel_ahead_open(high, count - 2 * k, k, KERNEL_EXTREMES, false);
    double highest[KERNEL_TILE];
    double before[KERNEL_TILE];
    for (int32_t end = 2 * k; end < count; end += KERNEL_TILE) {
        const int32_t bars = kernel_tile_bars(count - end);
        const double *const middle = high + end - k;
        kernel_tile_highest(&around, middle - k, bars, 2 * k + 1, highest);
        kernel_tile_highest(&ahead, middle - k, bars, k, before);
        for (int32_t i = 0; i < bars; i++) {
            const double swing = middle[i] > before[i] ? middle[i] : NAN;
            out[end + i] = middle[i] >= highest[i] ? swing : NAN;
        }
    }
    kernel_ahead_close(&around);
    kernel_ahead_close(&ahead);
}

BY_CLONES void swing_lows(const double *low, int32_t count, int32_t k, double *out) {
    kernel_ahead around = kernel_ahead_open(low, count - 2 * k, 2 * k + 1, KERNEL_EXTREMES, false);
    kernel_ahead ahead = kernel_ahead_open(low, count - 2 * k, k, KERNEL_EXTREMES, false);
    double lowest[KERNEL_TILE];
    double before[KERNEL_TILE];
    for (int32_t end = 2 * k; end < count; end += KERNEL_TILE) {
        const int32_t bars = kernel_tile_bars(count - end);
        const double *const middle = low + end - k;
        kernel_tile_lowest(&around, middle - k, bars, 2 * k + 1, lowest);
        kernel_tile_lowest(&ahead, middle - k, bars, k, before);
        for (int32_t i = 0; i < bars; i++) {
            const double swing = middle[i] < before[i] ? middle[i] : NAN;
            out[end + i] = middle[i] <= lowest[i] ? swing : NAN;
        }
    }
    kernel_ahead_close(&around);
    kernel_ahead_close(&ahead);
}

void swing_last(int32_t count, int32_t k, double *out) {
    double last = NAN;
    for (int32_t i = 2 * k; i < count; i++) {
        last = isnan(out[i]) ? last : out[i];
        out[i] = last;
    }
}

void swing_higher(int32_t count, int32_t k, double *out) {
    double last = NAN;
    double higher = NAN;
    for (int32_t i = 2 * k; i < count; i++) {
        const double swing = out[i];
        if (!isnan(swing)) {
            higher = isnan(last) ? NAN : swing > last ? 1.0 : 0.0;
            last = swing;
        }
        out[i] = higher;
    }
}
