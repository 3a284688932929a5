/* SPDX-License-Identifier: MIT
 *
 * The inside of by_columns: every series of a plan that is not live, under every assignment of its
 * params, each distinct column computed once.
 */
#ifndef BY_COLUMNS_H
#define BY_COLUMNS_H

#include "column_cache.h"
#include "column_failure.h"
#include "frames.h"
#include "plan_parts.h"

/* Where the variants of one series stand: variants[base + sum of digit[param] * stride] over its
 * params, which are params[first ..]. */
typedef struct variant_index {
    int64_t base;
    int64_t first;
    int64_t param_count;
} variant_index;

typedef struct variant_param {
    int32_t param;
    int32_t stride;
} variant_param;

/* Series over sessions that depend on the same params: under each assignment of these, laid out as
 * the variants of `series`, which is one of them, the first row on which all are computable. */
typedef struct ready_group {
    int32_t series;
    int64_t count;
    int32_t *first;
} ready_group;

struct by_columns {
    const by_plan *plan;
    const by_panel *panel;
    frames frames;        /* the panel, and its bars of higher timeframes */
    variant_index *index; /* [series]; without variants where the series is live */
    variant_param *params;
    int32_t *variants; /* -> distinct column; -1: of values that no combo has */
    int64_t variant_count;
    int32_t *first_valid; /* [column]; row of the first value, number of rows when there is none */
    double *data;         /* all columns, or the cache's slots */
    size_t *place;      /* [column]; where its row 0 is in data, or would be, when all are there */
    bool *whole;        /* [column]; others are made of it: all of its rows are there */
    int32_t first;      /* row of the first session that may be asked for */
    int32_t kept_first; /* the first row that is there of columns that are not whole */
    size_t size;        /* of data */
    size_t stride;      /* of a column over the panel, and of a slot */
    int32_t column_count;
    int32_t slot_count;      /* columns that there is memory for */
    int32_t slots_a_thread;  /* what each thread must be able to hold at once */
    bool on_demand;          /* there is room for some only */
    column_cache cache;      /* these */
    column_failure *failure; /* of an indicator that the tree brought along */
    int32_t ready;       /* first row on which all series that depend on no param are computable */
    ready_group *groups; /* of the others */
    int32_t group_count;
    intern keys; /* [column]: column_key */
};

typedef struct column_key {
    int32_t form;
    int32_t over; /* column, -1 for the symbol's bars */
    int32_t with;
    int32_t kind;
    int32_t symbol;
    by_recipe recipe;
    int32_t days_ago;
    int32_t frame; /* whose bars are its rows, a position in frames; 0 for those of the panel */
    double factor;
    double offset;
} column_key;

/* Which variant of a series it is, from 0. */
static inline int64_t columns_assignment(const by_columns *columns, int32_t series,
                                         const int32_t *digits) {
    const variant_index *at = &columns->index[series];
    const variant_param *params = columns->params + at->first;
    int64_t position = 0;
    for (int64_t k = 0; k < at->param_count; k++) {
        position += (int64_t)digits[params[k].param] * params[k].stride;
    }
    return position;
}

static inline int32_t columns_variant(const by_columns *columns, int32_t series,
                                      const int32_t *digits) {
    return columns
        ->variants[columns->index[series].base + columns_assignment(columns, series, digits)];
}

static inline const column_key *columns_key(const by_columns *columns, int32_t column) {
    return intern_key(&columns->keys, column);
}

/* A column, one value a row of its frame, to be held until columns_release; from kept_first on,
 * when it is not whole. Thread-safe, as long as no thread holds more than slots_a_thread, and there
 * are slots for all threads. */
const double *columns_take(const by_columns *columns, int32_t column);
void columns_release(const by_columns *columns, int32_t column);

/* What an indicator of the plan is to be computed of: `symbol` is for messages, -1 for none, and of
 * several failures that of the lowest `rank` is told. */
typedef struct column_task {
    int32_t kind;
    int32_t symbol;
    int32_t rank;
    by_recipe recipe;
    by_inputs inputs;
} column_task;

/* The values of an indicator over `count` rows; the index of the first one. When it fails, all are
 * NaN, and columns_failed tells why. Thread-safe. */
int32_t columns_indicator(const by_columns *columns, const column_task *task, int32_t count,
                          double *out);
/* BY_OK, or the failure of an indicator. Thread-safe. */
static inline by_status columns_failed(const by_columns *columns, by_error *err) {
    return column_failure_get(columns->failure, err);
}

/* The first row on which a series has a value under `digits`; bar_count when there is none. */
static inline int32_t columns_first(const by_columns *columns, int32_t series,
                                    const int32_t *digits) {
    return columns->first_valid[columns_variant(columns, series, digits)];
}

/* Fills index, params, variants and keys, for the values in `met`, or all when it is NULL; the
 * frames are open. */
by_status columns_list(by_columns *columns, const uint8_t *met, by_error *err);
/* Computes all columns, and keeps of them what is asked for, when it fits. */
by_status columns_compute(by_columns *columns, int32_t thread_count, int64_t size_bytes_max,
                          by_error *err);
/* How many threads may take columns at the same time. */
static inline int32_t columns_threads_max(const by_columns *columns) {
    return columns->on_demand ? columns->slot_count / columns->slots_a_thread : INT32_MAX;
}
static inline int64_t columns_size_bytes(const by_columns *columns) {
    return (int64_t)(columns->size * sizeof(double)) +
           columns->variant_count * (int64_t)sizeof *columns->variants;
}
/* Fills ready and groups from what columns_compute has found. */
by_status columns_open_ready(by_columns *columns, by_error *err);
void columns_close_ready(by_columns *columns);
/* For plans that are not nested: the first row on which all series are computable. */
int32_t columns_ready(const by_columns *columns, const int32_t *digits);
/* A row before which no assignment is computable: where a walk over many combos begins. */
int32_t columns_earliest(const by_columns *columns);
/* BY_DATA when `asked` is empty or not within the panel. */
by_status columns_check_range(const by_columns *columns, by_range asked, by_error *err);
/* BY_DATA: no session of `asked` is computable under `digits`. Names what limits. */
by_status columns_fail_range(const by_columns *columns, const int32_t *digits, by_range asked,
                             by_error *err);

#endif
