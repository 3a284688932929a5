/* SPDX-License-Identifier: MIT */
#include "walk.h"

#include <stdlib.h>
#include <string.h>

#include "mask.h"
#include "walk_parts.h"

enum { POOL_BYTES_MAX = 256 << 20 };

const int32_t *walk_root(const walk *w) {
    return node_rows(w, w->plan->root);
}

const uint64_t *walk_root_changed(const walk *w) {
    return w->node_changed[w->plan->root] ? node_days(w, w->plan->root) : NULL;
}

by_status walk_step(walk *w, const int32_t *digits, by_error *err) {
    const by_plan *plan = w->plan;
    uint64_t moved = 0;
    for (int32_t p = 0; p < plan->tree.param_count; p++) {
        moved |= (uint64_t)(w->digits[p] != digits[p]) << p;
        w->digits[p] = digits[p];
    }
    w->fresh = w->fresh || rows_size_bytes(&w->pool) > POOL_BYTES_MAX;
    memset(w->condition_changed, 0, (size_t)plan->condition_count);
    memset(w->node_changed, 0, (size_t)plan->node_count);
    if (w->fresh) {
        /* -1 is no row: every day of every node counts as changed. */
        memset(w->rows, 0xff, (size_t)plan->node_count * (size_t)w->day_count * sizeof *w->rows);
        rows_clear(&w->pool);
        for (int32_t i = 0; i < plan->condition_count; i++) {
            walk_step_condition(w, i, moved);
        }
        for (int32_t i = 0; i < plan->node_count; i++) {
            walk_step_node(w, i, moved);
        }
    } else {
        for (int32_t i = 0; i < w->dynamic_condition_count; i++) {
            walk_step_condition(w, w->dynamic_conditions[i], moved);
        }
        for (int32_t i = 0; i < w->dynamic_node_count; i++) {
            walk_step_node(w, w->dynamic_nodes[i], moved);
        }
    }
    if (w->pool.failed) {
        return by_fail_nomem(err, rows_size_bytes(&w->pool));
    }
    w->fresh = false;
    return BY_OK;
}

static int32_t list_dynamic(walk *w) {
    const by_plan *plan = w->plan;
    int32_t children = 0;
    for (int32_t i = 0; i < plan->condition_count; i++) {
        if (plan->conditions[i].params != 0) {
            w->dynamic_conditions[w->dynamic_condition_count++] = i;
        }
    }
    for (int32_t i = 0; i < plan->node_count; i++) {
        if (plan->nodes[i].params != 0) {
            w->dynamic_nodes[w->dynamic_node_count++] = i;
        }
        children = plan->nodes[i].count > children ? plan->nodes[i].count : children;
    }
    return children;
}

static void *grab(size_t count, size_t size, bool *failed) {
    void *memory = calloc(count > 0 ? count : 1, size);
    *failed = *failed || memory == NULL;
    return memory;
}

by_status walk_open(walk *w, const by_columns *columns, by_range range, by_error *err) {
    const by_plan *plan = columns->plan;
    *w = (walk){.columns = columns,
                .plan = plan,
                .first = range.first,
                .day_count = range.last - range.first + 1,
                .fresh = true};
    w->word_count = mask_words(w->day_count);
    const size_t words = (size_t)w->word_count;
    const size_t conditions = (size_t)plan->condition_count;
    const size_t nodes = (size_t)plan->node_count;
    bool failed = !rows_open(&w->pool, plan->tree.symbol_count);
    w->masks = grab(conditions * words, sizeof *w->masks, &failed);
    w->flips = grab(conditions * words, sizeof *w->flips, &failed);
    w->condition_changed = grab(conditions, 1, &failed);
    w->rows = grab(nodes * (size_t)w->day_count, sizeof *w->rows, &failed);
    w->changed = grab(nodes * words, sizeof *w->changed, &failed);
    w->node_changed = grab(nodes, 1, &failed);
    w->dynamic_conditions = grab(conditions, sizeof *w->dynamic_conditions, &failed);
    w->dynamic_nodes = grab(nodes, sizeof *w->dynamic_nodes, &failed);
    w->scratch = grab(words, sizeof *w->scratch, &failed);
    if (!failed) {
        const size_t children = (size_t)list_dynamic(w);
        w->ranking = grab(children, sizeof *w->ranking, &failed);
        w->child_rows = grab(children, sizeof *w->child_rows, &failed);
        w->child_weights = grab(children, sizeof *w->child_weights, &failed);
        w->mixed = grab(children, sizeof *w->mixed, &failed);
    }
    if (failed) {
        walk_close(w);
        return by_fail_nomem(err, nodes * (size_t)w->day_count * sizeof *w->rows);
    }
    return BY_OK;
}

void walk_close(walk *w) {
    rows_close(&w->pool);
    free(w->masks);
    free(w->flips);
    free(w->condition_changed);
    free(w->rows);
    free(w->changed);
    free(w->node_changed);
    free(w->dynamic_conditions);
    free(w->dynamic_nodes);
    free(w->scratch);
    free(w->ranking);
    free(w->child_rows);
    free(w->child_weights);
    free(w->mixed);
    memset(w, 0, sizeof *w);
}
