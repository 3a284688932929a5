/* SPDX-License-Identifier: MIT */
#include "kernel.h"

#include <math.h>
#include <string.h>

#include "../clones.h"

/* Neighbouring bars are summed side by side: each sum runs oldest to newest, as if it were alone.
 */
enum { TILE = 256 };

BY_CLONES static void sum_tile(const double *x, int32_t bars, int32_t window, double *sums) {
    for (int32_t i = 0; i < bars; i++) {
        sums[i] = 0.0;
    }
    for (int32_t k = 0; k < window; k++) {
        for (int32_t i = 0; i < bars; i++) {
            sums[i] += x[k + i];
        }
    }
}

BY_CLONES static void stdev_tile(const double *x, int32_t bars, int32_t window, double *out) {
    double squares[TILE];
    sum_tile(x, bars, window, out);
    for (int32_t i = 0; i < bars; i++) {
        out[i] /= window;
        squares[i] = 0.0;
    }
    for (int32_t k = 0; k < window; k++) {
        for (int32_t i = 0; i < bars; i++) {
            double deviation = x[k + i] - out[i];
            squares[i] += deviation * deviation;
        }
    }
    for (int32_t i = 0; i < bars; i++) {
        out[i] = sqrt(squares[i] / (window - 1));
    }
}

/* Tiles run from the last to the first, so that a tile is written only after those that read it. */
void kernel_window_sum(const double *x, int32_t count, int32_t window, double *out) {
    double tile[TILE];
    for (int32_t end = count; end >= window;) {
        int32_t bars = end - window + 1 < TILE ? end - window + 1 : TILE;
        end -= bars;
        sum_tile(x + end - window + 1, bars, window, tile);
        memcpy(out + end, tile, (size_t)bars * sizeof *tile);
    }
}

void kernel_window_stdev(const double *x, int32_t count, int32_t window, double *out) {
    double tile[TILE];
    if (window < 2) {
        for (int32_t i = 0; i < count; i++) {
            out[i] = NAN;
        }
        return;
    }
    for (int32_t end = count; end >= window;) {
        int32_t bars = end - window + 1 < TILE ? end - window + 1 : TILE;
        end -= bars;
        stdev_tile(x + end - window + 1, bars, window, tile);
        memcpy(out + end, tile, (size_t)bars * sizeof *tile);
    }
}

BY_CLONES void kernel_returns(const double *x, int32_t count, double *r) {
    for (int32_t i = count - 1; i > 0; i--) {
        r[i] = x[i] / x[i - 1] - 1.0;
    }
}

void kernel_exponential(const double *x, int32_t count, int32_t window, double *out) {
    const double factor = 2.0 / (window + 1);
    const double rest = 1.0 - factor;
    double average = x[0];
    out[0] = average;
    for (int32_t i = 1; i < count; i++) {
        average = factor * x[i] + rest * average;
        out[i] = average;
    }
}
