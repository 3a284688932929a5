/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "trials_parts.h"

/* Mean and sum of squared deviations of numbers that come one by one with weights (D. H. D. West,
 * "Updating mean and variance estimates: an improved method", CACM 22(9), 1979). */
typedef struct spread {
    double weight;
    double mean;
    double squares;
} spread;

static void spread_add(spread *at, double x, double weight) {
    double distance = x - at->mean;
    at->weight += weight;
    at->mean += distance * weight / at->weight;
    at->squares += weight * distance * (x - at->mean);
}

static double spread_deviation(const spread *at) {
    return at->weight > 1.0 ? sqrt(at->squares / (at->weight - 1.0)) : NAN;
}

/* Sums over all blocks of trial i, in time order. */
static double sharpe_of(const by_trials *trials, int32_t i) {
    const trial_block *block = trial_tile(trials, i);
    double sum = 0.0;
    double squares = 0.0;
    for (int32_t b = 0; b < trials->block_count; b++) {
        sum += block[b].sum[i % TILE_TRIALS];
        squares += block[b].squares[i % TILE_TRIALS];
    }
    return trial_sharpe(sum, squares, trials->trial[i].return_count);
}

/* Adds a trial's block means, brought to mean 0 and length 1, to total[]. Returns 0 when they are
 * all the same. */
static int add_direction(const by_trials *trials, int32_t i, double *total) {
    const trial_block *block = trial_tile(trials, i);
    int32_t count = trials->block_count;
    double mean[BY_TRIAL_BLOCKS_MAX];
    double center = 0.0;
    double squares = 0.0;
    for (int32_t b = 0; b < count; b++) {
        mean[b] = block[b].sum[i % TILE_TRIALS] /
                  trial_block_size(trials->trial[i].return_count, b, count);
        center += mean[b] / count;
    }
    for (int32_t b = 0; b < count; b++) {
        squares += (mean[b] - center) * (mean[b] - center);
    }
    if (!(squares > 0.0)) {
        return 0;
    }
    for (int32_t b = 0; b < count; b++) {
        total[b] += (mean[b] - center) / sqrt(squares);
    }
    return 1;
}

int64_t trials_taking_part(const by_trials *trials, int64_t *distinct_count) {
    int64_t count = 0;
    *distinct_count = 0;
    for (int32_t i = 0; i < trials->count; i++) {
        if (trial_takes_part(trials, i)) {
            count += trials->trial[i].weight;
            ++*distinct_count;
        }
    }
    return count;
}

void by_trials_describe(const by_trials *trials, by_trials_figures *out) {
    *out = (by_trials_figures){.block_count = trials->block_count,
                               .behaviour_count = trials->behaviours.count,
                               .missing_count = trials->missing_count,
                               .failed_count = trials->failed_count,
                               .undefined_count = trials->undefined_count,
                               .return_count_max = trials->longest};
    double total[BY_TRIAL_BLOCKS_MAX] = {0.0};
    double directions = 0.0;
    spread all = {0.0, 0.0, 0.0};
    spread distinct = {0.0, 0.0, 0.0};
    out->return_count_min = trials->longest;
    for (int32_t i = 0; i < trials->count; i++) {
        const trial *at = &trials->trial[i];
        if (!trial_takes_part(trials, i)) {
            out->short_count += at->weight;
            continue;
        }
        double sharpe = sharpe_of(trials, i);
        out->trial_count += at->weight;
        out->distinct_count++;
        out->return_count_min =
            at->return_count < out->return_count_min ? at->return_count : out->return_count_min;
        spread_add(&all, sharpe, at->weight);
        spread_add(&distinct, sharpe, 1.0);
        directions += add_direction(trials, i, total);
    }
    double length = 0.0;
    for (int32_t b = 0; b < trials->block_count; b++) {
        length += total[b] * total[b];
    }
    out->sharpe_deviation = spread_deviation(&all);
    out->distinct_deviation = spread_deviation(&distinct);
    /* The length of the sum of n directions, squared, is n and the sum of all pairs. */
    out->correlation =
        directions > 1.0 ? (length - directions) / (directions * (directions - 1.0)) : NAN;
}
