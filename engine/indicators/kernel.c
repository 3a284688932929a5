/* SPDX-License-Identifier: MIT */
#include "kernel.h"

#include <math.h>
#include <string.h>

#include "../clones.h"

BY_CLONES void kernel_tile_sum(const double *x, int32_t bars, int32_t window, double *sum) {
    for (int32_t i = 0; i < bars; i++) {
        sum[i] = 0.0;
    }
    for (int32_t k = 0; k < window; k++) {
        for (int32_t i = 0; i < bars; i++) {
            sum[i] += x[k + i];
        }
    }
}

static void mean_tile(const double *x, int32_t bars, int32_t window, double *mean) {
    kernel_tile_sum(x, bars, window, mean);
    for (int32_t i = 0; i < bars; i++) {
        mean[i] /= window;
    }
}

BY_CLONES static void stdev_tile(const double *x, int32_t bars, int32_t window, int32_t divisor,
                                 double *out) {
    double squares[KERNEL_TILE];
    mean_tile(x, bars, window, out);
    for (int32_t i = 0; i < bars; i++) {
        squares[i] = 0.0;
    }
    for (int32_t k = 0; k < window; k++) {
        for (int32_t i = 0; i < bars; i++) {
            double deviation = x[k + i] - out[i];
            squares[i] += deviation * deviation;
        }
    }
    for (int32_t i = 0; i < bars; i++) {
        out[i] = sqrt(squares[i] / divisor);
    }
}

BY_CLONES void kernel_tile_highest(const double *x, int32_t bars, int32_t window, double *highest) {
    memcpy(highest, x, (size_t)bars * sizeof *x);
    for (int32_t k = 1; k < window; k++) {
        for (int32_t i = 0; i < bars; i++) {
            highest[i] = x[k + i] > highest[i] ? x[k + i] : highest[i];
        }
    }
}

BY_CLONES void kernel_tile_lowest(const double *x, int32_t bars, int32_t window, double *lowest) {
    memcpy(lowest, x, (size_t)bars * sizeof *x);
    for (int32_t k = 1; k < window; k++) {
        for (int32_t i = 0; i < bars; i++) {
            lowest[i] = x[k + i] < lowest[i] ? x[k + i] : lowest[i];
        }
    }
}

BY_CLONES void kernel_tile_highest_at(const double *x, int32_t bars, int32_t window, double *at) {
    double highest[KERNEL_TILE];
    for (int32_t i = 0; i < bars; i++) {
        highest[i] = x[i];
        at[i] = 0.0;
    }
    for (int32_t k = 1; k < window; k++) {
        const double place = k;
        for (int32_t i = 0; i < bars; i++) {
            const double value = x[k + i];
            at[i] = value >= highest[i] ? place : at[i];
            highest[i] = value >= highest[i] ? value : highest[i];
        }
    }
}

BY_CLONES void kernel_tile_lowest_at(const double *x, int32_t bars, int32_t window, double *at) {
    double lowest[KERNEL_TILE];
    for (int32_t i = 0; i < bars; i++) {
        lowest[i] = x[i];
        at[i] = 0.0;
    }
    for (int32_t k = 1; k < window; k++) {
        const double place = k;
        for (int32_t i = 0; i < bars; i++) {
            const double value = x[k + i];
            at[i] = value <= lowest[i] ? place : at[i];
            lowest[i] = value <= lowest[i] ? value : lowest[i];
        }
    }
}

/* Tiles run from the last to the first, so that a tile is written only after those that read it. */
void kernel_window_mean(const double *x, int32_t count, int32_t window, double *out) {
    double tile[KERNEL_TILE];
    for (int32_t end = count; end >= window;) {
        int32_t bars = end - window + 1 < KERNEL_TILE ? end - window + 1 : KERNEL_TILE;
        end -= bars;
        mean_tile(x + end - window + 1, bars, window, tile);
        memcpy(out + end, tile, (size_t)bars * sizeof *tile);
    }
}

void kernel_window_stdev(const double *x, int32_t count, int32_t window, int32_t variant,
                         double *out) {
    const int32_t divisor = variant == 0 ? window - 1 : window;
    double tile[KERNEL_TILE];
    if (divisor == 0) {
        for (int32_t i = 0; i < count; i++) {
            out[i] = NAN;
        }
        return;
    }
    for (int32_t end = count; end >= window;) {
        int32_t bars = end - window + 1 < KERNEL_TILE ? end - window + 1 : KERNEL_TILE;
        end -= bars;
        stdev_tile(x + end - window + 1, bars, window, divisor, tile);
        memcpy(out + end, tile, (size_t)bars * sizeof *tile);
    }
}

BY_CLONES void kernel_returns(const double *x, int32_t count, double *r) {
    for (int32_t i = count - 1; i > 0; i--) {
        r[i] = x[i] / x[i - 1] - 1.0;
    }
}

kernel_average kernel_average_after(const double *x, int32_t count, int32_t window, int32_t seed) {
    kernel_average average = kernel_average_from(window, x[0]);
    int32_t next = 1;
    if (seed == KERNEL_SEED_MEAN) {
        mean_tile(x, 1, window, &average.value);
        next = window;
    }
    while (next < count) {
        kernel_average_add(&average, x[next++]);
    }
    return average;
}

void kernel_exponential(const double *x, int32_t count, int32_t window, int32_t seed, double *out) {
    if (count < window) {
        return;
    }
    kernel_average average = kernel_average_after(x, window, window, seed);
    out[window - 1] = average.value;
    for (int32_t i = window; i < count; i++) {
        out[i] = kernel_average_add(&average, x[i]);
    }
}

void kernel_above_exponential(const double *x, int32_t count, int32_t window, int32_t seed,
                              double *out) {
    if (count < window) {
        return;
    }
    kernel_average average = kernel_average_after(x, window, window, seed);
    out[window - 1] = x[window - 1] - average.value;
    for (int32_t i = window; i < count; i++) {
        out[i] = x[i] - kernel_average_add(&average, x[i]);
    }
}
