/* SPDX-License-Identifier: MIT */
#include "run.h"

#include <stdlib.h>
#include <string.h>

#include "account.h"
#include "walk.h"

static size_t count_entries(const walk *w) {
    size_t entries = 0;
    for (int32_t day = 0; day < w->day_count; day++) {
        int32_t count;
        rows_entries(&w->pool, walk_root(w)[day], &count);
        entries += (size_t)count;
    }
    return entries;
}

/* The arrays of a run lie in one block behind it. */
static by_run *allocate(int32_t day_count, size_t entries) {
    const size_t days = (size_t)day_count;
    const size_t doubles = 4 * days + entries;
    by_run *run =
        calloc(1, sizeof *run + doubles * sizeof(double) + (days + 1 + entries) * sizeof(int32_t));
    if (run != NULL) {
        double *numbers = (double *)(run + 1);
        run->equity = numbers;
        run->returns = numbers + days;
        run->turnover = numbers + 2 * days;
        run->exposure = numbers + 3 * days;
        run->weight = numbers + 4 * days;
        void *behind = numbers + doubles;
        run->weight_first = behind;
        run->symbol = run->weight_first + days + 1;
        run->day_count = day_count;
    }
    return run;
}

static void copy_weights(by_run *run, const walk *w) {
    int32_t *first = (int32_t *)run->weight_first;
    int32_t *symbol = (int32_t *)run->symbol;
    double *weight = (double *)run->weight;
    int32_t at = 0;
    for (int32_t day = 0; day < run->day_count; day++) {
        int32_t count;
        const row_entry *entry = rows_entries(&w->pool, walk_root(w)[day], &count);
        first[day] = at;
        for (int32_t i = 0; i < count; i++, at++) {
            symbol[at] = entry[i].symbol;
            weight[at] = entry[i].weight;
        }
    }
    first[run->day_count] = at;
}

static void copy_days(by_run *run, const account *a) {
    const size_t size = (size_t)run->day_count * sizeof(double);
    double *equity = (double *)run->equity;
    double *turnover = (double *)run->turnover;
    memcpy((double *)run->returns, a->returns, size);
    memcpy((double *)run->exposure, a->exposure, size);
    memcpy(turnover, a->turnover, size);
    turnover[0] = a->exposure[0];
    equity[0] = BY_START_VALUE * (1.0 - a->slippage * turnover[0]);
    for (int32_t day = 1; day < run->day_count; day++) {
        equity[day] = equity[day - 1] * (a->growth[day - 1] * (1.0 - a->slippage * turnover[day]));
    }
}

static by_status evaluate(walk *w, account *a, const int32_t *digits, by_run **out, by_error *err) {
    by_status status = walk_step(w, digits, err);
    if (status != BY_OK) {
        return status;
    }
    const size_t entries = count_entries(w);
    by_run *run = allocate(w->day_count, entries);
    if (run == NULL) {
        return by_fail_nomem(err, entries * sizeof(double));
    }
    account_update(a, &w->pool, walk_root(w), walk_root_changed(w));
    account_settle(a, 0, &run->result);
    run->first = w->first;
    copy_weights(run, w);
    copy_days(run, a);
    *out = run;
    return BY_OK;
}

by_status by_run_new(const by_columns *columns, const int32_t *digits, by_range asked,
                     by_costs costs, by_run **out, by_error *err) {
    by_range range;
    walk w;
    account a;
    *out = NULL;
    by_status status = by_columns_range(columns, digits, asked, &range, err);
    if (status == BY_OK) {
        status = walk_open(&w, columns, range, err);
    }
    if (status != BY_OK) {
        return status;
    }
    status = account_open(&a, columns->panel, range, costs, err);
    if (status == BY_OK) {
        status = evaluate(&w, &a, digits, out, err);
        account_close(&a);
    }
    walk_close(&w);
    return status;
}

void by_run_free(by_run *run) {
    free(run);
}
