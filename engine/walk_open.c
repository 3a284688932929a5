/* SPDX-License-Identifier: MIT
 *
 * The memory of a walk, and the days over which it goes.
 */
#include <stdlib.h>
#include <string.h>

#include "mask.h"
#include "walk_parts.h"

enum { ALIGNMENT = 64, POOL_BYTES_MAX = 256 << 20 };

/* Arrays are laid out twice: without memory, for the size, and in it. */
typedef struct layout {
    char *memory;
    size_t size;
} layout;

static void *take(layout *at, size_t count, size_t size) {
    void *begin = at->memory == NULL ? NULL : at->memory + at->size;
    at->size += (count * size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return begin;
}

static size_t children_max(const by_plan *plan) {
    int32_t children = 0;
    for (int32_t i = 0; i < plan->node_count; i++) {
        children = later(children, plan->nodes[i].count);
    }
    return (size_t)children;
}

/* Returns the size in bytes. */
static size_t lay_out(walk *w, const by_columns *columns, int32_t day_count, char *memory) {
    const by_plan *plan = columns->plan;
    layout at = {memory, 0};
    const size_t days = (size_t)day_count;
    const size_t words = (size_t)mask_words(day_count);
    const size_t conditions = (size_t)plan->condition_count;
    const size_t nodes = (size_t)plan->node_count;
    const size_t live = (size_t)plan->live_count;
    const size_t sources = (size_t)plan->source_count;
    const size_t children = children_max(plan);
    const size_t step_words = STEP_WORDS(plan);
    w->asked_days = take(&at, words, sizeof *w->asked_days);
    w->masks = take(&at, conditions * words, sizeof *w->masks);
    w->flips = take(&at, conditions * words, sizeof *w->flips);
    w->condition_changed = take(&at, conditions, 1);
    w->condition_ready = take(&at, conditions, sizeof *w->condition_ready);
    w->rows = take(&at, nodes * days, sizeof *w->rows);
    w->changed = take(&at, nodes * words, sizeof *w->changed);
    w->node_changed = take(&at, nodes, 1);
    w->node_ready = take(&at, nodes, sizeof *w->node_ready);
    w->live = take(&at, live * days, sizeof *w->live);
    w->live_changed = take(&at, live, 1);
    w->series_ready = take(&at, live, sizeof *w->series_ready);
    w->growth = take(&at, sources * days, sizeof *w->growth);
    w->equity = take(&at, sources * days, sizeof *w->equity);
    w->source_changed = take(&at, sources, 1);
    w->pending = take(&at, step_words, sizeof *w->pending);
    w->changed_steps = take(&at, step_words, sizeof *w->changed_steps);
    w->scratch = take(&at, words, sizeof *w->scratch);
    w->shifted = take(&at, words, sizeof *w->shifted);
    w->held_symbols = take(&at, (size_t)plan->tree.symbol_count, 1);
    w->visited = take(&at, nodes, 1);
    w->values = take(&at, live > 0 ? days : 0, sizeof *w->values);
    w->ranking = take(&at, children, walk_ranked_size());
    w->child_ranks = take(&at, children, sizeof *w->child_ranks);
    w->child_volatilities = take(&at, children, sizeof *w->child_volatilities);
    w->child_rows = take(&at, children, sizeof *w->child_rows);
    w->child_weights = take(&at, children, sizeof *w->child_weights);
    w->child_dropped = take(&at, children, 1);
    w->child_ties = take(&at, children, sizeof *w->child_ties);
    w->chosen = take(&at, children, sizeof *w->chosen);
    w->mixed = take(&at, children, sizeof *w->mixed);
    if (columns->on_demand) {
        w->held = take(&at, (size_t)columns->column_count, sizeof *w->held);
        w->held_columns = take(&at, (size_t)columns->slots_a_thread + 1, sizeof *w->held_columns);
    }
    return at.size;
}

/* The rows before `first` that matter to it. */
static int32_t lead_of(const by_plan *plan, int32_t first) {
    return first > plan->lookback ? plan->lookback : first;
}

static int32_t days_of(const by_plan *plan, by_range range) {
    return lead_of(plan, range.first) + range.last - range.first + 1;
}

int64_t walk_size_bytes(const by_columns *columns, by_range range) {
    const by_plan *plan = columns->plan;
    walk w;
    const size_t steps = (size_t)plan->step_count;
    const size_t graph = steps / 8 * (size_t)plan->tree.param_count + 4 * steps * sizeof(int32_t);
    return (int64_t)(lay_out(&w, columns, days_of(plan, range), NULL) + graph +
                     ROW_BLEND_SLOTS * sizeof(row_blend));
}

bool walk_can_move(const by_plan *plan) {
    return plan->lookback < INT32_MAX;
}

by_status walk_open_part(walk *w, const by_columns *columns, by_range asked, int32_t days_max,
                         by_error *err) {
    const by_plan *plan = columns->plan;
    if (asked.first < columns->first) {
        return by_fail(err, BY_INTERNAL, "row %d is asked for of columns for rows from %d on",
                       asked.first, columns->first);
    }
    by_range part = asked;
    if (part.last - part.first >= days_max) { /* no part has a longer lead than the last one */
        part.first = part.last - days_max + 1;
    }
    *w = (walk){.columns = columns,
                .plan = plan,
                .asked = asked,
                .tracks_ready = plan->nested,
                .pool_bytes_max = POOL_BYTES_MAX};
    w->aligned = days_max < INT32_MAX;
    w->days_max = days_of(plan, part) + (w->aligned ? 63 : 0);
    const size_t size = lay_out(w, columns, w->days_max, NULL);
    w->memory = aligned_alloc(ALIGNMENT, size);
    if (w->memory == NULL || !rows_open(&w->pool, plan->tree.symbol_count)) {
        walk_close(w);
        return by_fail_nomem(err, size);
    }
    memset(w->memory, 0, size);
    lay_out(w, columns, w->days_max, w->memory);
    walk_move(w, part);
    return BY_OK;
}

by_status walk_open(walk *w, const by_columns *columns, by_range asked, by_error *err) {
    return walk_open_part(w, columns, asked, INT32_MAX, err);
}

void walk_move(walk *w, by_range part) {
    w->lead = lead_of(w->plan, part.first);
    w->first = part.first - w->lead;
    if (w->aligned) {
        w->first = w->first / 64 * 64;
        w->lead = part.first - w->first;
    }
    w->day_count = part.last - w->first + 1;
    w->word_count = mask_words(w->day_count);
    w->fresh = true;
    memset(w->asked_days, 0, (size_t)w->word_count * sizeof *w->asked_days);
    for (int32_t day = w->lead; day < w->day_count; day++) {
        w->asked_days[day / 64] |= (uint64_t)1 << day % 64;
    }
}

const double *walk_hold(const walk *w, int32_t column) {
    if (w->held[column] == NULL) {
        w->held[column] = columns_take(w->columns, column);
        w->held_columns[++w->held_columns[0]] = column;
    }
    return w->held[column];
}

void walk_release(const walk *w) {
    for (; w->held_columns[0] > 0; w->held_columns[0]--) {
        const int32_t column = w->held_columns[w->held_columns[0]];
        columns_release(w->columns, column);
        w->held[column] = NULL;
    }
}

void walk_close(walk *w) {
    rows_close(&w->pool);
    walk_graph_close(&w->graph);
    free(w->memory);
    free(w->needed);
    memset(w, 0, sizeof *w);
}
