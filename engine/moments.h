/* SPDX-License-Identifier: MIT
 *
 * Moments of the returns within windows of sessions: what a walk-forward analysis needs of every
 * combo, so that it never runs one again.
 */
#ifndef BY_MOMENTS_H
#define BY_MOMENTS_H

#include "plan.h"

/* Of the returns from the session before each session of a window to it: their sum, the sum of
 * their squares, the product of 1 + r, and how many there are. */
typedef struct by_moments {
    double sum;
    double sum_squares;
    double growth; /* 1 of no returns */
    int64_t count;
} by_moments;

/* Sharpe ratio of a year, as the metric: mean / sd * sqrt(periods_per_year), sample. NaN of fewer
 * than two returns, and where they differ by no more than rounding leaves of equal ones. */
BY_API double by_moments_sharpe(const by_moments *moments, double periods_per_year);
/* growth - 1; NaN of no returns. */
BY_API double by_moments_total_return(const by_moments *moments);

#ifndef BY_CDEF
/* Fills out[window_count] from returns[return_count], of which return i is from panel row `start` +
 * i to the next. Windows are rows of the panel, both inclusive, in any order; they may overlap, be
 * empty, or lie outside. Sums and products run in 8 lanes from a window's first return on, which
 * are put together in a fixed order. */
void moments_reduce(const double *returns, int32_t return_count, int32_t start,
                    const by_range *windows, int32_t window_count, by_moments *out);
#endif

#endif
