/* SPDX-License-Identifier: MIT */
#include "kernel.h"

#include <stdlib.h>
#include <string.h>

#include "../clones.h"

/* Windows that are computed ahead, in windows' lengths. */
enum { AHEAD = 4 };

kernel_ahead kernel_ahead_open(const double *x, int32_t windows, int32_t window, int32_t columns,
                               bool down) {
    kernel_ahead ahead = {.first = x, .last = x + windows - 1, .down = down, .begin = x};
    if (window > KERNEL_TILE && windows > KERNEL_TILE) {
        const int32_t most = windows / AHEAD < window ? windows : AHEAD * window;
        ahead.rows = most + window - 1;
        ahead.room = malloc((size_t)ahead.rows * (size_t)columns * sizeof *ahead.room);
    }
    return ahead;
}

void kernel_ahead_close(kernel_ahead *ahead) {
    free(ahead->room);
}

bool kernel_ahead_serves(kernel_ahead *ahead, const double *x, int32_t bars, int32_t window,
                         bool *missing) {
    if (ahead == NULL || ahead->room == NULL) {
        return false;
    }
    *missing = x < ahead->begin || x + bars > ahead->begin + ahead->bars;
    if (*missing) {
        const double *const end = x + bars;
        const int64_t left = ahead->down ? end - ahead->first : ahead->last - x + 1;
        const int64_t most = ahead->rows - window + 1;
        ahead->bars = (int32_t)(left < most ? left : most);
        ahead->begin = ahead->down ? end - ahead->bars : x;
    }
    return true;
}

void kernel_ahead_give(const kernel_ahead *ahead, int32_t column, const double *x, int32_t bars,
                       double *to) {
    if (to != NULL) {
        memcpy(to, kernel_ahead_column(ahead, column) + (x - ahead->begin),
               (size_t)bars * sizeof *to);
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
        kernel_tile_sum(NULL, x, 1, window, &average.value);
        average.value /= window;
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
