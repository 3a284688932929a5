/* SPDX-License-Identifier: MIT
 *
 * The probability of backtest overfitting (PBO), by combinatorially symmetric cross-validation
 * (CSCV).
 *
 * The returns of all trials lie in S blocks. Each choice of S / 2 of them is a split: the chosen
 * blocks are in sample (IS), the others out of sample (OOS). In each split the trial with the best
 * IS Sharpe ratio is chosen (of equal ones the lowest number) and ranked among all N trials by OOS
 * Sharpe ratio: rank 1 is the worst, equal ones share their mean rank. With w = rank / (N + 1) the
 * logit is ln(w / (1 - w)), and PBO the share of splits with a logit of at most 0: those in which
 * what was chosen IS does no better OOS than the median.
 *
 * A half of the blocks in which a trial has no deviation (see trials.h), having held nothing, say,
 * counts as a Sharpe ratio of 0 there.
 *
 * Source: D. H. Bailey, J. M. Borwein, M. Lopez de Prado and Q. J. Zhu, "The Probability of
 * Backtest Overfitting", Journal of Computational Finance 20(4), 2017.
 */
#ifndef BY_CSCV_H
#define BY_CSCV_H

#include "trials.h"

/* Sharpe ratios are per period. Splits stand in the lexicographic order of their IS blocks, so the
 * split at split_count - 1 - i is the one at i with IS and OOS exchanged. */
typedef struct by_cscv {
    int32_t split_count;
    int64_t trial_count; /* N */
    double pbo;
    double loss_probability; /* share of splits in which the chosen trial's OOS ratio is below 0 */
    double logit_mean;
    double logit_median;
    double in_sample_median; /* of the chosen trial's ratios over the splits */
    double out_of_sample_median;
    double slope; /* performance degradation: least squares of OOS on IS ratio of the chosen; NaN */
    double intercept; /* where all IS ratios are the same */
    double r_squared;
    const double *logit;         /* [split_count] */
    const double *in_sample;     /* [split_count], of the chosen trial */
    const double *out_of_sample; /* [split_count] */
    const uint32_t *chosen;      /* [split_count], trial number */
} by_cscv;

/* BY_DATA when fewer than two distinct trials take part. The same bits for any number of threads.
 */
BY_API by_status by_cscv_new(const by_trials *trials, int32_t thread_count, by_cscv **out,
                             by_error *err);
BY_API void by_cscv_free(by_cscv *cscv);

#endif
