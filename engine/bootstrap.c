/* SPDX-License-Identifier: MIT */
#include "bootstrap.h"

#include <math.h>

#include "mix.h"

static uint64_t draw(uint64_t *state) {
    *state += MIX_GOLDEN;
    return mix64(*state);
}

static int32_t draw_below(uint64_t *state, int32_t count) {
    return (int32_t)(((draw(state) >> 32) * (uint64_t)count) >> 32);
}

void by_bootstrap_positions(int32_t count, double block_length, uint64_t seed, int64_t replicate,
                            int32_t *index) {
    uint64_t state = mix64(mix64(seed) + (uint64_t)replicate);
    const double next_block = 1.0 / fmax(block_length, 1.0);
    int32_t at = 0;
    for (int32_t i = 0; i < count; i++) {
        double uniform = (double)(draw(&state) >> 11) * 0x1p-53;
        if (i == 0 || uniform < next_block) {
            at = draw_below(&state, count);
        } else {
            at = at + 1 < count ? at + 1 : 0;
        }
        index[i] = at;
    }
}

/* Sum of (x[i] - mean)(x[i + lag] - mean) / n. */
static double covariance(const double *x, int64_t stride, int32_t count, double mean, int32_t lag) {
    double total = 0.0;
    for (int32_t i = 0; i + lag < count; i++) {
        total += (x[i * stride] - mean) * (x[(i + lag) * stride] - mean);
    }
    return total / count;
}

/* Twice the last lag with correlation before a run of lags without (or of all, where there is no
 * such run), and at least 2. */
static int32_t choose_bandwidth(const double *x, int64_t stride, int32_t count, double mean,
                                double variance) {
    const double log_count = log10(count);
    const int32_t run = (int32_t)fmax(5.0, sqrt(log_count));
    const int32_t most = (int32_t)ceil(sqrt(count)) + run;
    const double bound = 2.0 * sqrt(log_count / count);
    int32_t last = 0;
    for (int32_t lag = 1; lag <= most && lag < count; lag++) {
        if (fabs(covariance(x, stride, count, mean, lag)) >= bound * variance) {
            last = lag;
        } else if (lag - last >= run) {
            break;
        }
    }
    int32_t bandwidth = last > 0 ? 2 * last : 2;
    return bandwidth < most ? bandwidth : most;
}

double by_bootstrap_block_length(const double *x, int64_t stride, int32_t count) {
    if (count < 9) {
        return 1.0;
    }
    double mean = 0.0;
    for (int32_t i = 0; i < count; i++) {
        mean += x[i * stride] / count;
    }
    double variance = covariance(x, stride, count, mean, 0);
    if (!(variance > mean * mean * BY_BOOTSTRAP_VARIANCE_MIN)) {
        return 1.0;
    }
    const int32_t bandwidth = choose_bandwidth(x, stride, count, mean, variance);
    double spectrum = variance; /* g(0) */
    double slope = 0.0;         /* G */
    for (int32_t lag = 1; lag <= bandwidth && lag < count; lag++) {
        double part = (double)lag / bandwidth;
        double kernel = part <= 0.5 ? 1.0 : 2.0 * (1.0 - part);
        double both_sides = 2.0 * kernel * covariance(x, stride, count, mean, lag);
        spectrum += both_sides;
        slope += both_sides * lag;
    }
    double length = cbrt(slope * slope / (spectrum * spectrum) * count);
    double most = ceil(fmin(3.0 * sqrt(count), count / 3.0));
    return fmin(fmax(length, 1.0), most);
}
