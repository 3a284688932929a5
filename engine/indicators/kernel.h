/* SPDX-License-Identifier: MIT
 *
 * What the indicator files share. A kernel gets `count` >= 1 closes without NaN, oldest first, and
 * writes out[closes_needed - 1 .. count); what stands before is set to NaN by the caller.
 */
#ifndef BY_KERNEL_H
#define BY_KERNEL_H

#include "../indicator.h"

#define KERNEL(name)                                                                               \
    void indicator_##name(const int32_t *window, const double *close, int32_t count, double *out); \
    int32_t indicator_##name##_closes(const int32_t *window);
#define KERNEL_DECLARE(upper, name, windows, title) KERNEL(name)
BY_INDICATOR_MAP(KERNEL_DECLARE)
#undef KERNEL_DECLARE

/* out[i] = sum of x[i - window + 1 .. i], oldest first, for i >= window - 1.
 * `out` may be `x` here and in the others. */
void kernel_window_sum(const double *x, int32_t count, int32_t window, double *out);
/* out[i] = sample standard deviation (ddof 1) of the same stretch, for i >= window - 1; NaN for a
 * window of 1. Two passes: the mean, then the squares of what differs from it. */
void kernel_window_stdev(const double *x, int32_t count, int32_t window, double *out);
/* r[i] = x[i] / x[i - 1] - 1 for i in 1 .. count - 1. */
void kernel_returns(const double *x, int32_t count, double *r);
/* Exponential average with factor 2 / (window + 1), seeded with x[0]; out[0 .. count). */
void kernel_exponential(const double *x, int32_t count, int32_t window, double *out);

#endif
