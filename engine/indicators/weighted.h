/* SPDX-License-Identifier: MIT
 *
 * Means with the weights 1, 2, ... from the oldest value on: the plain mean, and the products of
 * what the values differ from it with what their places differ from the mean place over the sum of
 * the weights. Of a high level nothing is lost.
 */
#ifndef BY_WEIGHTED_H
#define BY_WEIGHTED_H

#include "kernel.h"

/* Of `bars` <= KERNEL_TILE neighbouring windows, the first of which begins at x[0]. */
void weighted_mean_tile(kernel_ahead *ahead, const double *x, int32_t bars, int32_t window,
                        double *mean);
/* out[i] = weighted mean of x[i - window + 1 .. i], for i >= window - 1. `out` may be `x`. */
void weighted_mean(const double *x, int32_t count, int32_t window, double *out);

#endif
