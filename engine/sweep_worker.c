/* SPDX-License-Identifier: MIT
 *
 * A worker of a sweep: walks the combos of a chunk, settles their accounts, and hands the results
 * over.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "account.h"
#include "mask.h"
#include "sweep_parts.h"

/* One worker's own state; of `walk` and `tiles` one is open. */
typedef struct worker {
    by_sweep *sweep;
    bool tiled;
    walk walk;
    tile_walk tiles;
    account account;
    uint64_t
        *changed;    /* a mask of the tiled days whose rows differ from those of the combo before */
    int32_t *digits; /* [combo of the chunk][BY_PARAMS_MAX] */
    int64_t combos;
} worker;

static double now_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void reduce(const worker *at, sweep_chunk *chunk, int32_t i) {
    const by_sweep_options *options = &at->sweep->options;
    const by_result *out = &chunk->results[i];
    moments_reduce(at->account.settled, out->return_count, out->start, options->windows,
                   options->window_count,
                   chunk->moments + (size_t)i * (size_t)options->window_count);
}

/* The results and moments of combo `i` of a chunk without a session. */
static void no_session(const worker *at, sweep_chunk *chunk, int32_t i) {
    by_result *out = &chunk->results[i];
    memset(out, 0, sizeof *out);
    for (int32_t m = 0; m < BY_METRIC_COUNT; m++) {
        out->metric[m] = NAN;
    }
    out->return_count = -1;
    reduce(at, chunk, i);
}

/* Settles combo `i` of a chunk, whose first session is row `first` of the panel, -1 for none;
 * row[0] is the target of the account's first day. */
static void settle(worker *at, sweep_chunk *chunk, int32_t i, const row_pool *pool,
                   const int32_t *row, int32_t first) {
    by_result *out = &chunk->results[i];
    if (first < 0) {
        no_session(at, chunk, i);
        return;
    }
    memset(out, 0, sizeof *out);
    account_settle(&at->account, pool, row, at->digits + (size_t)i * BY_PARAMS_MAX,
                   first - at->account.first, out);
    reduce(at, chunk, i);
}

/* A combo whose own first session is later than the walk's first day starts inside it. */
static by_status evaluate(worker *at, sweep_chunk *chunk, int32_t i, by_error *err) {
    const int32_t *digits = at->digits + (size_t)i * BY_PARAMS_MAX;
    by_range range;
    if (i + 1 < chunk->count) {
        walk_expect(&at->walk, digits, digits + BY_PARAMS_MAX);
    }
    by_status status = at->sweep->options.alone ? walk_once(&at->walk, digits, err)
                                                : walk_step(&at->walk, digits, err);
    if (status == BY_OK) {
        account_update(&at->account, walk_root_changed(&at->walk));
        const bool any = walk_range(&at->walk, &range, NULL) == BY_OK;
        settle(at, chunk, i, &at->walk.pool, walk_root(&at->walk), any ? range.first : -1);
    }
    return status;
}

/* Marks the days on which two combos of a group differ; all when there is none before. */
static void find_changed(worker *at, const int32_t *before, const int32_t *now) {
    const int32_t days = at->account.day_count;
    for (int32_t k = 0; k < mask_words(days); k++) {
        const int32_t count = days - 64 * k < 64 ? days - 64 * k : 64;
        uint64_t word = before == NULL ? ~(uint64_t)0 : 0;
        for (int32_t bit = 0; before != NULL && bit < count; bit++) {
            word |= (uint64_t)(before[64 * k + bit] != now[64 * k + bit]) << bit;
        }
        at->changed[k] = word;
    }
}

/* Evaluates the first combos from `i` on, as many as make a group, and tells how many. */
static by_status evaluate_group(worker *at, sweep_chunk *chunk, int32_t i, int32_t *walked,
                                by_error *err) {
    const size_t days = (size_t)at->account.day_count;
    tile_walk *tiles = &at->tiles;
    by_status status = tile_walk_group(tiles, at->digits + (size_t)i * BY_PARAMS_MAX,
                                       chunk->count - i, &at->sweep->cancelled, walked, err);
    for (int32_t k = 0; k < *walked && status == BY_OK; k++) {
        const int32_t *row = tiles->rows + (size_t)k * days;
        find_changed(at, k == 0 ? NULL : row - days, row);
        account_update(&at->account, at->changed);
        settle(at, chunk, i + k, &tiles->walk.pool, row, tiles->first[k]);
    }
    return status;
}

static by_status evaluate_next(worker *at, sweep_chunk *chunk, int32_t i, int32_t *walked,
                               by_error *err) {
    *walked = 1;
    if (at->sweep->range.first > at->sweep->range.last) {
        no_session(at, chunk, i);
        return BY_OK;
    }
    return at->tiled ? evaluate_group(at, chunk, i, walked, err) : evaluate(at, chunk, i, err);
}

static void read_digits(worker *at, const sweep_chunk *chunk) {
    const int32_t params = at->sweep->columns->plan->tree.param_count;
    const uint16_t *from = at->sweep->digits + (size_t)chunk->first * (size_t)params;
    for (int32_t i = 0; i < chunk->count; i++) {
        for (int32_t p = 0; p < params; p++, from++) {
            at->digits[(size_t)i * BY_PARAMS_MAX + (size_t)p] = *from == BY_DIGIT_NONE ? 0 : *from;
        }
    }
}

/* A chunk is handed over whole or not at all. */
static by_status hand_over(by_sweep *sweep, sweep_chunk *chunk, by_error *err) {
    const by_sweep_options *options = &sweep->options;
    if (options->taker == NULL) {
        sweep_put_ready(sweep, chunk);
        return BY_OK;
    }
    by_status status =
        options->taker(options->taker_context, chunk->first, chunk->count, chunk->results, err);
    if (status == BY_OK) {
        sweep_put_free(sweep, chunk);
    }
    return status;
}

static by_status run_chunk(worker *at, int32_t number, by_error *err) {
    by_sweep *sweep = at->sweep;
    sweep_chunk *chunk = sweep_get_free(sweep);
    if (chunk == NULL) {
        return BY_CANCELLED;
    }
    const int32_t left = sweep->combo_count - number * sweep->chunk_size;
    chunk->first = number * sweep->chunk_size;
    chunk->count = left < sweep->chunk_size ? left : sweep->chunk_size;
    read_digits(at, chunk);
    for (int32_t i = 0, walked = 0; i < chunk->count; i += walked) {
        by_status status =
            sweep->cancelled ? BY_CANCELLED : evaluate_next(at, chunk, i, &walked, err);
        if (status != BY_OK) {
            return status;
        }
        at->combos += walked;
    }
    return hand_over(sweep, chunk, err);
}

static by_status run_chunks(worker *at, by_error *err) {
    by_sweep *sweep = at->sweep;
    pthread_mutex_lock(&sweep->lock);
    const int32_t number = sweep->joined++;
    pthread_mutex_unlock(&sweep->lock);
    for (int32_t chunk; !sweep->cancelled && (chunk = sweep_next_chunk(sweep, number)) >= 0;) {
        if (sweep->options.chunk_done != NULL && sweep->options.chunk_done[chunk]) {
            continue;
        }
        by_status status = run_chunk(at, chunk, err);
        if (status != BY_OK) {
            return status;
        }
    }
    return BY_OK;
}

static by_status open_worker(worker *at, by_error *err) {
    by_sweep *sweep = at->sweep;
    const by_columns *columns = sweep->columns;
    const mask_memo *memo = sweep->options.alone ? NULL : &sweep->memo;
    const size_t digits = (size_t)sweep->chunk_size * BY_PARAMS_MAX;
    at->tiled = sweep->tiles.tile_days > 0;
    at->digits = malloc(digits * sizeof *at->digits);
    at->changed = calloc((size_t)mask_words(sweep->range.last + 1) + 1, sizeof *at->changed);
    if (at->digits == NULL || at->changed == NULL) {
        return by_fail_nomem(err, digits * sizeof *at->digits);
    }
    if (sweep->range.first > sweep->range.last) {
        return BY_OK;
    }
    by_status status =
        at->tiled ? tile_walk_open(&at->tiles, columns, sweep->range, &sweep->tiles, memo, err)
                  : walk_open(&at->walk, columns, sweep->range, err);
    if (status == BY_OK) {
        at->walk.memo = memo;
        at->walk.pool_bytes_max = sweep->pool_bytes_max;
        status = account_open(&at->account, columns->plan, columns->panel,
                              at->tiled ? sweep->range.first : at->walk.first, sweep->range, err);
    }
    return status;
}

static void close_worker(worker *at) {
    account_close(&at->account);
    walk_close(&at->walk);
    tile_walk_close(&at->tiles);
    free(at->changed);
    free(at->digits);
}

void *sweep_work(void *argument) {
    by_sweep *sweep = argument;
    const double begin = now_seconds();
    by_error error = {0};
    worker at = {.sweep = sweep};
    by_status status = open_worker(&at, &error);
    if (status == BY_OK) {
        status = run_chunks(&at, &error);
    }
    pthread_mutex_lock(&sweep->lock);
    if (status != BY_OK && status != BY_CANCELLED && sweep->error.status == BY_OK) {
        sweep->error = error;
    }
    sweep->cancelled = sweep->cancelled || status != BY_OK;
    sweep->counts.nodes_asked += at.combos * sweep->columns->plan->step_count;
    sweep->counts.nodes_computed += at.walk.nodes_computed + at.tiles.walk.nodes_computed;
    sweep->counts.busy_seconds += now_seconds() - begin;
    sweep->running--;
    pthread_cond_broadcast(&sweep->ready_changed);
    pthread_cond_broadcast(&sweep->free_changed);
    pthread_mutex_unlock(&sweep->lock);
    close_worker(&at);
    return NULL;
}
