/* SPDX-License-Identifier: MIT
 *
 * The values of columns: all at once, or as many as there is room for, when somebody takes them.
 */
#include <stdlib.h>

#include "columns.h"
#include "indicator.h"
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

/* Memory for all columns, or for as many as `size_bytes_max` allows and one step needs. */
static by_status allocate(by_columns *columns, int32_t highest, int64_t size_bytes_max,
                          by_error *err) {
    const size_t bars = (size_t)columns->panel->bar_count;
    const size_t per_line = CACHE_LINE_BYTES / sizeof(double);
    columns->stride = (bars + per_line - 1) / per_line * per_line;
    columns->slots_a_thread = columns_of_a_step(columns->plan) + slots_to_compute(highest);
    const size_t size = columns->stride * sizeof(double);
    const int64_t room = size_bytes_max / (int64_t)(size > 0 ? size : 1);
    columns->slot_count = columns->column_count;
    if (columns->column_count > room) {
        columns->slot_count = (int32_t)room;
        if (columns->slot_count < columns->slots_a_thread) { /* the least that works */
            columns->slot_count = columns->slots_a_thread < columns->column_count
                                      ? columns->slots_a_thread
                                      : columns->column_count;
        }
    }
    columns->data =
        aligned_alloc(CACHE_LINE_BYTES, (size_t)columns->slot_count * size + per_line * 8);
    columns->first_valid = malloc(((size_t)columns->column_count + 1) * sizeof(int32_t));
    if (columns->data == NULL || columns->first_valid == NULL) {
        return by_fail_nomem(err, (size_t)columns->slot_count * size);
    }
    if (columns->slot_count < columns->column_count) {
        columns->on_demand = true;
        if (!column_cache_open(&columns->cache, columns->column_count, columns->slot_count,
                               columns->data, columns->stride)) {
            return by_fail_nomem(err, (size_t)columns->column_count * sizeof(int32_t));
        }
    }
    return BY_OK;
}

static by_inputs inputs_of(const by_columns *columns, const column_key *key, const double *over) {
    const by_panel *panel = columns->panel;
    if (over != NULL) {
        return (by_inputs){.close = over, .time = panel->time};
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

/* Returns the first row with a value. */
static int32_t compute(const by_columns *columns, int32_t column, const double *over,
                       const double *with, double *out) {
    const column_key *key = columns_key(columns, column);
    const int32_t bars = columns->panel->bar_count;
    int32_t first;
    if (key->form == BY_INDICATOR_OF) {
        const by_inputs inputs = inputs_of(columns, key, over);
        first = by_indicator_compute(key->kind, key->window, key->variant, &inputs, bars, out);
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
    return columns->data + (size_t)column * columns->stride;
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

/* Columns over the same number of others below them: they need not wait for each other. */
typedef struct layer {
    by_columns *columns;
    const int32_t *members;
} layer;

/* Computes a column, which stays if there is room, and notes where it begins. */
static void compute_member(void *context, int32_t i) {
    const layer *at = context;
    by_columns *columns = at->columns;
    const int32_t column = at->members[i];
    const column_key *key = columns_key(columns, column);
    const double *over = key->over >= 0 ? columns_take(columns, key->over) : NULL;
    const double *with = key->with >= 0 ? columns_take(columns, key->with) : NULL;
    bool computes = true;
    double *out = columns->on_demand ? column_cache_take(&columns->cache, column, &computes)
                                     : data_of(columns, column);
    columns->first_valid[column] = compute(columns, column, over, with, out);
    if (columns->on_demand) {
        column_cache_ready(&columns->cache, column);
    }
    columns_release(columns, column);
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
    }
    free(level);
    return status;
}
