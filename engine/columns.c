/* SPDX-License-Identifier: MIT */
#include "columns.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "timeframe.h"

/* Indicators of whole bars need a panel that has them. */
static by_status check_inputs(const by_columns *columns, by_error *err) {
    const by_panel *panel = columns->panel;
    for (int32_t i = 0; i < columns->column_count; i++) {
        const column_key *key = columns_key(columns, i);
        const int32_t reads = kind_reads(&columns->plan->tree, key->kind);
        if (key->form != BY_INDICATOR_OF || key->over >= 0 ||
            (reads & (BY_READS_RANGE | BY_READS_VOLUME)) == 0) {
            continue;
        }
        if (panel->high == NULL) {
            return by_fail(err, BY_INTERNAL, "the panel has closes only, and %s needs whole bars",
                           kind_name(&columns->plan->tree, key->kind));
        }
        const int32_t last = panel->last_bar[key->symbol];
        const bool range = (reads & BY_READS_RANGE) != 0 && isnan(panel->high[key->symbol][last]);
        if (range || ((reads & BY_READS_VOLUME) != 0 && isnan(panel->volume[key->symbol][last]))) {
            return by_fail(err, BY_DATA,
                           "data: %s needs the %s of %s, which its bars do not tell; import bars "
                           "that have it",
                           kind_name(&columns->plan->tree, key->kind),
                           range ? "high and low" : "volume",
                           columns->plan->tree.symbols[key->symbol]);
        }
    }
    return BY_OK;
}

/* Opens the frames of all timeframes in the plan. */
static by_status open_frames(by_columns *columns, by_error *err) {
    const by_plan *plan = columns->plan;
    int32_t *timeframes = malloc(((size_t)plan->series_count + 1) * sizeof *timeframes);
    if (timeframes == NULL) {
        return by_fail_nomem(err, (size_t)plan->series_count * sizeof *timeframes);
    }
    int32_t count = 0;
    for (int32_t s = 0; s < plan->series_count; s++) {
        timeframes[count] = plan->series[s].fields.timeframe;
        count += timeframes[count] > 0;
    }
    by_status status = frames_open(&columns->frames, columns->panel, count, timeframes, err);
    free(timeframes);
    return status;
}

/* Makes the bars of all symbols that are read in a higher timeframe. */
static by_status add_symbols(by_columns *columns, by_error *err) {
    by_status status = BY_OK;
    for (int32_t i = 0; i < columns->column_count && status == BY_OK; i++) {
        const column_key *key = columns_key(columns, i);
        if (key->form == BY_INDICATOR_OF && key->over < 0) {
            status = frames_add_symbol(&columns->frames, key->frame, key->symbol, err);
        }
    }
    return status;
}

by_status by_columns_new(const by_plan *plan, const by_panel *panel, int32_t thread_count,
                         int64_t size_bytes_max, by_columns **out, by_error *err) {
    return by_columns_new_for(plan, panel, NULL, 0, thread_count, size_bytes_max, out, err);
}

by_status by_columns_new_for(const by_plan *plan, const by_panel *panel, const uint8_t *met,
                             int32_t first, int32_t thread_count, int64_t size_bytes_max,
                             by_columns **out, by_error *err) {
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
    columns->first = first;
    columns->index = calloc((size_t)plan->series_count + 1, sizeof *columns->index);
    columns->failure = column_failure_new();
    const bool failed = columns->index == NULL || columns->failure == NULL;
    by_status status = failed ? by_fail_nomem(err, 0) : open_frames(columns, err);
    if (status == BY_OK) {
        status = columns_list(columns, met, err);
    }
    if (status == BY_OK) {
        status = check_inputs(columns, err);
    }
    if (status == BY_OK) {
        status = add_symbols(columns, err);
    }
    if (status == BY_OK) {
        status = columns_compute(columns, thread_count, size_bytes_max, err);
    }
    if (status == BY_OK) {
        status = columns_open_ready(columns, err);
    }
    if (status != BY_OK) {
        by_columns_free(columns);
        return status;
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
        free(columns->place);
        free(columns->whole);
        free(columns->data);
        if (columns->on_demand) {
            column_cache_close(&columns->cache);
        }
        columns_close_ready(columns);
        intern_free(&columns->keys);
        column_failure_free(columns->failure);
        frames_close(&columns->frames);
        free(columns);
    }
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

/* The bars of a symbol that have closed by a row. */
static int32_t bars_until(const by_columns *columns, const column_key *key, int32_t row) {
    const int32_t first = columns->panel->first_bar[key->symbol];
    if (key->frame == 0) {
        return row + 1 - first;
    }
    const frames *f = &columns->frames;
    const int32_t before = first > 0 ? frames_seen(f, 0, key->frame, first - 1) : -1;
    return frames_seen(f, 0, key->frame, row) - before;
}

by_status columns_fail_range(const by_columns *columns, const int32_t *digits, by_range asked,
                             by_error *err) {
    const by_plan *plan = columns->plan;
    int32_t latest = -1;
    for (int32_t s = 0; s < plan->series_count; s++) {
        if (plan_is_over_sessions(&plan->series[s]) &&
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
    const int32_t windows = kind_window_count(&plan->tree, key->kind);
    const int32_t bars = bars_until(columns, key, asked.last);
    char text[64] = "";
    char of[8 + BY_TIMEFRAME_TEXT] = "";
    if (windows > 0) {
        snprintf(text, sizeof text, " %d", key->recipe.window[windows - 1]);
    }
    if (key->frame > 0) {
        char timeframe[BY_TIMEFRAME_TEXT];
        snprintf(of, sizeof of, " of %s",
                 by_timeframe_text(columns->frames.list[key->frame].timeframe, timeframe));
    }
    if (key->kind >= BY_INDICATOR_COUNT) { /* nobody knows how many it needs */
        return by_fail(
            err, BY_DATA,
            "data: too little history: %s%s of %s has no value on the %d bars%s up to the "
            "last session asked for; fetch more bars, shorten the window or end later",
            kind_name(&plan->tree, key->kind), text, plan->tree.symbols[key->symbol],
            bars > 0 ? bars : 0, of);
    }
    const int32_t needed = by_indicator_closes_needed(key->kind, &key->recipe) + key->days_ago;
    if (bars >= needed) { /* a deviation of one value, a volume that is not there */
        return by_fail(err, BY_DATA,
                       "data: no value: %s%s of %s is not defined on any of the %d bars%s up to "
                       "the last session asked for; take a longer window (one bar has no "
                       "deviation and no slope), or see with `banyan data show` what the bars lack",
                       kind_name(&plan->tree, key->kind), text, plan->tree.symbols[key->symbol],
                       bars, of);
    }
    return by_fail(
        err, BY_DATA,
        "data: too little history: %s%s of %s needs %d bars%s, and there are %d up to the "
        "last session asked for; fetch more bars, shorten the window or end later",
        kind_name(&plan->tree, key->kind), text, plan->tree.symbols[key->symbol], needed, of,
        bars > 0 ? bars : 0);
}
