/* SPDX-License-Identifier: MIT */
#include "cscv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cscv_order.h"
#include "cscv_tile.h"
#include "parallel.h"

enum { WORKERS_MAX = 64 };

/* What one thread finds among its tiles. */
typedef struct worker {
    by_status status;
    by_error err;
    tile_sums tile;
    split_best *best; /* [splits] */
    int64_t *below;   /* [splits] */
    int64_t *equal;   /* [splits] */
} worker;

typedef struct work {
    const by_trials *trials;
    splits splits;
    int32_t *order; /* [trials->count] positions, tile after tile */
    int32_t worker_count;
    worker *worker;
    split_best *best; /* [splits] of all */
    double *bar;      /* [splits] score of the trial that the other half chose */
} work;

/* Whether a trial of the tile takes part. */
static int load(const work *at, worker *mine, int32_t tile) {
    const int32_t first = tile * TILE_TRIALS;
    const int32_t left = at->trials->count - first;
    tile_sums_load(&mine->tile, &at->splits, at->trials, at->order + first,
                   left < TILE_TRIALS ? left : TILE_TRIALS);
    return mine->tile.weight_total > 0;
}

static void choose(void *context, int32_t w) {
    work *at = context;
    worker *mine = &at->worker[w];
    for (int32_t s = 0; s < at->splits.count; s++) {
        mine->best[s] = (split_best){-INFINITY, 0, -1};
    }
    for (int32_t t = w; t * TILE_TRIALS < at->trials->count; t += at->worker_count) {
        if (load(at, mine, t)) {
            tile_choose(&mine->tile, &at->splits, at->trials, mine->best);
        }
    }
}

static void rank(void *context, int32_t w) {
    work *at = context;
    worker *mine = &at->worker[w];
    for (int32_t t = w; t * TILE_TRIALS < at->trials->count; t += at->worker_count) {
        if (load(at, mine, t)) {
            tile_rank(&mine->tile, &at->splits, at->bar, mine->below, mine->equal);
        }
    }
}

static by_status worker_init(worker *at, const splits *of, by_error *err) {
    size_t count = (size_t)of->count;
    at->best = malloc(count * sizeof *at->best);
    at->below = calloc(count, sizeof *at->below);
    at->equal = calloc(count, sizeof *at->equal);
    if (at->best == NULL || at->below == NULL || at->equal == NULL) {
        return by_fail_nomem(err, count * (sizeof *at->best + 2 * sizeof *at->below));
    }
    return tile_sums_init(&at->tile, of, err);
}

static void work_free(work *at) {
    for (int32_t w = 0; at->worker != NULL && w < at->worker_count; w++) {
        tile_sums_free(&at->worker[w].tile);
        free(at->worker[w].best);
        free(at->worker[w].below);
        free(at->worker[w].equal);
    }
    free(at->worker);
    free(at->best);
    free(at->bar);
    free(at->order);
    splits_free(&at->splits);
}

static by_status work_init(work *at, const by_trials *trials, int32_t thread_count, by_error *err) {
    int32_t tiles = (trials->count + TILE_TRIALS - 1) / TILE_TRIALS;
    int32_t workers = thread_count < tiles ? thread_count : tiles;
    workers = workers < 1 ? 1 : workers > WORKERS_MAX ? WORKERS_MAX : workers;
    *at = (work){.trials = trials, .worker_count = workers};
    by_status status = splits_init(&at->splits, trials, err);
    if (status != BY_OK) {
        return status;
    }
    size_t count = (size_t)at->splits.count;
    at->worker = calloc((size_t)workers, sizeof *at->worker);
    at->best = malloc(count * sizeof *at->best);
    at->bar = malloc(count * sizeof *at->bar);
    if (at->worker == NULL || at->best == NULL || at->bar == NULL) {
        return by_fail_nomem(err, count * (sizeof *at->best + sizeof *at->bar));
    }
    status = cscv_order(trials, workers, &at->order, err);
    for (int32_t w = 0; w < workers && status == BY_OK; w++) {
        status = worker_init(&at->worker[w], &at->splits, err);
    }
    return status;
}

/* The best of all threads, and the bar that it sets in the split with its other half. */
static void gather_best(work *at) {
    for (int32_t s = 0; s < at->splits.count; s++) {
        split_best best = at->worker[0].best[s];
        for (int32_t w = 1; w < at->worker_count; w++) {
            const split_best *other = &at->worker[w].best[s];
            if (other->trial >= 0 && split_is_better(other, &best)) {
                best = *other;
            }
        }
        at->best[s] = best;
        int32_t out = at->splits.count - 1 - s;
        double sum;
        double squares;
        split_sums(&at->splits, at->trials, best.trial, at->splits.mask[out], &sum, &squares);
        at->bar[out] = split_score(sum, squares, at->splits.returns[out]);
    }
}

/* The result with its arrays as they are filled. */
typedef struct result {
    by_cscv public;
    double *logit; /* [3][splits]: also in and out of sample */
    uint32_t *chosen;
} result;

static void result_free(result *at) {
    if (at != NULL) {
        free(at->logit);
        free(at->chosen);
    }
    free(at);
}

static by_status result_new(int32_t split_count, result **out, by_error *err) {
    size_t count = (size_t)split_count;
    result *made = calloc(1, sizeof *made);
    if (made != NULL) {
        made->logit = malloc(3 * count * sizeof *made->logit);
        made->chosen = malloc(count * sizeof *made->chosen);
    }
    if (made == NULL || made->logit == NULL || made->chosen == NULL) {
        result_free(made);
        return by_fail_nomem(err, sizeof *made + 4 * count * sizeof(double));
    }
    *out = made;
    return BY_OK;
}

static double ratio_in(const work *at, int32_t chosen, int32_t split) {
    double sum;
    double squares;
    split_sums(&at->splits, at->trials, chosen, at->splits.mask[split], &sum, &squares);
    double ratio = trial_sharpe(sum, squares, at->splits.returns[split]);
    return isnan(ratio) ? 0.0 : ratio;
}

static int compare_doubles(const void *a, const void *b) {
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(const double *x, int32_t count, double *scratch) {
    memcpy(scratch, x, (size_t)count * sizeof *x);
    qsort(scratch, (size_t)count, sizeof *scratch, compare_doubles);
    return (scratch[(count - 1) / 2] + scratch[count / 2]) / 2.0;
}

/* Least squares of the OOS on the IS ratio. */
static void regress(by_cscv *out) {
    double x_mean = 0.0;
    double y_mean = 0.0;
    for (int32_t s = 0; s < out->split_count; s++) {
        x_mean += out->in_sample[s] / out->split_count;
        y_mean += out->out_of_sample[s] / out->split_count;
    }
    double xx = 0.0;
    double xy = 0.0;
    double yy = 0.0;
    for (int32_t s = 0; s < out->split_count; s++) {
        double x = out->in_sample[s] - x_mean;
        double y = out->out_of_sample[s] - y_mean;
        xx += x * x;
        xy += x * y;
        yy += y * y;
    }
    out->slope = xx > 0.0 ? xy / xx : NAN;
    out->intercept = y_mean - out->slope * x_mean;
    out->r_squared = xx > 0.0 && yy > 0.0 ? xy * xy / (xx * yy) : NAN;
}

static void summarise(const work *at, int64_t trial_count, result *to) {
    const int32_t count = at->splits.count;
    double *logit = to->logit;
    double *in_sample = logit + count;
    double *out_of_sample = in_sample + count;
    int32_t failed = 0;
    int32_t losses = 0;
    double logits = 0.0;
    for (int32_t s = 0; s < count; s++) {
        const int32_t out = count - 1 - s;
        int64_t below = 0;
        int64_t equal = 0;
        for (int32_t w = 0; w < at->worker_count; w++) {
            below += at->worker[w].below[out];
            equal += at->worker[w].equal[out];
        }
        /* Twice the rank, and twice its distance from N + 1. */
        int64_t rank_doubled = 2 * below + equal + 1;
        int64_t rest = 2 * (trial_count + 1) - rank_doubled;
        logit[s] = log((double)rank_doubled / (double)rest);
        failed += rank_doubled <= rest;
        logits += logit[s];
        to->chosen[s] = at->best[s].number;
        in_sample[s] = ratio_in(at, at->best[s].trial, s);
        out_of_sample[s] = ratio_in(at, at->best[s].trial, out);
        losses += out_of_sample[s] < 0.0;
    }
    to->public = (by_cscv){.split_count = count,
                           .trial_count = trial_count,
                           .pbo = (double)failed / count,
                           .loss_probability = (double)losses / count,
                           .logit_mean = logits / count,
                           .logit_median = median(logit, count, at->bar),
                           .in_sample_median = median(in_sample, count, at->bar),
                           .out_of_sample_median = median(out_of_sample, count, at->bar),
                           .logit = logit,
                           .in_sample = in_sample,
                           .out_of_sample = out_of_sample,
                           .chosen = to->chosen};
    regress(&to->public);
}

by_status by_cscv_new(const by_trials *trials, int32_t thread_count, by_cscv **out, by_error *err) {
    int64_t distinct_count;
    const int64_t trial_count = trials_taking_part(trials, &distinct_count);
    if (distinct_count < 2) {
        return by_fail(err, BY_DATA,
                       "cscv: %lld distinct trials have at least %d returns and a Sharpe ratio; "
                       "at least 2 are needed",
                       (long long)distinct_count, 2 * trials->block_count);
    }
    work at;
    by_status status = work_init(&at, trials, thread_count, err);
    result *made = NULL;
    if (status == BY_OK) {
        status = result_new(at.splits.count, &made, err);
    }
    if (status == BY_OK) {
        parallel_for(at.worker_count, at.worker_count, choose, &at);
        gather_best(&at);
        parallel_for(at.worker_count, at.worker_count, rank, &at);
        summarise(&at, trial_count, made);
        *out = &made->public;
    }
    work_free(&at);
    return status;
}

void by_cscv_free(by_cscv *cscv) {
    result_free((result *)cscv); /* its first member */
}
