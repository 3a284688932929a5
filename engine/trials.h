/* SPDX-License-Identifier: MIT
 *
 * The trials of a search for a good strategy, such as the combos of a sweep, as block sums: what
 * statistics of overfitting over all of them need, and no more. Trials that are equal in all block
 * sums are kept once, with how many they are.
 *
 * A trial takes part when it has at least two returns a block and a Sharpe ratio: its deviation is
 * over a millionth of the root mean square of its returns. Of trials that do, those with less than
 * half as many returns as the longest are left out as short. Where trials have different numbers of
 * returns, block b is the b-th part of each one's own sessions, and counts with its mean and mean
 * square as if it had as many returns as block b of the longest. One thread at a time.
 */
#ifndef BY_TRIALS_H
#define BY_TRIALS_H

#include "metrics.h"

enum { BY_TRIAL_BLOCKS_MAX = 20 };

typedef struct by_trials by_trials;

typedef struct by_trials_figures {
    int32_t block_count;
    int64_t trial_count;      /* taking part */
    int64_t distinct_count;   /* of them, that differ in a block sum */
    int64_t behaviour_count;  /* distinct by_result.behaviour among all that have results */
    int64_t missing_count;    /* not computed yet (return_count -2) */
    int64_t failed_count;     /* without a session (return_count -1) */
    int64_t undefined_count;  /* too few returns, or without a Sharpe ratio */
    int64_t short_count;      /* less than half as long as the longest */
    int32_t return_count_min; /* of those taking part */
    int32_t return_count_max;
    double sharpe_deviation;   /* sample deviation of the trials' Sharpe ratios, per period */
    double distinct_deviation; /* the same, each distinct trial once */
    double correlation;        /* mean over all pairs of distinct trials of the correlation of their
                                  block means; NaN with fewer than two, or without deviation */
} by_trials_figures;

/* `block_count`: even, 2 .. 20; BY_USAGE otherwise. */
BY_API by_status by_trials_new(int32_t block_count, by_trials **out, by_error *err);
BY_API void by_trials_free(by_trials *trials);
/* Adds results of a sweep: numbers[i] is the number of rows[i] (0-based; NULL: i). Of 16 blocks
 * only. */
BY_API by_status by_trials_add_results(by_trials *trials, const by_result *rows,
                                       const uint32_t *numbers, int32_t count, by_error *err);
/* Adds a trial by its returns, `stride` numbers apart. The first return_count % block_count are
 * left out, so that all blocks are alike. BY_DATA when one is not finite. */
BY_API by_status by_trials_add_returns(by_trials *trials, uint32_t number, const double *returns,
                                       int64_t stride, int32_t return_count, by_error *err);
BY_API void by_trials_describe(const by_trials *trials, by_trials_figures *out);

#endif
