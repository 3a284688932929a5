/* SPDX-License-Identifier: MIT */
#include "columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "indicator.h"
#include "parallel.h"
#include "tree_check.h"

enum { VARIANTS_MAX = 1 << 28, CACHE_LINE_BYTES = 64 };

/* Lays out the variants of each series, its first param changing fastest. */
static by_status index_variants(by_columns *columns, int64_t *total, by_error *err) {
    const by_plan *plan = columns->plan;
    *total = 0;
    for (int32_t s = 0; s < plan->series_count; s++) {
        variant_index *at = &columns->index[s];
        int64_t count = 1;
        at->base = *total;
        for (int32_t p = 0; p < plan->tree.param_count; p++) {
            if (plan->series[s].params >> p & 1) {
                at->param[at->param_count] = p;
                at->stride[at->param_count++] = (int32_t)count;
                count *= plan->tree.params[p].value_count;
                if (count > VARIANTS_MAX) {
                    break;
                }
            }
        }
        *total += count;
        if (*total > VARIANTS_MAX) {
            return by_fail(err, BY_LIMIT,
                           "sweep: one indicator depends on too many values of params (more than "
                           "%d variants); use fewer values",
                           VARIANTS_MAX);
        }
    }
    return BY_OK;
}

typedef struct variant_visit {
    by_columns *columns;
    int32_t series;
    int64_t position;
    by_error *err;
} variant_visit;

static by_status add_variant(void *context, const int32_t *digits) {
    variant_visit *at = context;
    const by_plan *plan = at->columns->plan;
    const by_series *fields = &plan->series[at->series].fields;
    column_key key = {.kind = (int32_t)plan_value(plan, &fields->kind, digits),
                      .symbol = (int32_t)plan_value(plan, &fields->symbol, digits)};
    for (int32_t w = 0; w < by_indicator_window_count(key.kind); w++) {
        key.window[w] = (int32_t)plan_value(plan, &fields->window[w], digits);
    }
    int32_t column = intern_add(&at->columns->keys, &key, sizeof key, NULL);
    if (column < 0) {
        return by_fail_nomem(at->err, at->columns->keys.byte_size);
    }
    at->columns->variants[at->position++] = column;
    return BY_OK;
}

static by_status list_columns(by_columns *columns, by_error *err) {
    int32_t digits[BY_PARAMS_MAX];
    by_status status = index_variants(columns, &columns->variant_count, err);
    if (status != BY_OK) {
        return status;
    }
    columns->variants = malloc(((size_t)columns->variant_count + 1) * sizeof *columns->variants);
    if (columns->variants == NULL) {
        return by_fail_nomem(err, (size_t)columns->variant_count * sizeof(int32_t));
    }
    for (int32_t s = 0; s < columns->plan->series_count && status == BY_OK; s++) {
        variant_visit visit = {columns, s, columns->index[s].base, err};
        status = tree_each_assignment(&columns->plan->tree, columns->plan->series[s].params, digits,
                                      add_variant, &visit);
    }
    columns->column_count = columns->keys.count;
    return status;
}

static by_status allocate_data(by_columns *columns, int64_t size_bytes_max, by_error *err) {
    const size_t bars = (size_t)columns->panel->bar_count;
    const size_t per_line = CACHE_LINE_BYTES / sizeof(double);
    columns->stride = (bars + per_line - 1) / per_line * per_line;
    size_t size = (size_t)columns->column_count * columns->stride * sizeof(double);
    if ((int64_t)size > size_bytes_max) {
        return by_fail(
            err, BY_LIMIT,
            "sweep: %d indicator columns need %zu MB, more than the %lld MB allowed; use "
            "fewer values",
            columns->column_count, size >> 20, (long long)(size_bytes_max >> 20));
    }
    columns->data = aligned_alloc(CACHE_LINE_BYTES, size > 0 ? size : CACHE_LINE_BYTES);
    columns->first_valid = malloc(((size_t)columns->column_count + 1) * sizeof(int32_t));
    return columns->data == NULL || columns->first_valid == NULL ? by_fail_nomem(err, size) : BY_OK;
}

static void compute_column(void *context, int32_t column) {
    by_columns *columns = context;
    const column_key *key = intern_key(&columns->keys, column);
    columns->first_valid[column] = by_indicator_compute(
        key->kind, key->window, columns->panel->close[key->symbol], columns->panel->bar_count,
        columns->data + (size_t)column * columns->stride);
}

static int32_t first_valid(const by_columns *columns, int32_t series, const int32_t *digits) {
    return columns->first_valid[columns_variant(columns, series, digits)];
}

by_status by_columns_new(const by_plan *plan, const by_panel *panel, int32_t thread_count,
                         int64_t size_bytes_max, by_columns **out, by_error *err) {
    *out = NULL;
    if (panel->symbol_count != plan->tree.symbol_count) {
        return by_fail(err, BY_INTERNAL, "the panel has %d symbols, the plan %d",
                       panel->symbol_count, plan->tree.symbol_count);
    }
    by_columns *columns = calloc(1, sizeof *columns);
    if (columns == NULL) {
        return by_fail_nomem(err, sizeof *columns);
    }
    columns->plan = plan;
    columns->panel = panel;
    columns->index = calloc((size_t)plan->series_count + 1, sizeof *columns->index);
    by_status status = columns->index == NULL ? by_fail_nomem(err, 0) : list_columns(columns, err);
    if (status == BY_OK) {
        status = allocate_data(columns, size_bytes_max, err);
    }
    if (status != BY_OK) {
        by_columns_free(columns);
        return status;
    }
    parallel_for(thread_count, columns->column_count, compute_column, columns);
    columns->ready = panel->first_common;
    for (int32_t s = 0; s < plan->series_count; s++) {
        int32_t first = columns->index[s].param_count == 0 ? first_valid(columns, s, NULL) : 0;
        columns->ready = first > columns->ready ? first : columns->ready;
    }
    *out = columns;
    return BY_OK;
}

void by_columns_free(by_columns *columns) {
    if (columns != NULL) {
        free(columns->index);
        free(columns->variants);
        free(columns->first_valid);
        free(columns->data);
        intern_free(&columns->keys);
        free(columns);
    }
}

/* Names the series that is computable last. */
static by_status fail_range(const by_columns *columns, const int32_t *digits, by_range asked,
                            by_error *err) {
    const by_plan *plan = columns->plan;
    int32_t latest = 0;
    if (asked.first > asked.last || plan->series_count == 0) {
        return by_fail(err, BY_DATA, "data: no session in the dates asked for; give other dates");
    }
    for (int32_t s = 1; s < plan->series_count; s++) {
        if (first_valid(columns, s, digits) > first_valid(columns, latest, digits)) {
            latest = s;
        }
    }
    const column_key *key = intern_key(&columns->keys, columns_variant(columns, latest, digits));
    const int32_t windows = by_indicator_window_count(key->kind);
    const int32_t bars = asked.last + 1 - columns->panel->first_bar[key->symbol];
    char text[64] = "";
    if (windows > 0) {
        snprintf(text, sizeof text, " %d", key->window[windows - 1]);
    }
    return by_fail(err, BY_DATA,
                   "data: too little history: %s%s of %s needs %d bars, and there are %d up to the "
                   "last session asked for; fetch more bars, shorten the window or end later",
                   by_indicator_name(key->kind), text, plan->tree.symbols[key->symbol],
                   by_indicator_closes_needed(key->kind, key->window), bars > 0 ? bars : 0);
}

by_status by_columns_range(const by_columns *columns, const int32_t *digits, by_range asked,
                           by_range *out, by_error *err) {
    const by_plan *plan = columns->plan;
    *out = asked;
    if (asked.first < 0 || asked.last >= columns->panel->bar_count) {
        return by_fail(err, BY_DATA, "data: rows %d to %d are asked for, and there are 0 to %d",
                       asked.first, asked.last, columns->panel->bar_count - 1);
    }
    out->first = asked.first > columns->ready ? asked.first : columns->ready;
    for (int32_t s = 0; s < plan->series_count; s++) {
        if (columns->index[s].param_count > 0) {
            int32_t first = first_valid(columns, s, digits);
            out->first = first > out->first ? first : out->first;
        }
    }
    return out->first <= out->last ? BY_OK : fail_range(columns, digits, asked, err);
}

by_range columns_widest(const by_columns *columns, by_range asked) {
    by_range widest = asked;
    widest.first = asked.first > columns->ready ? asked.first : columns->ready;
    for (int32_t s = 0; s < columns->plan->series_count; s++) {
        const int64_t begin = columns->index[s].base;
        const int64_t end = s + 1 < columns->plan->series_count ? columns->index[s + 1].base
                                                                : columns->variant_count;
        int32_t earliest = columns->panel->bar_count;
        for (int64_t v = begin; v < end; v++) {
            int32_t first = columns->first_valid[columns->variants[v]];
            earliest = first < earliest ? first : earliest;
        }
        widest.first = earliest > widest.first ? earliest : widest.first;
    }
    return widest;
}
