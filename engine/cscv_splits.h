/* SPDX-License-Identifier: MIT
 *
 * Splits of S blocks into S / 2 in sample and the others out of sample.
 *
 * A set of blocks is a mask whose highest bit is the first block, so masks in falling order are
 * sets in lexicographic order. It is made of a set of the early half of the blocks and one of the
 * late half, so that the sums of 2^(S/2) sets each are enough for those of all splits.
 */
#ifndef BY_CSCV_SPLITS_H
#define BY_CSCV_SPLITS_H

#include "trials_parts.h"

enum { HALF_SETS_MAX = 1 << (BY_TRIAL_BLOCKS_MAX / 2) };

typedef struct splits {
    int32_t block_count;
    int32_t half;  /* S / 2 */
    int32_t sets;  /* 2^half, of a half of the blocks */
    int32_t count; /* splits */
    /* The sets of a half have places by how many blocks they have, those of equal size in falling
     * order. */
    int32_t first[BY_TRIAL_BLOCKS_MAX / 2 + 2]; /* place of the first set of each size */
    int32_t place[HALF_SETS_MAX];
    double block_returns[BY_TRIAL_BLOCKS_MAX]; /* returns in each block of the longest trial */
    int32_t *mask;                             /* [count] IS blocks of each split */
    double *returns;                           /* [count] in them */
} splits;

by_status splits_init(splits *at, const by_trials *trials, by_error *err);
void splits_free(splits *at);

/* Whether block b is in a set. */
static inline int split_has_block(const splits *of, int32_t mask, int32_t b) {
    return (mask >> (of->block_count - 1 - b)) & 1;
}

/* The sums by which a trial is compared over a set of blocks, its mask: those of the early blocks
 * and those of the late ones, each added oldest first. */
void split_sums(const splits *of, const by_trials *trials, int32_t i, int32_t mask, double *sum,
                double *squares);

/* A score that rises with the Sharpe ratio of a given number of returns; 0 without deviation. */
static inline double split_score(double sum, double squares, double returns) {
    double square = sum * sum;
    int steady = square >= returns * (1.0 - TRIAL_VARIANCE_MIN) * squares;
    return steady ? 0.0 : (sum < 0.0 ? -square : square) / squares;
}

/* By how much block b of a trial is stretched to be as long as that of the longest trial: 1 for
 * those that are as long. */
static inline double split_stretch(const splits *of, int32_t return_count, int32_t b) {
    return of->block_returns[b] / trial_block_size(return_count, b, of->block_count);
}

#endif
