/* SPDX-License-Identifier: MIT */
#include "cscv_tile.h"

#include <math.h>
#include <stdlib.h>

#include "clones.h"

/* A score is compared with a bar by products instead of a division. Rounding moves neither by this
 * part of it; what lies between is divided. */
#define SLACK 0x1p-48

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

void tile_sums_load(tile_sums *at, const splits *of, const by_trials *trials, int32_t tile) {
    trial_block block[BY_TRIAL_BLOCKS_MAX];
    at->first = tile * TILE_TRIALS;
    at->trial = &trials->trial[at->first];
    int32_t count =
        trials->count - at->first < TILE_TRIALS ? trials->count - at->first : TILE_TRIALS;
    for (int32_t b = 0; b < of->block_count; b++) {
        block[b] = trial_tile(trials, at->first)[b];
        for (int32_t lane = 0; lane < count; lane++) {
            double stretch = split_stretch(of, at->trial[lane].return_count, b);
            block[b].sum[lane] *= stretch;
            block[b].squares[lane] *= stretch;
        }
    }
    at->weight_total = 0;
    for (int32_t lane = 0; lane < TILE_TRIALS; lane++) {
        int takes_part = lane < count && trial_takes_part(trials, at->first + lane);
        at->weight[lane] = takes_part ? at->trial[lane].weight : 0;
        at->weight_total += at->weight[lane];
        at->early->sum[lane] = 0.0;
        at->early->squares[lane] = 0.0;
        at->late->sum[lane] = 0.0;
        at->late->squares[lane] = 0.0;
    }
    fill(at->early, block, of->half, of->place);
    fill(at->late, block + of->half, of->half, of->place);
}

/* Weights of the lanes with a score below and above a bar; those too near to tell, in neither. */
typedef struct sides {
    int64_t below;
    int64_t above;
} sides;

static inline sides compare(const trial_block *early, const trial_block *late,
                            const int64_t *weight, double bar, double limit) {
    const double low = bar - fabs(bar) * SLACK;
    const double high = bar + fabs(bar) * SLACK;
    sides found = {0, 0};
    for (int32_t lane = 0; lane < TILE_TRIALS; lane++) {
        double sum = early->sum[lane] + late->sum[lane];
        double squares = early->squares[lane] + late->squares[lane];
        double square = sum * fabs(sum);
        square = fabs(square) < limit * squares ? square : 0.0;
        found.below += square < low * squares ? weight[lane] : 0;
        found.above += square > high * squares ? weight[lane] : 0;
    }
    return found;
}

static double score_of(const trial_block *early, const trial_block *late, int32_t lane,
                       double returns) {
    return split_score(early->sum[lane] + late->sum[lane],
                       early->squares[lane] + late->squares[lane], returns);
}

static void choose_among(const tile_sums *tile, const trial_block *early, const trial_block *late,
                         double returns, split_best *best) {
    for (int32_t lane = 0; lane < TILE_TRIALS; lane++) {
        if (tile->weight[lane] == 0) {
            continue;
        }
        const split_best one = {score_of(early, late, lane, returns), tile->trial[lane].number,
                                tile->first + lane};
        if (split_is_better(&one, best)) {
            *best = one;
        }
    }
}

BY_CLONES void tile_choose(const tile_sums *tile, const splits *of, split_best *best) {
    int32_t split = 0;
    for (int32_t set = of->sets - 1; set >= 0; set--) {
        const trial_block *early = &tile->early[of->place[set]];
        int32_t late_size = of->half - __builtin_popcount((unsigned)set);
        for (int32_t p = of->first[late_size]; p < of->first[late_size + 1]; p++, split++) {
            double limit = of->returns[split] * (1.0 - TRIAL_VARIANCE_MIN);
            sides found = compare(early, &tile->late[p], tile->weight, best[split].score, limit);
            if (found.below != tile->weight_total) {
                choose_among(tile, early, &tile->late[p], of->returns[split], &best[split]);
            }
        }
    }
}

BY_CLONES void tile_rank(const tile_sums *tile, const splits *of, const double *bar, int64_t *below,
                         int64_t *equal) {
    int32_t split = 0;
    for (int32_t set = of->sets - 1; set >= 0; set--) {
        const trial_block *early = &tile->early[of->place[set]];
        int32_t late_size = of->half - __builtin_popcount((unsigned)set);
        for (int32_t p = of->first[late_size]; p < of->first[late_size + 1]; p++, split++) {
            double limit = of->returns[split] * (1.0 - TRIAL_VARIANCE_MIN);
            sides found = compare(early, &tile->late[p], tile->weight, bar[split], limit);
            if (found.below + found.above == tile->weight_total) {
                below[split] += found.below;
                continue;
            }
            for (int32_t lane = 0; lane < TILE_TRIALS; lane++) {
                double score = score_of(early, &tile->late[p], lane, of->returns[split]);
                below[split] += score < bar[split] ? tile->weight[lane] : 0;
                equal[split] += score == bar[split] ? tile->weight[lane] : 0;
            }
        }
    }
}
