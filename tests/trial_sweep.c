/* SPDX-License-Identifier: MIT
 *
 * Sweeps of a trial: whichever way they are computed, to the same bits as the single runs.
 */
#include "trial.h"

#include "../engine/columns.h"
#include "../engine/space.h"
#include "../engine/sweep_parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* One way to compute a sweep. */
typedef struct way {
    const char *name;
    int32_t thread_count;
    int32_t alone;
    int32_t tile_days;        /* 0: as it comes */
    int64_t memory_bytes_max; /* 0: no limit; 1: the least that works */
    bool scarce;              /* columns on demand */
    bool shard;               /* a stretch of the chunks, and columns for these alone */
} way;

static void take_all(trial *t, by_sweep *sweep) {
    int32_t first = 0;
    int32_t count = 0;
    const by_result *results = NULL;
    int32_t answer;
    memset(t->seen, 0, sizeof t->seen);
    while ((answer = by_sweep_take(sweep, 1000, &first, &count, &results)) >= 0) {
        if (answer == 0) {
            continue;
        }
        if (first < 0 || count < 1 || first + count > t->combo_count) {
            trial_differ(t, "chunk out of the sweep at", first, count, t->combo_count);
            break;
        }
        for (int32_t i = 0; i < count; i++) {
            t->swept[first + i] = results[i];
            t->seen[first + i]++;
        }
    }
    trial_expect(t, "end of the sweep", 0, answer, -1);
}

/* Chunks that are left out, and how many combos are not. */
static int64_t skip_chunks(trial *t, int32_t chunk, uint8_t *done) {
    int64_t left = t->combo_count;
    for (int32_t c = 0; c * chunk < t->combo_count; c++) {
        const int32_t size = t->combo_count - c * chunk;
        done[c] = (uint8_t)random_below(&t->source, 2);
        left -= done[c] == 0 ? 0 : size < chunk ? size : chunk;
    }
    return left;
}

/* Leaves a stretch of chunks. */
static int64_t cut_shard(trial *t, int32_t chunk, uint8_t *done, int32_t *first) {
    const int32_t chunks = (t->combo_count + chunk - 1) / chunk;
    const int32_t begin = random_below(&t->source, chunks);
    const int32_t end = begin + 1 + random_below(&t->source, chunks - begin);
    for (int32_t c = 0; c < chunks; c++) {
        done[c] = c < begin || c >= end;
    }
    *first = begin * chunk;
    return (end * chunk < t->combo_count ? end * chunk : t->combo_count) - *first;
}

/* Columns of the values that `count` combos from `first` on have. */
static by_columns *met_columns(trial *t, int32_t first, int64_t count) {
    by_columns *columns = NULL;
    by_space *space = NULL;
    by_error err = {0};
    int32_t values = 0;
    for (int32_t p = 0; p < t->tree->param_count; p++) {
        values += t->tree->params[p].value_count;
    }
    uint8_t *met = malloc((size_t)values + 1);
    by_status status = by_space_new(t->plan, &space, &err);
    if (met != NULL && status == BY_OK) {
        by_space_met(space, t->digits + (size_t)first * (size_t)t->tree->param_count,
                     (int32_t)count, met);
        status = by_columns_new_for(t->plan, t->panel, met, t->asked.first, 2, INT64_C(1) << 30,
                                    &columns, &err);
    }
    trial_expect(t, "status of columns of a shard", 0, status, BY_OK);
    by_space_free(space);
    free(met);
    return columns;
}

static by_sweep *start(trial *t, const way *how, const by_columns *columns,
                       by_sweep_options options) {
    by_error err = {0};
    by_sweep *sweep = NULL;
    options.memory_bytes_max = how->memory_bytes_max;
    by_status status =
        sweep_start(columns, t->digits, t->combo_count, &options, how->tile_days, &sweep, &err);
    trial_expect(t, how->name, -1, status, BY_OK);
    return sweep;
}

static void compare_sweep(trial *t, const way *how, const by_columns *columns) {
    uint8_t done[TRIAL_COMBOS_MAX] = {0};
    const int32_t chunk = by_sweep_chunk_size(t->combo_count);
    const bool skip = how->shard || random_chance(&t->source, 0.3);
    int64_t left = t->combo_count;
    by_columns *met = NULL;
    if (how->shard) {
        int32_t first;
        left = cut_shard(t, chunk, done, &first);
        columns = met = met_columns(t, first, left);
    } else if (skip) {
        left = skip_chunks(t, chunk, done);
    }
    by_sweep *sweep = columns == NULL ? NULL
                                      : start(t, how, columns,
                                              (by_sweep_options){.asked = t->asked,
                                                                 .thread_count = how->thread_count,
                                                                 .alone = how->alone,
                                                                 .chunk_done = skip ? done : NULL});
    if (sweep == NULL) {
        by_columns_free(met);
        return;
    }
    take_all(t, sweep);
    by_error err = {0};
    by_sweep_counts counts = {0};
    by_sweep_count(sweep, &counts);
    trial_expect(t, "combos done by threads", how->thread_count, (double)counts.combos_done,
                 (double)left);
    trial_expect(t, "status of by_sweep_finish", 0, by_sweep_finish(sweep, &err), BY_OK);
    by_sweep_free(sweep);
    by_columns_free(met);
    char text[80];
    (void)snprintf(text, sizeof text, "sweep %s by %d threads", how->name, how->thread_count);
    for (int32_t c = 0; c < t->combo_count && !t->bad; c++) {
        trial_expect(t, "times delivered, combo", c, t->seen[c], done[c / chunk] == 0);
        if (t->seen[c] > 0) {
            trial_compare_results(t, text, c, &t->swept[c], &t->expected[c]);
        }
    }
}

/* Room for as many columns as `threads` threads must have, and some more. */
static by_columns *scarce_columns(trial *t, int32_t threads) {
    const size_t slots =
        (size_t)t->columns->slots_a_thread * (size_t)threads + (size_t)random_below(&t->source, 4);
    by_columns *columns = NULL;
    by_error err = {0};
    trial_expect(t, "status of scarce columns", 0,
                 by_columns_new(t->plan, t->panel, threads,
                                (int64_t)(slots * t->columns->stride * sizeof(double)), &columns,
                                &err),
                 BY_OK);
    return columns;
}

void trial_compare_sweeps(trial *t) {
    const int32_t tile_days = 1 + random_below(&t->source, 100);
    const way ways[] = {
        {.name = "shared", .thread_count = 1},
        {.name = "shared", .thread_count = 2},
        {.name = "shared", .thread_count = 8},
        {.name = "alone", .thread_count = 2, .alone = 1},
        {.name = "in little memory", .thread_count = 3, .memory_bytes_max = 1},
        {.name = "with few columns", .thread_count = 3, .scarce = true},
        {.name = "as a shard", .thread_count = 2, .shard = true},
        {.name = "as a shard, in tiles", .thread_count = 1, .tile_days = tile_days, .shard = true},
        {.name = "in tiles", .thread_count = 2, .tile_days = tile_days},
        {.name = "in tiles, alone", .thread_count = 1, .tile_days = tile_days, .alone = 1},
        {.name = "in tiles, with little of all",
         .thread_count = 3,
         .tile_days = tile_days,
         .memory_bytes_max = 1,
         .scarce = true}};
    const int32_t count = sizeof ways / sizeof ways[0];
    const bool few = random_chance(&t->source, 0.5); /* the way costs more than most trees */
    for (int32_t i = few ? random_below(&t->source, 3) : 0; i < count && !t->bad;
         i += few ? 3 : 1) {
        by_columns *scarce = ways[i].scarce ? scarce_columns(t, ways[i].thread_count) : NULL;
        if (!t->bad) {
            compare_sweep(t, &ways[i], scarce != NULL ? scarce : t->columns);
        }
        by_columns_free(scarce);
    }
}
