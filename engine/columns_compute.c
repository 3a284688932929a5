/* SPDX-License-Identifier: MIT
 *
 * The values of columns: all at once, or as many as there is room for, when somebody takes them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "large_pages.h"
#include "parallel.h"
#include "series_value.h"

enum { CACHE_LINE_BYTES = 64 };

/* Slots that a thread may hold at once while it computes a column over others, `level` of them one
 * over the other. */
static int32_t slots_to_compute(int32_t level) {
    return 2 * level + 1;
}

/* The most columns that one step of a walk looks at. */
static int32_t columns_of_a_step(const by_plan *plan) {
    int32_t most = 2;
    for (int32_t i = 0; i < plan->node_count; i++) {
        const plan_node *node = &plan->nodes[i];
        most = plan_is_ranked(node) && 2 * node->count > most ? 2 * node->count : most;
    }
    for (int32_t i = 0; i < plan->series_count; i++) {
        const int32_t count = plan->series[i].holding_count;
        most = count > most ? count : most;
    }
    return most;
}

/* Levels: how many columns stand below each, one over the other. Returns the highest. */
static int32_t find_levels(const by_columns *columns, int32_t *level) {
    int32_t highest = 0;
    for (int32_t i = 0; i < columns->column_count; i++) { /* inputs have smaller numbers */
        const column_key *key = columns_key(columns, i);
        const int32_t over = key->over < 0 ? -1 : level[key->over];
        const int32_t with = key->with < 0 ? -1 : level[key->with];
        level[i] = (over > with ? over : with) + 1;
        highest = level[i] > highest ? level[i] : highest;
    }
    return highest;
}

/* The bars that are the rows of a column. */
static const by_panel *bars_of(const by_columns *columns, const column_key *key) {
    return &columns->frames.list[key->frame].bars;
}

static size_t padded(int32_t rows) {
    const size_t per_line = CACHE_LINE_BYTES / sizeof(double);
    return ((size_t)rows + per_line - 1) / per_line * per_line;
}

/* Columns that others are made of, and those of other bars. */
static void find_whole(const by_columns *columns) {
    for (int32_t i = 0; i < columns->column_count; i++) { /* inputs have smaller numbers */
        const column_key *key = columns_key(columns, i);
        columns->whole[i] = key->frame != 0;
        if (key->over >= 0) {
            columns->whole[key->over] = true;
        }
        if (key->with >= 0) {
            columns->whole[key->with] = true;
        }
    }
}

/* Where each column begins when all are there, behind each other; their size together. The first
 * one may lack rows in front, for which there is room. */
static size_t lay_out(const by_columns *columns) {
    size_t size = (size_t)columns->kept_first;
    for (int32_t i = 0; i < columns->column_count; i++) {
        const int32_t first = columns->whole[i] ? 0 : columns->kept_first;
        columns->place[i] = size - (size_t)first;
        size += padded(bars_of(columns, columns_key(columns, i))->bar_count - first);
    }
    return size;
}

/* Memory for all columns, or for as many as `size_bytes_max` allows and one step needs. */
static by_status allocate(by_columns *columns, int32_t highest, int64_t size_bytes_max,
                          by_error *err) {
    const size_t count = (size_t)columns->column_count;
    columns->first_valid = malloc((count + 1) * sizeof *columns->first_valid);
    columns->place = malloc((count + 1) * sizeof *columns->place);
    columns->whole = malloc((count + 1) * sizeof *columns->whole);
    if (columns->first_valid == NULL || columns->place == NULL || columns->whole == NULL) {
        return by_fail_nomem(err, count * sizeof *columns->place);
    }
    find_whole(columns);
    const int32_t bars = columns->panel->bar_count;
    const int32_t kept = plan_first_row(columns->plan, columns->first);
    columns->kept_first = kept < bars ? kept : bars / 64 * 64;
    columns->stride = padded(columns->panel->bar_count);
    columns->slots_a_thread = columns_of_a_step(columns->plan) + slots_to_compute(highest);
    columns->slot_count = columns->column_count;
    columns->size = lay_out(columns);
    if ((int64_t)(columns->size * sizeof(double)) > size_bytes_max) {
        const int64_t room = size_bytes_max / (int64_t)(columns->stride * sizeof(double));
        const int32_t least = columns->slots_a_thread < columns->column_count
                                  ? columns->slots_a_thread
                                  : columns->column_count; /* that works */
        columns->slot_count = room > least ? (int32_t)room : least;
        columns->on_demand = columns->slot_count < columns->column_count;
    }
    if (columns->on_demand) { /* slots are for any column */
        columns->size = (size_t)columns->slot_count * columns->stride;
        columns->kept_first = 0;
    }
    columns->data =
        aligned_alloc(CACHE_LINE_BYTES, columns->size * sizeof(double) + CACHE_LINE_BYTES);
    if (columns->data == NULL) {
        columns->on_demand = false;
        return by_fail_nomem(err, columns->size * sizeof(double));
    }
    large_pages_ask(columns->data, columns->size * sizeof(double));
    if (columns->on_demand &&
        !column_cache_open(&columns->cache, columns->column_count, columns->slot_count,
                           columns->data, columns->stride)) {
        return by_fail_nomem(err, count * sizeof(int32_t));
    }
    return BY_OK;
}

static by_inputs inputs_of(const by_columns *columns, const column_key *key, const double *over,
                           const double *with) {
    const by_panel *panel = bars_of(columns, key);
    if (over != NULL) {
        return (by_inputs){.close = over, .other = with, .time = panel->time};
    }
    by_inputs inputs = {.close = panel->close[key->symbol], .other = with, .time = panel->time};
    if (panel->high != NULL) {
        inputs.open = panel->open[key->symbol];
        inputs.high = panel->high[key->symbol];
        inputs.low = panel->low[key->symbol];
        inputs.volume = panel->volume[key->symbol];
    }
    return inputs;
}

/* Writes " (SPY 10 20)" of a task, or nothing. */
static void describe(const by_columns *columns, const column_task *task, char *text, size_t size) {
    const by_tree *tree = &columns->plan->tree;
    int32_t used = 0;
    char part[40];
    text[0] = '\0';
    for (int32_t i = -1; i < 5; i++) {
        part[0] = '\0';
        if (i < 0 && task->symbol >= 0) {
            (void)snprintf(part, sizeof part, "%s", tree->symbols[task->symbol]);
        } else if (i >= 0 && i < kind_window_count(tree, task->kind)) {
            (void)snprintf(part, sizeof part, "%d", task->recipe.window[i]);
        } else if (i >= 3 && i - 3 < kind_number_count(tree, task->kind)) {
            (void)snprintf(part, sizeof part, "%.10g", task->recipe.number[i - 3]);
        }
        if (part[0] != '\0') {
            used += snprintf(text + used, size - (size_t)used, used == 0 ? " (%s" : " %s", part);
        }
    }
    (void)snprintf(text + used, size - (size_t)used, used == 0 ? "" : ")");
}

int32_t columns_indicator(const by_columns *columns, const column_task *task, int32_t count,
                          double *out) {
    const by_tree *tree = &columns->plan->tree;
    int32_t first;
    by_error why = {0};
    const by_status status =
        kind_compute(tree, task->kind, &task->recipe, &task->inputs, count, out, &first, &why);
    if (status != BY_OK) {
        char of[256]; /* all parts fit */
        by_error error = {0};
        describe(columns, task, of, sizeof of);
        (void)by_fail(&error, status, "in indicator %s%s: %s", kind_name(tree, task->kind), of,
                      why.message);
        column_failure_set(columns->failure, task->rank, &error);
    }
    return first;
}

/* Returns the first row with a value. */
static int32_t compute(const by_columns *columns, int32_t column, const double *over,
                       const double *with, double *out) {
    const column_key *key = columns_key(columns, column);
    const int32_t bars = bars_of(columns, key)->bar_count;
    int32_t first;
    if (key->form == BY_SEEN) {
        first = frames_see(&columns->frames, key->frame, columns_key(columns, key->over)->frame,
                           over, columns->first_valid[key->over], out);
    } else if (key->form == BY_INDICATOR_OF) {
        const column_task task = {.kind = key->kind,
                                  .symbol = key->over < 0 ? key->symbol : -1,
                                  .rank = column,
                                  .recipe = key->recipe,
                                  .inputs = inputs_of(columns, key, over, with)};
        first = columns_indicator(columns, &task, bars, out);
    } else {
        series_combine(key->form, over, with, bars, out);
        first = columns->first_valid[key->over];
        const int32_t other = columns->first_valid[key->with];
        first = other > first ? other : first;
    }
    series_shift(out, bars, key->days_ago, key->factor, key->offset);
    return first > bars - key->days_ago ? bars : first + key->days_ago;
}

static double *data_of(const by_columns *columns, int32_t column) {
    return columns->data + columns->place[column];
}

const double *columns_take(const by_columns *columns, int32_t column) {
    if (!columns->on_demand) {
        return data_of(columns, column);
    }
    column_cache *cache = (column_cache *)&columns->cache; /* it has a lock of its own */
    double *data = column_cache_find(cache, column);
    if (data != NULL) {
        return data;
    }
    const column_key *key = columns_key(columns, column);
    const double *over = key->over >= 0 ? columns_take(columns, key->over) : NULL;
    const double *with = key->with >= 0 ? columns_take(columns, key->with) : NULL;
    bool computes;
    data = column_cache_take(cache, column, &computes);
    if (computes) {
        compute(columns, column, over, with, data);
        column_cache_ready(cache, column);
    }
    if (over != NULL) {
        column_cache_release(cache, key->over);
    }
    if (with != NULL) {
        column_cache_release(cache, key->with);
    }
    return data;
}

void columns_release(const by_columns *columns, int32_t column) {
    if (columns->on_demand) {
        column_cache_release((column_cache *)&columns->cache, column);
    }
}

/* Computes a column of which the rows from kept_first on stay: all of them are made aside. Returns
 * the first row with a value. */
static int32_t compute_kept(const by_columns *columns, int32_t column, const double *over,
                            const double *with) {
    const int32_t bars = columns->panel->bar_count, kept = columns->kept_first;
    double *aside = malloc((size_t)bars * sizeof *aside);
    if (aside == NULL) {
        by_error error = {0};
        (void)by_fail_nomem(&error, (size_t)bars * sizeof *aside);
        column_failure_set(columns->failure, column, &error);
        return bars;
    }
    const int32_t first = compute(columns, column, over, with, aside);
    memcpy(data_of(columns, column) + kept, aside + kept, (size_t)(bars - kept) * sizeof *aside);
    free(aside);
    return first;
}

/* Columns over the same number of others below them: they need not wait for each other. */
typedef struct layer {
    by_columns *columns;
    const int32_t *members;
} layer;

/* Computes a column, which stays if there is room, and notes where it begins. */
static void compute_member(void *context, int32_t i) {
    const layer *at = context;
    by_columns *columns = at->columns;
    if (columns_failed(columns, NULL) != BY_OK) { /* those before it are computed, or at work */
        return;
    }
    const int32_t column = at->members[i];
    const column_key *key = columns_key(columns, column);
    const double *over = key->over >= 0 ? columns_take(columns, key->over) : NULL;
    const double *with = key->with >= 0 ? columns_take(columns, key->with) : NULL;
    int32_t *first = &columns->first_valid[column];
    if (columns->on_demand) {
        bool computes = true;
        *first = compute(columns, column, over, with,
                         column_cache_take(&columns->cache, column, &computes));
        column_cache_ready(&columns->cache, column);
        column_cache_release(&columns->cache, column);
    } else if (columns->kept_first > 0 && !columns->whole[column]) {
        *first = compute_kept(columns, column, over, with);
    } else {
        *first = compute(columns, column, over, with, data_of(columns, column));
    }
    if (over != NULL) {
        columns_release(columns, key->over);
    }
    if (with != NULL) {
        columns_release(columns, key->with);
    }
}

by_status columns_compute(by_columns *columns, int32_t thread_count, int64_t size_bytes_max,
                          by_error *err) {
    const size_t count = (size_t)columns->column_count;
    int32_t *level = malloc((2 * count + 1) * sizeof *level);
    if (level == NULL) {
        return by_fail_nomem(err, 2 * count * sizeof *level);
    }
    int32_t *members = level + count;
    const int32_t highest = find_levels(columns, level);
    by_status status = allocate(columns, highest, size_bytes_max, err);
    const int32_t room = status == BY_OK ? columns_threads_max(columns) : 1;
    const int32_t threads = room < thread_count ? room : thread_count;
    for (int32_t at = 0; at <= highest && status == BY_OK; at++) {
        int32_t member_count = 0;
        for (int32_t i = 0; i < columns->column_count; i++) {
            members[member_count] = i;
            member_count += level[i] == at;
        }
        layer one = {columns, members};
        parallel_for(threads, member_count, compute_member, &one);
        status = columns_failed(columns, err);
    }
    free(level);
    return status;
}
