/* SPDX-License-Identifier: MIT
 *
 * How trials lie in memory: tiles of distinct trials side by side, as vectors take them.
 */
#ifndef BY_TRIALS_PARTS_H
#define BY_TRIALS_PARTS_H

#include "number_set.h"
#include "trials.h"

enum {
    TILE_TRIALS = 32,
    SLAB_TILES = 64, /* large enough for an allocator to give it back to the system */
    SLAB_TRIALS = SLAB_TILES * TILE_TRIALS
};

typedef struct trial_block {
    double sum[TILE_TRIALS];
    double squares[TILE_TRIALS];
} trial_block;

typedef struct trial {
    uint32_t hash;   /* of its block sums */
    uint32_t number; /* the lowest of its equals */
    int32_t weight;  /* how many they are */
    int32_t return_count;
} trial;

struct by_trials {
    int32_t block_count;
    int32_t count;    /* distinct */
    int32_t capacity; /* of trial[] and slab[]: whole slabs */
    trial *trial;
    trial_block **slab; /* SLAB_TILES tiles each; the later ones may still be NULL */
    uint32_t *slot;     /* [slot_count] position + 1 of the trial with that hash, 0 when free */
    uint32_t slot_count;
    number_set behaviours;
    int32_t longest; /* most returns of a trial */
    int64_t missing_count, failed_count, undefined_count;
};

/* The blocks [block_count] of the tile that has trial i, in its lane i % TILE_TRIALS. */
static inline trial_block *trial_tile(const by_trials *trials, int32_t i) {
    int32_t tile = i / TILE_TRIALS;
    return trials->slab[tile / SLAB_TILES] + (tile % SLAB_TILES) * trials->block_count;
}

/* Returns in block b of n. */
static inline int32_t trial_block_size(int32_t n, int32_t b, int32_t block_count) {
    return (int32_t)((int64_t)(b + 1) * n / block_count - (int64_t)b * n / block_count);
}

/* Whether a distinct trial is long enough to take part. */
static inline int trial_takes_part(const by_trials *trials, int32_t i) {
    return trials->trial[i].return_count >= trials->longest - trials->longest / 2;
}

/* How many trials take part, and how many of them are distinct. */
int64_t trials_taking_part(const by_trials *trials, int64_t *distinct_count);

/* What stands for no deviation at all: a variance below this part of the mean square. */
#define TRIAL_VARIANCE_MIN (1.0 / (double)(INT64_C(1) << 40))

/* Sharpe ratio per period from sums of `count` returns; NaN without deviation. */
double trial_sharpe(double sum, double squares, double count);

#endif
