/* SPDX-License-Identifier: MIT */
#include "walk.h"

#include <stdlib.h>
#include <string.h>

#include "mask.h"
#include "walk_parts.h"

const int32_t *walk_root(const walk *w) {
    return node_rows(w, w->plan->root);
}

const uint64_t *walk_root_changed(const walk *w) {
    return w->node_changed[w->plan->root] ? node_days(w, w->plan->root) : NULL;
}

by_status walk_range(const walk *w, by_range *out, by_error *err) {
    const int32_t first_common = w->columns->panel->first_common;
    const int32_t ready = w->plan->nested ? later(w->node_ready[w->plan->root], first_common)
                                          : columns_ready(w->columns, w->digits);
    *out = (by_range){later(ready, w->asked.first), w->asked.last};
    return out->first <= out->last ? BY_OK
                                   : columns_fail_range(w->columns, w->digits, w->asked, err);
}

static bool visit(walk *w, plan_step at, uint64_t moved) {
    switch (at.kind) {
    case STEP_SOURCE:
        return walk_step_source(w, at.index);
    case STEP_SERIES:
        return walk_step_series(w, at.index, moved);
    case STEP_CONDITION:
        return walk_step_condition(w, at.index, moved);
    default:
        return walk_step_node(w, at.index, moved);
    }
}

bool walk_visit(walk *w, plan_step at, uint64_t moved) {
    const bool changed = visit(w, at, moved);
    if (w->columns->on_demand) {
        walk_release(w);
    }
    return changed;
}

/* -1 is no row: every day of every node counts as changed. */
void walk_forget(walk *w) {
    const by_plan *plan = w->plan;
    memset(w->rows, 0xff, (size_t)plan->node_count * (size_t)w->day_count * sizeof *w->rows);
    memset(w->condition_changed, 0, (size_t)plan->condition_count);
    memset(w->node_changed, 0, (size_t)plan->node_count);
    memset(w->live_changed, 0, (size_t)plan->live_count);
    memset(w->source_changed, 0, (size_t)plan->source_count);
    memset(w->changed_steps, 0, STEP_WORDS(plan) * sizeof *w->changed_steps);
}

/* All steps, from nothing. */
static void step_all(walk *w) {
    walk_forget(w);
    for (int32_t i = 0; i < w->plan->step_count; i++) {
        const uint64_t changed = walk_visit(w, w->plan->steps[i], 0);
        w->changed_steps[i / 64] |= changed << i % 64;
    }
}

static void unmark(walk *w, plan_step at) {
    switch (at.kind) {
    case STEP_SOURCE:
        w->source_changed[at.index] = 0;
        break;
    case STEP_SERIES:
        w->live_changed[w->plan->series[at.index].live] = 0;
        break;
    case STEP_CONDITION:
        w->condition_changed[at.index] = 0;
        break;
    default:
        w->node_changed[at.index] = 0;
        break;
    }
}

/* Visits the steps that params in `moved` move, and whoever looks at one that has changed. */
static void step_moved(walk *w, uint64_t moved) {
    const walk_graph *graph = &w->graph;
    uint64_t *pending = w->pending; /* all 0 between steps */
    EACH_BIT(w->changed_steps, graph->word_count, i, { unmark(w, w->plan->steps[i]); })
    memset(w->changed_steps, 0, (size_t)graph->word_count * sizeof *w->changed_steps);
    for (uint64_t params = moved; params != 0; params &= params - 1) {
        const uint64_t *steps =
            graph->moved_by + (size_t)__builtin_ctzll(params) * (size_t)graph->word_count;
        for (int32_t k = 0; k < graph->word_count; k++) {
            pending[k] |= steps[k];
        }
    }
    for (int32_t k = 0; k < graph->word_count; k++) {
        while (pending[k] != 0) { /* followers are later, may be in this word */
            const int32_t i = 64 * k + __builtin_ctzll(pending[k]);
            pending[k] &= pending[k] - 1;
            if (walk_visit(w, w->plan->steps[i], moved)) {
                w->changed_steps[k] |= (uint64_t)1 << i % 64;
                for (int32_t f = graph->first[i]; f < graph->first[i + 1]; f++) {
                    const int32_t follower = graph->followers[f];
                    pending[follower / 64] |= (uint64_t)1 << follower % 64;
                }
            }
        }
    }
}

static uint64_t moved_between(const by_plan *plan, const int32_t *a, const int32_t *b) {
    uint64_t moved = 0;
    for (int32_t p = 0; p < plan->tree.param_count; p++) {
        moved |= (uint64_t)(a[p] != b[p]) << p;
    }
    return moved;
}

void walk_expect(const walk *w, const int32_t *digits, const int32_t *next) {
    if (w->memo != NULL) {
        memo_prefetch(w->memo, next, moved_between(w->plan, digits, next));
    }
}

by_status walk_step(walk *w, const int32_t *digits, by_error *err) {
    const by_plan *plan = w->plan;
    const uint64_t moved = moved_between(plan, w->digits, digits);
    memcpy(w->digits, digits, (size_t)plan->tree.param_count * sizeof *digits);
    if (rows_size_bytes(&w->pool) > w->pool_bytes_max && !w->keeps_rows) {
        rows_clear(&w->pool);
        w->fresh = true;
    }
    if (w->fresh) {
        step_all(w);
    } else if (w->graph.first != NULL || walk_graph_open(&w->graph, plan, w->tracks_ready)) {
        step_moved(w, moved);
    } else {
        return by_fail_nomem(err, (size_t)plan->step_count * sizeof *w->graph.first);
    }
    if (w->pool.failed) {
        return by_fail_nomem(err, (size_t)rows_size_bytes(&w->pool));
    }
    w->fresh = false;
    return columns_failed(w->columns, err);
}

by_status walk_trace(walk *w, const int32_t *digits, by_error *err) {
    w->tracks_ready = true;
    w->fresh = true;
    return walk_step(w, digits, err);
}
