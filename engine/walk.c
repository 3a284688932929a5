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

by_status walk_range(const walk *w, by_range *out, by_error *err) {
    const int32_t first_common = w->columns->panel->first_common;
    const int32_t ready = w->plan->nested ? later(w->node_ready[w->plan->root], first_common)
                                          : columns_ready(w->columns, w->digits);
    *out = (by_range){later(ready, w->asked.first), w->asked.last};
    return out->first <= out->last ? BY_OK
                                   : columns_fail_range(w->columns, w->digits, w->asked, err);
}

static void step(walk *w, plan_step at, uint64_t moved) {
    switch (at.kind) {
    case STEP_SOURCE:
        walk_step_source(w, at.index);
        break;
    case STEP_SERIES:
        walk_step_series(w, at.index, moved);
        break;
    case STEP_CONDITION:
        walk_step_condition(w, at.index, moved);
        break;
    default:
        walk_step_node(w, at.index, moved);
        break;
    }
}

/* -1 is no row: every day of every node counts as changed. */
static void forget(walk *w) {
    const by_plan *plan = w->plan;
    memset(w->rows, 0xff, (size_t)plan->node_count * (size_t)w->day_count * sizeof *w->rows);
    rows_clear(&w->pool);
    memset(w->condition_changed, 0, (size_t)plan->condition_count);
    memset(w->node_changed, 0, (size_t)plan->node_count);
    memset(w->live_changed, 0, (size_t)plan->live_count);
    w->still = false;
}

by_status walk_step(walk *w, const int32_t *digits, by_error *err) {
    const by_plan *plan = w->plan;
    uint64_t moved = 0;
    for (int32_t p = 0; p < plan->tree.param_count; p++) {
        moved |= (uint64_t)(w->digits[p] != digits[p]) << p;
        w->digits[p] = digits[p];
    }
    w->fresh = w->fresh || rows_size_bytes(&w->pool) > POOL_BYTES_MAX;
    if (w->fresh) {
        forget(w);
        for (int32_t i = 0; i < plan->step_count; i++) {
            step(w, plan->steps[i], moved);
        }
    } else {
        if (!w->still) { /* what depends on no param changes no more */
            memset(w->condition_changed, 0, (size_t)plan->condition_count);
            memset(w->node_changed, 0, (size_t)plan->node_count);
            memset(w->live_changed, 0, (size_t)plan->live_count);
            memset(w->source_changed, 0, (size_t)plan->source_count);
            w->still = true;
        }
        for (int32_t i = 0; i < w->dynamic_count; i++) {
            step(w, w->dynamic[i], moved);
        }
    }
    if (w->pool.failed) {
        return by_fail_nomem(err, rows_size_bytes(&w->pool));
    }
    w->fresh = false;
    return BY_OK;
}

/* Whether a condition, whose children were asked before, depends on no node. */
static bool is_free(const by_plan *plan, int32_t index, const uint8_t *free_conditions) {
    const by_condition *fields = &plan->conditions[index].fields;
    if (fields->kind == BY_COMPARE) {
        return plan->series[fields->left].live < 0 &&
               (fields->right < 0 || plan->series[fields->right].live < 0);
    }
    for (int32_t i = 0; i < fields->child_count; i++) {
        if (!free_conditions[plan->condition_links[fields->child_first + i]]) {
            return false;
        }
    }
    return true;
}

/* Finds the days on which each node is looked at: of a root the sessions asked for, of what is
 * measured all days, and of a branch those on which its condition, if known by now, takes it. */
static void find_needed(walk *w, const uint8_t *known) {
    const by_plan *plan = w->plan;
    const size_t words = (size_t)w->word_count;
    memcpy(w->needed + (size_t)plan->root * words, w->asked_days, words * sizeof *w->needed);
    for (int32_t s = 0; s < plan->series_count; s++) {
        if (plan->series[s].fields.node >= 0) {
            memset(w->needed + (size_t)plan->series[s].fields.node * words, 0xff,
                   words * sizeof *w->needed);
        }
    }
    for (int32_t i = plan->node_count - 1; i >= 0; i--) { /* parents stand behind their children */
        const plan_node *node = &plan->nodes[i];
        const uint64_t *needed = w->needed + (size_t)i * words;
        const bool chooses = node->kind == BY_IF && known[node->condition];
        for (int32_t k = 0; k < node->count; k++) {
            uint64_t *below = w->needed + (size_t)plan_child(plan, node, k) * words;
            const uint64_t *mask = chooses ? condition_mask(w, node->condition) : NULL;
            for (size_t word = 0; word < words; word++) {
                const uint64_t taken = mask == NULL ? ~(uint64_t)0
                                       : k == 0     ? mask[word]
                                                    : ~mask[word];
                below[word] |= needed[word] & taken;
            }
        }
    }
}

by_status walk_once(walk *w, const int32_t *digits, by_error *err) {
    const by_plan *plan = w->plan;
    const size_t words = (size_t)plan->node_count * (size_t)w->word_count;
    uint8_t *known = calloc((size_t)plan->condition_count + 1, 1);
    w->needed = calloc(words, sizeof *w->needed);
    if (known == NULL || w->needed == NULL) {
        free(known);
        return by_fail_nomem(err, words * sizeof *w->needed);
    }
    memcpy(w->digits, digits, (size_t)plan->tree.param_count * sizeof *digits);
    w->fresh = true;
    forget(w);
    for (int32_t i = 0; i < plan->step_count; i++) {
        const plan_step at = plan->steps[i];
        if (at.kind == STEP_CONDITION && is_free(plan, at.index, known)) {
            known[at.index] = 1;
            step(w, at, 0);
        }
    }
    find_needed(w, known);
    for (int32_t i = 0; i < plan->step_count; i++) {
        if (plan->steps[i].kind != STEP_CONDITION || !known[plan->steps[i].index]) {
            step(w, plan->steps[i], 0);
        }
    }
    free(known);
    return w->pool.failed ? by_fail_nomem(err, rows_size_bytes(&w->pool)) : BY_OK;
}

by_status walk_trace(walk *w, const int32_t *digits, by_error *err) {
    w->tracks_ready = true;
    w->fresh = true;
    return walk_step(w, digits, err);
}

static uint64_t step_params(const by_plan *plan, plan_step at) {
    switch (at.kind) {
    case STEP_SOURCE:
        return plan->nodes[plan->sources[at.index]].params;
    case STEP_SERIES:
        return plan->series[at.index].params;
    case STEP_CONDITION:
        return plan->conditions[at.index].params;
    default:
        return plan->nodes[at.index].params;
    }
}

/* Lists the steps that depend on a param; the largest number of children. */
static size_t list_dynamic(walk *w) {
    const by_plan *plan = w->plan;
    int32_t children = 0;
    for (int32_t i = 0; i < plan->step_count; i++) {
        if (step_params(plan, plan->steps[i]) != 0) {
            w->dynamic[w->dynamic_count++] = plan->steps[i];
        }
    }
    for (int32_t i = 0; i < plan->node_count; i++) {
        children = later(children, plan->nodes[i].count);
    }
    return (size_t)children;
}

static void *grab(size_t count, size_t size, bool *failed) {
    void *memory = calloc(count > 0 ? count : 1, size);
    *failed = *failed || memory == NULL;
    return memory;
}

static bool allocate_parts(walk *w) {
    const by_plan *plan = w->plan;
    const size_t days = (size_t)w->day_count;
    const size_t words = (size_t)w->word_count;
    const size_t conditions = (size_t)plan->condition_count;
    const size_t nodes = (size_t)plan->node_count;
    const size_t live = (size_t)plan->live_count;
    const size_t sources = (size_t)plan->source_count;
    bool failed = !rows_open(&w->pool, plan->tree.symbol_count);
    w->asked_days = grab(words, sizeof *w->asked_days, &failed);
    w->masks = grab(conditions * words, sizeof *w->masks, &failed);
    w->flips = grab(conditions * words, sizeof *w->flips, &failed);
    w->condition_changed = grab(conditions, 1, &failed);
    w->condition_ready = grab(conditions, sizeof *w->condition_ready, &failed);
    w->rows = grab(nodes * days, sizeof *w->rows, &failed);
    w->changed = grab(nodes * words, sizeof *w->changed, &failed);
    w->node_changed = grab(nodes, 1, &failed);
    w->node_ready = grab(nodes, sizeof *w->node_ready, &failed);
    w->live = grab(live * days, sizeof *w->live, &failed);
    w->live_changed = grab(live, 1, &failed);
    w->series_ready = grab(live, sizeof *w->series_ready, &failed);
    w->growth = grab(sources * days, sizeof *w->growth, &failed);
    w->equity = grab(sources * days, sizeof *w->equity, &failed);
    w->source_changed = grab(sources, 1, &failed);
    w->dynamic = grab((size_t)plan->step_count, sizeof *w->dynamic, &failed);
    w->scratch = grab(words, sizeof *w->scratch, &failed);
    w->held_symbols = grab((size_t)plan->tree.symbol_count, 1, &failed);
    w->visited = grab(nodes, 1, &failed);
    w->values = grab(live > 0 ? days : 0, sizeof *w->values, &failed);
    return !failed;
}

static bool allocate_children(walk *w, size_t children) {
    bool failed = false;
    w->ranking = grab(children, walk_ranked_size(), &failed);
    w->child_ranks = grab(children, sizeof *w->child_ranks, &failed);
    w->child_volatilities = grab(children, sizeof *w->child_volatilities, &failed);
    w->child_rows = grab(children, sizeof *w->child_rows, &failed);
    w->child_weights = grab(children, sizeof *w->child_weights, &failed);
    w->child_dropped = grab(children, 1, &failed);
    w->child_ties = grab(children, sizeof *w->child_ties, &failed);
    w->chosen = grab(children, sizeof *w->chosen, &failed);
    w->mixed = grab(children, sizeof *w->mixed, &failed);
    return !failed;
}

by_status walk_open(walk *w, const by_columns *columns, by_range asked, by_error *err) {
    const by_plan *plan = columns->plan;
    const int32_t first = asked.first > plan->lookback ? asked.first - plan->lookback : 0;
    *w = (walk){.columns = columns,
                .plan = plan,
                .asked = asked,
                .first = first,
                .lead = asked.first - first,
                .day_count = asked.last - first + 1,
                .fresh = true,
                .tracks_ready = plan->nested};
    w->word_count = mask_words(w->day_count);
    if (!allocate_parts(w) || !allocate_children(w, list_dynamic(w))) {
        walk_close(w);
        return by_fail_nomem(err,
                             (size_t)plan->node_count * (size_t)w->day_count * sizeof *w->rows);
    }
    for (int32_t day = w->lead; day < w->day_count; day++) {
        w->asked_days[day / 64] |= (uint64_t)1 << day % 64;
    }
    return BY_OK;
}

void walk_close(walk *w) {
    rows_close(&w->pool);
    free(w->asked_days);
    free(w->masks);
    free(w->flips);
    free(w->condition_changed);
    free(w->condition_ready);
    free(w->rows);
    free(w->changed);
    free(w->node_changed);
    free(w->node_ready);
    free(w->live);
    free(w->live_changed);
    free(w->series_ready);
    free(w->growth);
    free(w->equity);
    free(w->source_changed);
    free(w->dynamic);
    free(w->needed);
    free(w->scratch);
    free(w->values);
    free(w->held_symbols);
    free(w->visited);
    free(w->ranking);
    free(w->child_ranks);
    free(w->child_volatilities);
    free(w->child_rows);
    free(w->child_weights);
    free(w->child_dropped);
    free(w->child_ties);
    free(w->chosen);
    free(w->mixed);
    memset(w, 0, sizeof *w);
}
