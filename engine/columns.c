/* SPDX-License-Identifier: MIT */
#include "columns.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "indicator.h"

/* Indicators of whole bars need a panel that has them. */
static by_status check_inputs(const by_columns *columns, by_error *err) {
    const by_panel *panel = columns->panel;
    for (int32_t i = 0; i < columns->column_count; i++) {
        const column_key *key = columns_key(columns, i);
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
        status = columns_compute(columns, thread_count, size_bytes_max, err);
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
        if (columns->on_demand) {
            column_cache_close(&columns->cache);
        }
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
    const column_key *key = columns_key(columns, columns_variant(columns, latest, digits));
    while (key->over >= 0) { /* what it is made of */
        key = columns_key(columns, key->over);
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
