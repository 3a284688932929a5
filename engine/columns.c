/* SPDX-License-Identifier: MIT */
#include "columns.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "indicator.h"
#include "parallel.h"
#include "series_value.h"

enum { CACHE_LINE_BYTES = 64 };

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

static const column_key *key_of(const by_columns *columns, int32_t column) {
    return intern_key(&columns->keys, column);
}

static double *data_of(const by_columns *columns, int32_t column) {
    return columns->data + (size_t)column * columns->stride;
}

static by_inputs inputs_of(const by_columns *columns, const column_key *key) {
    const by_panel *panel = columns->panel;
    if (key->over >= 0) {
        return (by_inputs){.close = data_of(columns, key->over), .time = panel->time};
    }
    by_inputs inputs = {.close = panel->close[key->symbol], .time = panel->time};
    if (panel->high != NULL) {
        inputs.open = panel->open[key->symbol];
        inputs.high = panel->high[key->symbol];
        inputs.low = panel->low[key->symbol];
        inputs.volume = panel->volume[key->symbol];
    }
    return inputs;
}

static void compute_column(by_columns *columns, int32_t column) {
    const column_key *key = key_of(columns, column);
    const int32_t bars = columns->panel->bar_count;
    double *out = data_of(columns, column);
    int32_t first;
    if (key->form == BY_INDICATOR_OF) {
        const by_inputs inputs = inputs_of(columns, key);
        first = by_indicator_compute(key->kind, key->window, key->variant, &inputs, bars, out);
    } else {
        series_combine(key->form, data_of(columns, key->over), data_of(columns, key->with), bars,
                       out);
        first = columns->first_valid[key->over];
        const int32_t other = columns->first_valid[key->with];
        first = other > first ? other : first;
    }
    series_shift(out, bars, key->days_ago, key->factor, key->offset);
    columns->first_valid[column] = first > bars - key->days_ago ? bars : first + key->days_ago;
}

/* Columns over the same number of others below them: they need not wait for each other. */
typedef struct layer {
    by_columns *columns;
    const int32_t *members;
} layer;

static void compute_member(void *context, int32_t i) {
    const layer *at = context;
    compute_column(at->columns, at->members[i]);
}

static by_status compute_columns(by_columns *columns, int32_t thread_count, by_error *err) {
    const size_t count = (size_t)columns->column_count;
    int32_t *level = malloc((2 * count + 1) * sizeof *level);
    if (level == NULL) {
        return by_fail_nomem(err, 2 * count * sizeof *level);
    }
    int32_t *members = level + count;
    int32_t highest = 0;
    for (int32_t i = 0; i < columns->column_count; i++) { /* inputs have smaller numbers */
        const column_key *key = key_of(columns, i);
        const int32_t over = key->over < 0 ? -1 : level[key->over];
        const int32_t with = key->with < 0 ? -1 : level[key->with];
        level[i] = (over > with ? over : with) + 1;
        highest = level[i] > highest ? level[i] : highest;
    }
    for (int32_t at = 0; at <= highest; at++) {
        int32_t member_count = 0;
        for (int32_t i = 0; i < columns->column_count; i++) {
            members[member_count] = i;
            member_count += level[i] == at;
        }
        layer one = {columns, members};
        parallel_for(thread_count, member_count, compute_member, &one);
    }
    free(level);
    return BY_OK;
}

/* Indicators of whole bars need a panel that has them. */
static by_status check_inputs(const by_columns *columns, by_error *err) {
    const by_panel *panel = columns->panel;
    for (int32_t i = 0; i < columns->column_count; i++) {
        const column_key *key = key_of(columns, i);
        const int32_t reads = by_indicator_reads(key->kind);
        if (key->form != BY_INDICATOR_OF || key->over >= 0 ||
            (reads & (BY_READS_RANGE | BY_READS_VOLUME)) == 0) {
            continue;
        }
        if (panel->high == NULL) {
            return by_fail(err, BY_INTERNAL, "the panel has closes only, and %s needs whole bars",
                           by_indicator_name(key->kind));
        }
        const int32_t last = panel->last_bar[key->symbol];
        const bool range = (reads & BY_READS_RANGE) != 0 && isnan(panel->high[key->symbol][last]);
        if (range || ((reads & BY_READS_VOLUME) != 0 && isnan(panel->volume[key->symbol][last]))) {
            return by_fail(err, BY_DATA,
                           "data: %s needs the %s of %s, which its bars do not tell; import bars "
                           "that have it",
                           by_indicator_name(key->kind), range ? "high and low" : "volume",
                           columns->plan->tree.symbols[key->symbol]);
        }
    }
    return BY_OK;
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
    by_status status = columns->index == NULL ? by_fail_nomem(err, 0) : columns_list(columns, err);
    if (status == BY_OK) {
        status = check_inputs(columns, err);
    }
    if (status == BY_OK) {
        status = allocate_data(columns, size_bytes_max, err);
    }
    if (status == BY_OK) {
        status = compute_columns(columns, thread_count, err);
    }
    if (status != BY_OK) {
        by_columns_free(columns);
        return status;
    }
    columns->ready = panel->first_common;
    for (int32_t s = 0; s < plan->series_count; s++) {
        if (plan->series[s].live < 0 && plan->series[s].params == 0) {
            int32_t first = columns_first(columns, s, NULL);
            columns->ready = first > columns->ready ? first : columns->ready;
        }
    }
    *out = columns;
    return BY_OK;
}

void by_columns_free(by_columns *columns) {
    if (columns != NULL) {
        free(columns->index);
        free(columns->params);
        free(columns->variants);
        free(columns->first_valid);
        free(columns->data);
        intern_free(&columns->keys);
        free(columns);
    }
}

int32_t columns_ready(const by_columns *columns, const int32_t *digits) {
    int32_t ready = columns->ready;
    for (int32_t s = 0; s < columns->plan->series_count; s++) {
        if (columns->index[s].param_count > 0) {
            int32_t first = columns_first(columns, s, digits);
            ready = first > ready ? first : ready;
        }
    }
    return ready;
}

int32_t columns_earliest(const by_columns *columns) {
    if (columns->plan->nested) {
        return columns->panel->first_common;
    }
    int32_t ready = columns->ready;
    for (int32_t s = 0; s < columns->plan->series_count; s++) {
        const int64_t begin = columns->index[s].base;
        const int64_t end = s + 1 < columns->plan->series_count ? columns->index[s + 1].base
                                                                : columns->variant_count;
        int32_t earliest = columns->panel->bar_count;
        for (int64_t v = begin; v < end; v++) {
            int32_t first = columns->first_valid[columns->variants[v]];
            earliest = first < earliest ? first : earliest;
        }
        ready = earliest > ready ? earliest : ready;
    }
    return ready;
}

by_status columns_check_range(const by_columns *columns, by_range asked, by_error *err) {
    if (asked.first < 0 || asked.last >= columns->panel->bar_count) {
        return by_fail(err, BY_DATA, "data: rows %d to %d are asked for, and there are 0 to %d",
                       asked.first, asked.last, columns->panel->bar_count - 1);
    }
    return asked.first <= asked.last
               ? BY_OK
               : by_fail(err, BY_DATA, "data: no session in the dates asked for; give other dates");
}

by_status columns_fail_range(const by_columns *columns, const int32_t *digits, by_range asked,
                             by_error *err) {
    const by_plan *plan = columns->plan;
    int32_t latest = -1;
    for (int32_t s = 0; s < plan->series_count; s++) {
        if (plan->series[s].live < 0 &&
            (latest < 0 ||
             columns_first(columns, s, digits) > columns_first(columns, latest, digits))) {
            latest = s;
        }
    }
    if (latest < 0 || columns_first(columns, latest, digits) <= asked.last) {
        return by_fail(err, BY_DATA,
                       "data: too little history: what the strategy measures of its own sub-trees "
                       "or over several days is not computable by the last session asked for; "
                       "fetch more bars, shorten the windows or end later");
    }
    const column_key *key = key_of(columns, columns_variant(columns, latest, digits));
    while (key->over >= 0) { /* what it is made of */
        key = key_of(columns, key->over);
    }
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
                   by_indicator_closes_needed(key->kind, key->window, key->variant) + key->days_ago,
                   bars > 0 ? bars : 0);
}
