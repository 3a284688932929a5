/* SPDX-License-Identifier: MIT
 *
 * What the indicator files share. A kernel gets `count` >= 1 rows without NaN in what it reads
 * (where a series has no range, `high` and `low` are its values), oldest first, and writes
 * out[closes_needed - 1 .. count); what stands before is set to NaN by the caller, who calls no
 * kernel with fewer rows than it needs.
 */
#ifndef BY_KERNEL_H
#define BY_KERNEL_H

#include <math.h>

#include "../indicator.h"

#define KERNEL_DECLARE(upper, name, windows, reads, title)                                         \
    void indicator_##name(const int32_t *window, int32_t variant, const by_inputs *in,             \
                          int32_t count, double *out);                                             \
    int32_t indicator_##name##_closes(const int32_t *window, int32_t variant);
BY_INDICATOR_MAP(KERNEL_DECLARE)
#undef KERNEL_DECLARE

/* Neighbouring bars are computed side by side, this many at once: each runs over its window oldest
 * to newest, as if it were alone. */
enum { KERNEL_TILE = 256 };

/* Of `bars` <= KERNEL_TILE neighbouring windows, the first of which begins at x[0]: their sums,
 * highest and lowest values, and where in the window (0 is its oldest value) the newest of the
 * highest or lowest ones stands. */
void kernel_tile_sum(const double *x, int32_t bars, int32_t window, double *sum);
void kernel_tile_highest(const double *x, int32_t bars, int32_t window, double *highest);
void kernel_tile_lowest(const double *x, int32_t bars, int32_t window, double *lowest);
void kernel_tile_highest_at(const double *x, int32_t bars, int32_t window, double *at);
void kernel_tile_lowest_at(const double *x, int32_t bars, int32_t window, double *at);

/* out[i] = mean of x[i - window + 1 .. i], for i >= window - 1.
 * `out` may be `x` here and in the others. */
void kernel_window_mean(const double *x, int32_t count, int32_t window, double *out);
/* out[i] = standard deviation of the same stretch with the divisor window - 1 (variant 0) or window
 * (variant 1), for i >= window - 1; NaN where that is 0. Two passes: the mean, then the squares of
 * what differs from it. */
void kernel_window_stdev(const double *x, int32_t count, int32_t window, int32_t variant,
                         double *out);
/* r[i] = x[i] / x[i - 1] - 1 for i in 1 .. count - 1. */
void kernel_returns(const double *x, int32_t count, double *r);

/* A month of momentum indicators, in bars. */
enum { KERNEL_MONTH = 21 };

/* The return over the `months` up to *close. */
static inline double kernel_return_over(const double *close, int32_t months) {
    return *close / *(close - months * KERNEL_MONTH) - 1.0;
}

/* The true range of bar i >= 1. */
static inline double kernel_true_range(const by_inputs *in, int32_t i) {
    double range = in->high[i] - in->low[i];
    const double above = fabs(in->high[i] - in->close[i - 1]);
    const double below = fabs(in->low[i] - in->close[i - 1]);
    range = above > range ? above : range;
    return below > range ? below : range;
}

/* An exponential average with the factor 2 / (window + 1). */
typedef struct kernel_average {
    double factor;
    double rest;
    double value;
} kernel_average;

static inline kernel_average kernel_average_from(int32_t window, double seed) {
    const double factor = 2.0 / (window + 1);
    return (kernel_average){factor, 1.0 - factor, seed};
}

static inline double kernel_average_add(kernel_average *average, double x) {
    average->value = average->factor * x + average->rest * average->value;
    return average->value;
}

/* What exponential averages begin with. */
enum {
    KERNEL_SEED_FIRST, /* the first value */
    KERNEL_SEED_MEAN   /* the plain mean of the first `window` values, at the last of them */
};

/* The average after x[0 .. count); count >= window. */
kernel_average kernel_average_after(const double *x, int32_t count, int32_t window, int32_t seed);
/* The averages of x from the window-th value on. `out` may be `x` in both. */
void kernel_exponential(const double *x, int32_t count, int32_t window, int32_t seed, double *out);
/* What x is above these. */
void kernel_above_exponential(const double *x, int32_t count, int32_t window, int32_t seed,
                              double *out);

#endif
