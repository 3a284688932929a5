/* SPDX-License-Identifier: MIT */
#include "trials.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "trials_parts.h"

enum { SLOTS_MIN = 1024, TRIALS_MAX = INT32_MAX / 4 };

by_status by_trials_new(int32_t block_count, by_trials **out, by_error *err) {
    if (block_count < 2 || block_count > BY_TRIAL_BLOCKS_MAX || block_count % 2 != 0) {
        return by_fail(err, BY_USAGE, "trials: %d blocks; give an even number from 2 to %d",
                       block_count, BY_TRIAL_BLOCKS_MAX);
    }
    by_trials *trials = calloc(1, sizeof *trials);
    if (trials == NULL) {
        return by_fail_nomem(err, sizeof *trials);
    }
    trials->block_count = block_count;
    *out = trials;
    return BY_OK;
}

void by_trials_free(by_trials *trials) {
    if (trials == NULL) {
        return;
    }
    for (int32_t s = 0; s < trials->capacity / SLAB_TRIALS; s++) {
        free(trials->slab[s]);
    }
    free(trials->slab);
    free(trials->trial);
    free(trials->slot);
    number_set_free(&trials->behaviours);
    free(trials);
}

double trial_sharpe(double sum, double squares, double count) {
    double mean = sum / count;
    double deviations = squares - sum * mean;
    if (!(count >= 2.0) || !(deviations > squares * TRIAL_VARIANCE_MIN) || !isfinite(squares)) {
        return NAN;
    }
    return mean / sqrt(deviations / (count - 1.0));
}

/* What a trial is told by: its block sums and how many returns they are of. */
typedef struct sums {
    double sum[BY_TRIAL_BLOCKS_MAX];
    double squares[BY_TRIAL_BLOCKS_MAX];
    int32_t return_count;
} sums;

static uint32_t hash_sums(const sums *at, int32_t block_count) {
    size_t size = (size_t)block_count * sizeof(double);
    return (uint32_t)by_hash(at->squares, size, by_hash(at->sum, size, (uint64_t)at->return_count));
}

static int is_equal(const by_trials *trials, int32_t i, const sums *at) {
    const trial_block *block = trial_tile(trials, i);
    int32_t lane = i % TILE_TRIALS;
    int equal = trials->trial[i].return_count == at->return_count;
    for (int32_t b = 0; b < trials->block_count && equal; b++) {
        equal = block[b].sum[lane] == at->sum[b] && block[b].squares[lane] == at->squares[b];
    }
    return equal;
}

static uint32_t *find_slot(const by_trials *trials, uint32_t hash, const sums *at) {
    uint32_t slot = hash & (trials->slot_count - 1);
    while (trials->slot[slot] != 0) {
        int32_t i = (int32_t)trials->slot[slot] - 1;
        if (trials->trial[i].hash == hash && at != NULL && is_equal(trials, i, at)) {
            break;
        }
        slot = (slot + 1) & (trials->slot_count - 1);
    }
    return &trials->slot[slot];
}

static by_status grow_slots(by_trials *trials, by_error *err) {
    uint32_t slot_count = trials->slot_count > 0 ? 2 * trials->slot_count : SLOTS_MIN;
    uint32_t *slot = calloc(slot_count, sizeof *slot);
    if (slot == NULL) {
        return by_fail_nomem(err, slot_count * sizeof *slot);
    }
    free(trials->slot);
    trials->slot = slot;
    trials->slot_count = slot_count;
    for (int32_t i = 0; i < trials->count; i++) {
        *find_slot(trials, trials->trial[i].hash, NULL) = (uint32_t)i + 1;
    }
    return BY_OK;
}

static by_status grow_trials(by_trials *trials, by_error *err) {
    size_t capacity = trials->capacity > 0 ? 2 * (size_t)trials->capacity : SLAB_TRIALS;
    if (capacity > TRIALS_MAX) {
        return by_fail(err, BY_LIMIT, "trials: more than %d distinct ones", TRIALS_MAX);
    }
    trial *grown = realloc(trials->trial, capacity * sizeof *grown);
    if (grown == NULL) {
        return by_fail_nomem(err, capacity * sizeof *grown);
    }
    trials->trial = grown;
    size_t slabs = capacity / SLAB_TRIALS;
    trial_block **slab = realloc(trials->slab, slabs * sizeof *slab);
    if (slab == NULL) {
        return by_fail_nomem(err, slabs * sizeof *slab);
    }
    trials->slab = slab;
    for (size_t s = (size_t)trials->capacity / SLAB_TRIALS; s < slabs; s++) {
        slab[s] = NULL;
    }
    trials->capacity = (int32_t)capacity;
    return BY_OK;
}

static by_status append(by_trials *trials, const trial *added, const sums *at, by_error *err) {
    if (trials->count == trials->capacity) {
        by_status status = grow_trials(trials, err);
        if (status != BY_OK) {
            return status;
        }
    }
    trial_block **slab = &trials->slab[trials->count / SLAB_TRIALS];
    if (*slab == NULL) {
        size_t blocks = (size_t)SLAB_TILES * (size_t)trials->block_count;
        *slab = calloc(blocks, sizeof **slab);
        if (*slab == NULL) {
            return by_fail_nomem(err, blocks * sizeof **slab);
        }
    }
    trial_block *block = trial_tile(trials, trials->count);
    for (int32_t b = 0; b < trials->block_count; b++) {
        block[b].sum[trials->count % TILE_TRIALS] = at->sum[b];
        block[b].squares[trials->count % TILE_TRIALS] = at->squares[b];
    }
    trials->trial[trials->count++] = *added;
    return BY_OK;
}

/* Counts one more of a trial; of -1, of those that take no part. */
static void count_again(by_trials *trials, int32_t i, uint32_t number) {
    if (i < 0) {
        trials->undefined_count++;
        return;
    }
    trial *known = &trials->trial[i];
    known->weight++;
    known->number = number < known->number ? number : known->number;
}

/* *place is where the trial is then, or -1. */
static by_status add(by_trials *trials, uint32_t number, const sums *at, int32_t *place,
                     by_error *err) {
    double sum = 0.0;
    double squares = 0.0;
    for (int32_t b = 0; b < trials->block_count; b++) {
        sum += at->sum[b];
        squares += at->squares[b];
    }
    if (at->return_count < 2 * trials->block_count ||
        isnan(trial_sharpe(sum, squares, at->return_count))) {
        *place = -1;
        count_again(trials, -1, number);
        return BY_OK;
    }
    if (2 * (uint64_t)trials->count >= trials->slot_count) {
        by_status status = grow_slots(trials, err);
        if (status != BY_OK) {
            return status;
        }
    }
    uint32_t hash = hash_sums(at, trials->block_count);
    uint32_t *slot = find_slot(trials, hash, at);
    if (*slot != 0) {
        *place = (int32_t)*slot - 1;
        count_again(trials, *place, number);
        return BY_OK;
    }
    by_status status = append(trials, &(trial){hash, number, 1, at->return_count}, at, err);
    if (status == BY_OK) {
        *slot = (uint32_t)trials->count;
        *place = trials->count - 1;
        trials->longest = at->return_count > trials->longest ? at->return_count : trials->longest;
    }
    return status;
}

static by_status add_result(by_trials *trials, uint32_t number, const by_result *row,
                            int32_t *place, by_error *err) {
    sums at = {.return_count = row->return_count};
    for (int32_t b = 0; b < BY_BLOCK_COUNT; b++) {
        at.sum[b] = row->block_sum[b];
        at.squares[b] = row->block_sum_squares[b];
    }
    return add(trials, number, &at, place, err);
}

static int earned_the_same(const by_result *a, const by_result *b) {
    return a->return_count == b->return_count &&
           memcmp(a->block_sum, b->block_sum, sizeof a->block_sum) == 0 &&
           memcmp(a->block_sum_squares, b->block_sum_squares, sizeof a->block_sum_squares) == 0;
}

by_status by_trials_add_results(by_trials *trials, const by_result *rows, const uint32_t *numbers,
                                int32_t count, by_error *err) {
    if (trials->block_count != BY_BLOCK_COUNT) {
        return by_fail(err, BY_USAGE, "trials: results have %d blocks, not %d", BY_BLOCK_COUNT,
                       trials->block_count);
    }
    by_status status = BY_OK;
    const by_result *before = NULL; /* whose trial is at `place`: neighbours are often the same */
    int32_t place = -1;
    for (int32_t i = 0; i < count && status == BY_OK; i++) {
        const by_result *row = &rows[i];
        const uint32_t number = numbers != NULL ? numbers[i] : (uint32_t)i;
        if (row->return_count < 0) {
            trials->missing_count += row->return_count == -2;
            trials->failed_count += row->return_count != -2;
            continue;
        }
        if (before == NULL || before->behaviour != row->behaviour) {
            status = number_set_add(&trials->behaviours, row->behaviour, err);
        }
        if (before != NULL && earned_the_same(before, row)) {
            count_again(trials, place, number);
        } else if (status == BY_OK) {
            status = add_result(trials, number, row, &place, err);
        }
        before = row;
    }
    return status;
}

by_status by_trials_add_returns(by_trials *trials, uint32_t number, const double *returns,
                                int64_t stride, int32_t return_count, by_error *err) {
    int32_t first = return_count > 0 ? return_count % trials->block_count : 0;
    int32_t size = return_count / trials->block_count;
    sums at = {.return_count = return_count - first};
    for (int32_t i = 0; i < return_count; i++) {
        double r = returns[i * stride];
        if (!isfinite(r)) {
            return by_fail(err, BY_DATA,
                           "trials: return %d of trial %u is not a number; leave the period out of "
                           "all trials, or put 0 there",
                           i + 1, number + 1);
        }
        if (i >= first) {
            int32_t b = (i - first) / size;
            at.sum[b] += r;
            at.squares[b] += r * r;
        }
    }
    int32_t place;
    return add(trials, number, &at, &place, err);
}
