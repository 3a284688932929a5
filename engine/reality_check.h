/* SPDX-License-Identifier: MIT
 *
 * Whether the best of several strategies beats a benchmark by more than chance: White's reality
 * check and Hansen's test for superior predictive ability (SPA), by the stationary bootstrap.
 *
 * d is the return of a strategy less that of the benchmark, m its mean over the n periods, w^2 its
 * long-run variance by the kernel of the stationary bootstrap. The statistic is the largest m, and
 * of Hansen's test max(0, the largest sqrt(n) m / w). Each replicate has the same of its means less
 * what would be expected without skill:
 *
 * upper       m
 * consistent  m where m >= -w / sqrt(n) sqrt(2 ln ln n), else 0
 * lower       max(m, 0)
 *
 * and the p-value is the share of replicates whose statistic is above that of the data. White's
 * reality check is the upper one of the plain statistic.
 *
 * Sources: H. White, "A Reality Check for Data Snooping", Econometrica 68(5), 2000; P. R. Hansen,
 * "A Test for Superior Predictive Ability", Journal of Business & Economic Statistics 23(4), 2005.
 */
#ifndef BY_REALITY_CHECK_H
#define BY_REALITY_CHECK_H

#include "status.h"

typedef struct by_reality_options {
    double block_length; /* mean, at least 1; 0: the mean of by_bootstrap_block_length over the
                            strategies */
    int32_t replicate_count;
    int32_t thread_count;
    uint64_t seed;
    const double *benchmark; /* [period_count], or NULL for 0 */
    const int32_t *index;    /* [replicate_count][period_count] positions of each replicate, or
                                NULL to draw them */
} by_reality_options;

typedef struct by_p_values {
    double lower;
    double consistent;
    double upper;
} by_p_values;

typedef struct by_reality_check {
    int32_t best;            /* strategy with the largest mean, from 0 */
    double mean;             /* its mean d */
    double statistic;        /* of Hansen's test */
    double block_length;     /* used */
    by_p_values plain;       /* `upper` is White's reality check */
    by_p_values studentized; /* Hansen's test */
} by_reality_check;

/* returns[period][strategy] of period_count * strategy_count numbers. Strategies whose d does not
 * vary are left out of the studentized test. BY_DATA when a number is not finite, BY_USAGE for too
 * few periods (fewer than 4), strategies or replicates, or an index out of range. The same bits for
 * any number of threads. */
BY_API by_status by_reality_check_run(const double *returns, int32_t period_count,
                                      int32_t strategy_count, const by_reality_options *options,
                                      by_reality_check *out, by_error *err);

#endif
