/* SPDX-License-Identifier: MIT */
#include "cscv_tile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "clones.h"

/* A score is compared with a bar by products instead of a division. Rounding moves neither by this
 * part of it; what lies between is divided. */
#define SLACK 0x1p-48

enum { RUN_MAX = 252 /* sets of 5 of the 10 blocks of a half */ };

by_status tile_sums_init(tile_sums *at, const splits *of, by_error *err) {
    size_t size = (size_t)of->sets * sizeof(trial_block);
    *at = (tile_sums){.early = aligned_alloc(64, size), .late = aligned_alloc(64, size)};
    if (at->early == NULL || at->late == NULL) {
        tile_sums_free(at);
        return by_fail_nomem(err, 2 * size);
    }
    return BY_OK;
}

void tile_sums_free(tile_sums *at) {
    free(at->early);
    free(at->late);
    *at = (tile_sums){0};
}

/* The sums of every set of `half` blocks: those without its last block, and that one. table[0], of
 * no block, is there. */
BY_CLONES static void fill(trial_block *table, const trial_block *block, int32_t half,
                           const int32_t *place) {
    for (int32_t set = 1; set < 1 << half; set++) {
        const trial_block *last = &block[half - 1 - __builtin_ctz((unsigned)set)];
        const trial_block *before = &table[place[set & (set - 1)]];
        trial_block *out = &table[place[set]];
        for (int32_t lane = 0; lane < TILE_TRIALS; lane++) {
            out->sum[lane] = before->sum[lane] + last->sum[lane];
            out->squares[lane] = before->squares[lane] + last->squares[lane];
        }
    }
}

/* The bits of a number as an integer that rises with it, and back. */
static inline int64_t to_rising(double x) {
    int64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits < 0 ? bits ^ INT64_MAX : bits;
}

static inline double from_rising(int64_t rising) {
    int64_t bits = rising < 0 ? rising ^ INT64_MAX : rising;
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* The least and the most of the lanes: as integers, whose order does not hang on what a compiler
 * may assume of numbers, vectors find them. */
static inline void span(const double *x, double *least, double *most) {
    int64_t low = INT64_MAX;
    int64_t high = INT64_MIN;
    for (int32_t lane = 0; lane < TILE_TRIALS; lane++) {
        int64_t rising = to_rising(x[lane]);
        low = rising < low ? rising : low;
        high = rising > high ? rising : high;
    }
    *least = from_rising(low);
    *most = from_rising(high);
}

BY_CLONES static void bound(const trial_block *table, int32_t sets, tile_bounds *out) {
    for (int32_t p = 0; p < sets; p++) {
        span(table[p].sum, &out->sum_min[p], &out->sum_max[p]);
        span(table[p].squares, &out->squares_min[p], &out->squares_max[p]);
    }
}

/* The block sums of a trial, each stretched to the length of the longest trial's. */
static void load_trial(const splits *of, const by_trials *trials, int32_t position,
                       trial_block *block, int32_t lane) {
    const trial_block *from = trial_tile(trials, position);
    const int32_t from_lane = position % TILE_TRIALS;
    const int32_t return_count = trials->trial[position].return_count;
    for (int32_t b = 0; b < of->block_count; b++) {
        block[b].sum[lane] = from[b].sum[from_lane];
        block[b].squares[lane] = from[b].squares[from_lane];
    }
    for (int32_t b = 0; return_count != trials->longest && b < of->block_count; b++) {
        double stretch = split_stretch(of, return_count, b);
        block[b].sum[lane] *= stretch;
        block[b].squares[lane] *= stretch;
    }
}

void tile_sums_load(tile_sums *at, const splits *of, const by_trials *trials,
                    const int32_t *position, int32_t count) {
    trial_block block[BY_TRIAL_BLOCKS_MAX] = {0};
    for (int32_t lane = 0; lane < count; lane++) {
        at->trial[lane] = position[lane];
        load_trial(of, trials, position[lane], block, lane);
    }
    at->weight_total = 0;
    int32_t one = -1; /* that takes part */
    for (int32_t lane = 0; lane < TILE_TRIALS; lane++) {
        int takes_part = lane < count && trial_takes_part(trials, position[lane]);
        at->weight[lane] = takes_part ? trials->trial[position[lane]].weight : 0;
        at->weight_total += at->weight[lane];
        one = takes_part && one < 0 ? lane : one;
        at->early->sum[lane] = 0.0;
        at->early->squares[lane] = 0.0;
        at->late->sum[lane] = 0.0;
        at->late->squares[lane] = 0.0;
    }
    if (one < 0) {
        return;
    }
    /* What takes no part is within the bounds of what does. */
    for (int32_t lane = 0; lane < TILE_TRIALS; lane++) {
        for (int32_t b = 0; at->weight[lane] == 0 && b < of->block_count; b++) {
            block[b].sum[lane] = block[b].sum[one];
            block[b].squares[lane] = block[b].squares[one];
        }
    }
    fill(at->early, block, of->half, of->place);
    fill(at->late, block + of->half, of->half, of->place);
    bound(at->early, of->sets, &at->early_bounds);
    bound(at->late, of->sets, &at->late_bounds);
}

/* In a sum of weights, a lane whose score is too near to the bar to tell on which side it is. All
 * weights of a tile stay below it. */
#define UNTOLD (INT64_C(1) << 40)

/* The weights of the lanes with a score below a bar, and UNTOLD for each that cannot be told. */
static inline int64_t compare(const trial_block *early, const trial_block *late,
                              const int64_t *weight, double bar, double limit) {
    const double low = bar - fabs(bar) * SLACK;
    const double high = bar + fabs(bar) * SLACK;
    int64_t found = 0;
    for (int32_t lane = 0; lane < TILE_TRIALS; lane++) {
        double sum = early->sum[lane] + late->sum[lane];
        double squares = early->squares[lane] + late->squares[lane];
        double square = sum * fabs(sum);
        square = fabs(square) < limit * squares ? square : 0.0;
        int64_t below = square < low * squares;
        int64_t above = square > high * squares;
        found += (weight[lane] & -below) + (UNTOLD & ((below | above) - 1));
    }
    return found;
}

static double score_of(const trial_block *early, const trial_block *late, int32_t lane,
                       double returns) {
    return split_score(early->sum[lane] + late->sum[lane],
                       early->squares[lane] + late->squares[lane], returns);
}

static void choose_among(const tile_sums *tile, const by_trials *trials, const trial_block *early,
                         const trial_block *late, double returns, split_best *best) {
    for (int32_t lane = 0; lane < TILE_TRIALS; lane++) {
        if (tile->weight[lane] == 0) {
            continue;
        }
        const int32_t position = tile->trial[lane];
        const split_best one = {score_of(early, late, lane, returns),
                                trials->trial[position].number, position};
        if (split_is_better(&one, best)) {
            *best = one;
        }
    }
}

/* Splits with the same early set and late ones that stand side by side. */
typedef struct run {
    int32_t early;
    int32_t late; /* the first one */
    int32_t count;
    const double *bar;     /* [count] */
    const double *returns; /* [count] */
} run;

/* 1 for splits of a run in which all trials of the tile are below the bar, or on one side of it. */
typedef struct judged {
    int64_t below[RUN_MAX];
    int64_t told[RUN_MAX];
} judged;

/* By the bounds alone, and as `compare` would: sums, products and their rounding rise with what
 * goes into them. */
static inline void judge(const tile_sums *tile, const run *at, judged *out) {
    const tile_bounds *early = &tile->early_bounds, *late = &tile->late_bounds;
    const double sum_min = early->sum_min[at->early], sum_max = early->sum_max[at->early];
    const double squares_min = early->squares_min[at->early];
    const double squares_max = early->squares_max[at->early];
    for (int32_t i = 0; i < at->count; i++) {
        const double lowest = sum_min + late->sum_min[at->late + i];
        const double highest = sum_max + late->sum_max[at->late + i];
        const double least = squares_min + late->squares_min[at->late + i];
        const double most = squares_max + late->squares_max[at->late + i];
        const double limit = at->returns[i] * (1.0 - TRIAL_VARIANCE_MIN);
        const double low = at->bar[i] - fabs(at->bar[i]) * SLACK;
        const double high = at->bar[i] + fabs(at->bar[i]) * SLACK;
        const double bottom = lowest * fabs(lowest), top = highest * fabs(highest);
        const int none_steady = (fabs(bottom) < limit * least) & (fabs(top) < limit * least);
        const int64_t below = none_steady & (top < low * least) & (top < low * most);
        const int64_t above = none_steady & (bottom > high * least) & (bottom > high * most);
        out->below[i] = below;
        out->told[i] = below | above;
    }
}

/* Lists the splits that are not told. */
static inline int32_t list_unsure(const int64_t *told, int32_t count, int32_t *unsure) {
    int64_t sum = 0;
    int32_t listed = 0;
    for (int32_t i = 0; i < count; i++) {
        sum += told[i];
    }
    for (int32_t i = 0; sum < count && i < count; i++) {
        unsure[listed] = i;
        listed += told[i] == 0;
    }
    return listed;
}

static run run_of(const splits *of, int32_t set, const double *bar, const double *returns) {
    const int32_t late_size = of->half - __builtin_popcount((unsigned)set);
    return (run){.early = of->place[set],
                 .late = of->first[late_size],
                 .count = of->first[late_size + 1] - of->first[late_size],
                 .bar = bar,
                 .returns = returns};
}

BY_CLONES void tile_choose(const tile_sums *tile, const splits *of, const by_trials *trials,
                           split_best *best) {
    const double *returns = of->returns;
    double bar[RUN_MAX];
    int32_t unsure[RUN_MAX];
    judged found;
    for (int32_t set = of->sets - 1; set >= 0; set--) {
        const run at = run_of(of, set, bar, returns);
        for (int32_t i = 0; i < at.count; i++) {
            bar[i] = best[i].score;
        }
        judge(tile, &at, &found);
        const trial_block *early = &tile->early[at.early], *late = &tile->late[at.late];
        const int32_t unsure_count = list_unsure(found.below, at.count, unsure);
        for (int32_t u = 0; u < unsure_count; u++) {
            const int32_t i = unsure[u];
            const double limit = returns[i] * (1.0 - TRIAL_VARIANCE_MIN);
            if (compare(early, &late[i], tile->weight, bar[i], limit) != tile->weight_total) {
                choose_among(tile, trials, early, &late[i], returns[i], &best[i]);
            }
        }
        best += at.count;
        returns += at.count;
    }
}

BY_CLONES void tile_rank(const tile_sums *tile, const splits *of, const double *bar, int64_t *below,
                         int64_t *equal) {
    const double *returns = of->returns;
    int32_t unsure[RUN_MAX];
    judged found;
    for (int32_t set = of->sets - 1; set >= 0; set--) {
        const run at = run_of(of, set, bar, returns);
        judge(tile, &at, &found);
        for (int32_t i = 0; i < at.count; i++) {
            below[i] += found.below[i] * tile->weight_total;
        }
        const trial_block *early = &tile->early[at.early], *late = &tile->late[at.late];
        const int32_t unsure_count = list_unsure(found.told, at.count, unsure);
        for (int32_t u = 0; u < unsure_count; u++) {
            const int32_t i = unsure[u];
            const double limit = returns[i] * (1.0 - TRIAL_VARIANCE_MIN);
            const int64_t among = compare(early, &late[i], tile->weight, bar[i], limit);
            if (among < UNTOLD) {
                below[i] += among;
                continue;
            }
            for (int32_t lane = 0; lane < TILE_TRIALS; lane++) {
                double score = score_of(early, &late[i], lane, returns[i]);
                below[i] += score < bar[i] ? tile->weight[lane] : 0;
                equal[i] += score == bar[i] ? tile->weight[lane] : 0;
            }
        }
        bar += at.count;
        returns += at.count;
        below += at.count;
        equal += at.count;
    }
}
