/* SPDX-License-Identifier: MIT */
#include "cscv_splits.h"

#include <stdlib.h>

static void list_sets(splits *at) {
    int32_t position = 0;
    for (int32_t size = 0; size <= at->half; size++) {
        at->first[size] = position;
        for (int32_t set = at->sets - 1; set >= 0; set--) {
            if (__builtin_popcount((unsigned)set) == size) {
                at->place[set] = position++;
            }
        }
        int32_t sets = position - at->first[size];
        at->count += sets * sets; /* sets of `size` early blocks and half - size late ones */
    }
    at->first[at->half + 1] = position;
}

static void list_splits(splits *at) {
    int32_t split = 0;
    for (int32_t mask = (1 << at->block_count) - 1; mask >= 0; mask--) {
        if (__builtin_popcount((unsigned)mask) != at->half) {
            continue;
        }
        at->returns[split] = 0.0;
        for (int32_t b = 0; b < at->block_count; b++) {
            at->returns[split] += split_has_block(at, mask, b) ? at->block_returns[b] : 0.0;
        }
        at->mask[split++] = mask;
    }
}

by_status splits_init(splits *at, const by_trials *trials, by_error *err) {
    *at = (splits){.block_count = trials->block_count, .half = trials->block_count / 2};
    at->sets = 1 << at->half;
    list_sets(at);
    size_t count = (size_t)at->count;
    at->mask = malloc(count * sizeof *at->mask);
    at->returns = malloc(count * sizeof *at->returns);
    if (at->mask == NULL || at->returns == NULL) {
        splits_free(at);
        return by_fail_nomem(err, count * (sizeof *at->mask + sizeof *at->returns));
    }
    for (int32_t b = 0; b < at->block_count; b++) {
        at->block_returns[b] = trial_block_size(trials->longest, b, at->block_count);
    }
    list_splits(at);
    return BY_OK;
}

void splits_free(splits *at) {
    free(at->mask);
    free(at->returns);
    at->mask = NULL;
    at->returns = NULL;
}

void split_sums(const splits *of, const by_trials *trials, int32_t i, int32_t mask, double *sum,
                double *squares) {
    const trial_block *block = trial_tile(trials, i);
    const int32_t lane = i % TILE_TRIALS;
    double half_sum[2] = {0.0, 0.0};
    double half_squares[2] = {0.0, 0.0};
    for (int32_t b = 0; b < of->block_count; b++) {
        if (split_has_block(of, mask, b)) {
            double stretch = split_stretch(of, trials->trial[i].return_count, b);
            half_sum[b >= of->half] += block[b].sum[lane] * stretch;
            half_squares[b >= of->half] += block[b].squares[lane] * stretch;
        }
    }
    *sum = half_sum[0] + half_sum[1];
    *squares = half_squares[0] + half_squares[1];
}
