/* SPDX-License-Identifier: MIT */
#include "run_parts.h"

#include <stdlib.h>
#include <string.h>

#include "simulate.h"
#include "tile_walk.h"

/* The targets of a run: a row of the walk's pool for each session. */
typedef struct targets {
    const row_pool *pool;
    const int32_t *row;
    int32_t count;
} targets;

static size_t count_entries(const targets *from) {
    size_t entries = 0;
    for (int32_t day = 0; day < from->count; day++) {
        int32_t count;
        rows_entries(from->pool, from->row[day], &count);
        entries += (size_t)count;
    }
    return entries;
}

/* The arrays of a run lie in one block behind it. */
static by_run *allocate(int32_t day_count, size_t entries, size_t held) {
    const size_t days = (size_t)day_count;
    const size_t doubles = 4 * days + entries + held;
    const size_t integers = 2 * (days + 1) + entries + held;
    by_run *run =
        calloc(1, sizeof *run + doubles * sizeof(double) + integers * sizeof(int32_t) + days);
    if (run != NULL) {
        double *numbers = (double *)(run + 1);
        void *behind = numbers + doubles;
        int32_t *indices = behind;
        run->equity = numbers;
        run->returns = numbers + days;
        run->turnover = numbers + 2 * days;
        run->exposure = numbers + 3 * days;
        run->weight = numbers + 4 * days;
        run->held_weight = run->weight + entries;
        run->weight_first = indices;
        run->held_first = indices + days + 1;
        run->symbol = run->held_first + days + 1;
        run->held_symbol = run->symbol + entries;
        run->traded = (const uint8_t *)(indices + integers);
        run->day_count = day_count;
    }
    return run;
}

static void copy_targets(by_run *run, const targets *from) {
    int32_t *first = (int32_t *)run->weight_first;
    int32_t *symbol = (int32_t *)run->symbol;
    double *weight = (double *)run->weight;
    int32_t at = 0;
    for (int32_t day = 0; day < run->day_count; day++) {
        int32_t count;
        const row_entry *entry = rows_entries(from->pool, from->row[day], &count);
        first[day] = at;
        for (int32_t i = 0; i < count; i++, at++) {
            symbol[at] = entry[i].symbol;
            weight[at] = entry[i].weight;
        }
    }
    first[run->day_count] = at;
}

static void copy_held(by_run *run, const held_log *log) {
    const size_t entries = (size_t)log->count;
    memcpy((int32_t *)run->held_first, log->first, ((size_t)run->day_count + 1) * sizeof(int32_t));
    if (entries > 0) {
        memcpy((int32_t *)run->held_symbol, log->symbol, entries * sizeof *log->symbol);
        memcpy((double *)run->held_weight, log->weight, entries * sizeof *log->weight);
    }
}

static void copy_days(by_run *run, const simulation *s) {
    const size_t days = (size_t)run->day_count;
    memcpy((double *)run->equity, s->equity, days * sizeof(double));
    memcpy((double *)run->returns, s->returns, (days - 1) * sizeof(double));
    memcpy((double *)run->turnover, s->turnover, days * sizeof(double));
    memcpy((double *)run->exposure, s->exposure, days * sizeof(double));
    memcpy((uint8_t *)run->traded, s->traded, days);
}

static by_status account_for(const targets *from, simulation *s, const trading *how, by_run **out,
                             by_error *err) {
    held_log log;
    by_result result = {0};
    held_log_open(&log, from->count);
    simulate(s, how, from->pool, from->row, s->range.first, &log, &result);
    const size_t entries = count_entries(from);
    by_run *run = log.failed || entries > INT32_MAX
                      ? NULL
                      : allocate(from->count, entries, (size_t)log.count);
    if (run != NULL) {
        run->first = result.start;
        run->result = result;
        copy_targets(run, from);
        copy_held(run, &log);
        copy_days(run, s);
        *out = run;
    }
    held_log_close(&log);
    return run != NULL ? BY_OK : by_fail_nomem(err, 2 * entries * sizeof(double));
}

by_status run_account(const by_columns *columns, const int32_t *digits, by_range range,
                      const row_pool *pool, const int32_t *row, by_run **out, by_error *err) {
    const targets from = {pool, row, range.last - range.first + 1};
    const trading how = trading_of(columns->plan, digits);
    simulation s;
    by_status status = simulation_open(&s, columns->plan, columns->panel, range, err);
    if (status == BY_OK) {
        status = account_for(&from, &s, &how, out, err);
    }
    simulation_close(&s);
    return status;
}

/* The walk may begin before the range, with sessions that only sub-trees and latches look at. */
static by_status evaluate(const by_columns *columns, const int32_t *digits, by_range sessions,
                          by_run **out, by_error *err) {
    walk w;
    by_range range;
    by_status status = walk_open(&w, columns, sessions, err);
    if (status != BY_OK) {
        return status;
    }
    status = walk_once(&w, digits, err);
    if (status == BY_OK) {
        status = walk_range(&w, &range, err);
    }
    if (status == BY_OK) {
        status = run_account(columns, digits, range, &w.pool,
                             walk_root(&w) + (range.first - w.first), out, err);
    }
    walk_close(&w);
    return status;
}

static by_status evaluate_in_tiles(const by_columns *columns, const int32_t *digits,
                                   by_range sessions, int32_t tile_days, by_run **out,
                                   by_error *err) {
    tile_walk t;
    int32_t shared;
    int32_t own;
    int32_t walked;
    tile_walk_masks(columns->plan, &shared, &own);
    const tile_limits limits = {
        .tile_days = tile_days, .group_max = 1, .mask_max = shared + own, .alone = true};
    by_status status = tile_walk_open(&t, columns, sessions, &limits, NULL, err);
    if (status != BY_OK) {
        return status;
    }
    status = tile_walk_group(&t, digits, 1, NULL, &walked, err);
    if (status == BY_OK && t.first[0] < 0) {
        status = columns_fail_range(columns, digits, sessions, err);
    }
    if (status == BY_OK) {
        const by_range range = {t.first[0], sessions.last};
        status = run_account(columns, digits, range, &t.walk.pool,
                             t.rows + (range.first - sessions.first), out, err);
    }
    tile_walk_close(&t);
    return status;
}

by_status run_new(const by_columns *columns, const int32_t *digits, by_range asked,
                  int32_t tile_days, by_run **out, by_error *err) {
    *out = NULL;
    by_status status = columns_check_range(columns, asked, err);
    if (status != BY_OK) {
        return status;
    }
    const by_plan *plan = columns->plan;
    const int32_t first = plan->nested ? columns_earliest(columns) : columns_ready(columns, digits);
    const by_range range = {asked.first > first ? asked.first : first, asked.last};
    if (range.first > range.last) { /* no session before the first possible one */
        return columns_fail_range(columns, digits, asked, err);
    }
    tile_days = tile_days > 0 ? tile_days : tile_walk_days(plan, range);
    return tile_days > 0 && tile_walk_fits(columns)
               ? evaluate_in_tiles(columns, digits, range, tile_days, out, err)
               : evaluate(columns, digits, range, out, err);
}

by_status by_run_new(const by_columns *columns, const int32_t *digits, by_range asked, by_run **out,
                     by_error *err) {
    return run_new(columns, digits, asked, 0, out, err);
}

void by_run_free(by_run *run) {
    free(run);
}
