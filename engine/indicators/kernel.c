/* SPDX-License-Identifier: MIT */
#include "kernel.h"

#include "../clones.h"

BY_CLONES void kernel_returns(const double *x, int32_t count, double *r) {
    for (int32_t i = count - 1; i > 0; i--) {
        r[i] = x[i] / x[i - 1] - 1.0;
    }
}

kernel_average kernel_average_after(const double *x, int32_t count, int32_t window, int32_t seed) {
    kernel_average average = kernel_average_from(window, x[0]);
    int32_t next = 1;
    if (seed == KERNEL_SEED_MEAN) {
        kernel_tile_sum(x, 1, window, &average.value);
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
