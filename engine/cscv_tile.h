/* SPDX-License-Identifier: MIT
 *
 * Trials compared in all splits at once, a tile of them side by side.
 */
#ifndef BY_CSCV_TILE_H
#define BY_CSCV_TILE_H

#include "cscv_splits.h"

/* Between what the sums of a tile's trials lie, by place of the set. */
typedef struct tile_bounds {
    double sum_min[HALF_SETS_MAX];
    double sum_max[HALF_SETS_MAX];
    double squares_min[HALF_SETS_MAX];
    double squares_max[HALF_SETS_MAX];
} tile_bounds;

/* A tile's sums over every set of early and of late blocks, by place of the set. */
typedef struct tile_sums {
    trial_block *early;
    trial_block *late;
    tile_bounds early_bounds; /* of the trials that take part */
    tile_bounds late_bounds;
    int32_t trial[TILE_TRIALS];  /* positions */
    int64_t weight[TILE_TRIALS]; /* equals of a trial; 0 where it takes no part */
    int64_t weight_total;
} tile_sums;

/* The best trial of a split so far. */
typedef struct split_best {
    double score;
    uint32_t number;
    int32_t trial; /* position, -1: none */
} split_best;

/* Whether a trial is better than the best so far: by score, then the lower number. */
static inline int split_is_better(const split_best *one, const split_best *best) {
    return best->trial < 0 || one->score > best->score ||
           (one->score == best->score && one->number < best->number);
}

by_status tile_sums_init(tile_sums *at, const splits *of, by_error *err);
void tile_sums_free(tile_sums *at);
/* Loads the trials at some positions, at most TILE_TRIALS. The sums are there if one takes part. */
void tile_sums_load(tile_sums *at, const splits *of, const by_trials *trials,
                    const int32_t *position, int32_t count);

/* Puts trials of the tile into best[split] where they are better. */
void tile_choose(const tile_sums *tile, const splits *of, const by_trials *trials,
                 split_best *best);
/* Adds to below[split] and equal[split] how many trials have a score below and equal to bar[split].
 */
void tile_rank(const tile_sums *tile, const splits *of, const double *bar, int64_t *below,
               int64_t *equal);

#endif
