/* SPDX-License-Identifier: MIT
 *
 * Combinatorially symmetric cross-validation written down plainly: split by split, from the
 * returns.
 */
#ifndef BY_PLAIN_CSCV_H
#define BY_PLAIN_CSCV_H

#include <stdint.h>

enum { PLAIN_TRIALS = 70, PLAIN_RETURNS_MAX = 500, PLAIN_SPLITS_MAX = 12870 };

/* Trials by their returns; the shorter ones are the last sessions of the longest. */
typedef struct plain_trials {
    int32_t trial_count;
    int32_t block_count;
    int32_t length[PLAIN_TRIALS];
    double returns[PLAIN_TRIALS][PLAIN_RETURNS_MAX];
} plain_trials;

typedef struct plain_splits {
    int32_t split_count;
    double pbo;
    double loss;
    double logit[PLAIN_SPLITS_MAX];
    double in_sample[PLAIN_SPLITS_MAX];
    double out_of_sample[PLAIN_SPLITS_MAX];
    int32_t chosen[PLAIN_SPLITS_MAX];
} plain_splits;

/* Sharpe ratio of a trial over the blocks of `mask`, block by block of its own sessions; 0 without
 * deviation. */
double plain_sharpe(const plain_trials *at, int32_t i, int32_t mask, int32_t longest);
void plain_cscv(const plain_trials *at, plain_splits *out);

#endif
