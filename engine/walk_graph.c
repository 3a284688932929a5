/* SPDX-License-Identifier: MIT */
#include "walk_graph.h"

#include <stdlib.h>
#include <string.h>

/* The walk through all pairs of a step and one that looks at it, once to count and once to list. */
typedef struct edges {
    walk_graph *graph;
    const by_plan *plan;
    const int32_t *step_of[STEP_NODE + 1]; /* [kind][index] -> step */
    int32_t to;
    bool lists;
} edges;

static void add_edge(edges *at, int32_t kind, int32_t index) {
    const int32_t from = at->step_of[kind][index];
    if (at->lists) {
        at->graph->followers[at->graph->first[from]++] = at->to;
    } else {
        at->graph->first[from + 1]++;
    }
}

/* Series that are columns change with the params alone. */
static void add_series(edges *at, int32_t series) {
    if (series >= 0 && at->plan->series[series].live >= 0) {
        add_edge(at, STEP_SERIES, series);
    }
}

static void add_series_edges(edges *at, int32_t index) {
    const plan_series *series = &at->plan->series[index];
    add_series(at, series->fields.over);
    add_series(at, series->fields.with);
    if (series->fields.node >= 0) {
        add_edge(at, STEP_NODE, series->fields.node);
    }
    if (series->source >= 0) {
        add_edge(at, STEP_SOURCE, series->source);
    }
}

static void add_condition_edges(edges *at, int32_t index) {
    const by_condition *fields = &at->plan->conditions[index].fields;
    if (fields->kind == BY_COMPARE) {
        add_series(at, fields->left);
        add_series(at, fields->right);
    }
    for (int32_t i = 0; i < fields->child_count; i++) {
        add_edge(at, STEP_CONDITION, at->plan->condition_links[fields->child_first + i]);
    }
}

static void add_node_edges(edges *at, int32_t index) {
    const plan_node *node = &at->plan->nodes[index];
    if (node->kind == BY_IF) {
        add_edge(at, STEP_CONDITION, node->condition);
    } else if (node->kind == BY_MIXED) {
        add_series(at, node->series);
    }
    for (int32_t i = 0; i < node->count; i++) {
        add_edge(at, STEP_NODE, plan_child(at->plan, node, i));
        if (plan_is_ranked(node)) {
            const int32_t *link = at->plan->links + node->first + (size_t)i * LINK_STRIDE;
            add_series(at, link[LINK_RANK]);
            add_series(at, link[LINK_VOLATILITY]);
        }
    }
}

static void add_edges(edges *at) {
    for (at->to = 0; at->to < at->plan->step_count; at->to++) {
        const plan_step step = at->plan->steps[at->to];
        switch (step.kind) {
        case STEP_SOURCE:
            add_edge(at, STEP_NODE, at->plan->sources[step.index]);
            break;
        case STEP_SERIES:
            add_series_edges(at, step.index);
            break;
        case STEP_CONDITION:
            add_condition_edges(at, step.index);
            break;
        default:
            add_node_edges(at, step.index);
            break;
        }
    }
}

static uint64_t column_params(const by_plan *plan, int32_t series) {
    return series >= 0 && plan->series[series].live < 0 ? plan->series[series].params : 0;
}

/* The params that move a step by themselves: those of its own fields and of its columns. */
static uint64_t own_params(const by_plan *plan, plan_step step) {
    if (step.kind == STEP_CONDITION) {
        const plan_condition *condition = &plan->conditions[step.index];
        const by_condition *fields = &condition->fields;
        return condition->own_params |
               (fields->kind == BY_COMPARE
                    ? column_params(plan, fields->left) | column_params(plan, fields->right)
                    : 0);
    }
    if (step.kind != STEP_NODE) {
        return plan_step_params(plan, step);
    }
    const plan_node *node = &plan->nodes[step.index];
    uint64_t params = node->own_params;
    if (node->kind == BY_MIXED) {
        params |= column_params(plan, node->series);
    }
    for (int32_t i = 0; i < node->count && plan_is_ranked(node); i++) {
        const int32_t *link = plan->links + node->first + (size_t)i * LINK_STRIDE;
        params |= column_params(plan, link[LINK_RANK]) | column_params(plan, link[LINK_VOLATILITY]);
    }
    return params;
}

static void fill_moved_by(walk_graph *graph, const by_plan *plan, bool whole) {
    for (int32_t i = 0; i < plan->step_count; i++) {
        uint64_t params =
            whole ? plan_step_params(plan, plan->steps[i]) : own_params(plan, plan->steps[i]);
        for (; params != 0; params &= params - 1) {
            const size_t param = (size_t)__builtin_ctzll(params);
            graph->moved_by[param * (size_t)graph->word_count + (size_t)i / 64] |= (uint64_t)1
                                                                                   << i % 64;
        }
    }
}

static bool fill_followers(walk_graph *graph, const by_plan *plan) {
    const int32_t counts[] = {[STEP_SOURCE] = plan->source_count,
                              [STEP_SERIES] = plan->series_count,
                              [STEP_CONDITION] = plan->condition_count,
                              [STEP_NODE] = plan->node_count};
    const int32_t all = counts[0] + counts[1] + counts[2] + counts[3];
    int32_t *step_of = malloc(((size_t)all + 1) * sizeof *step_of);
    if (step_of == NULL) {
        return false;
    }
    edges at = {.graph = graph, .plan = plan};
    int32_t *of[STEP_NODE + 1];
    for (int32_t kind = 0, base = 0; kind <= STEP_NODE; base += counts[kind++]) {
        at.step_of[kind] = of[kind] = step_of + base;
    }
    for (int32_t i = 0; i < plan->step_count; i++) {
        of[plan->steps[i].kind][plan->steps[i].index] = i;
    }
    add_edges(&at);
    for (int32_t i = 0; i < plan->step_count; i++) {
        graph->first[i + 1] += graph->first[i];
    }
    const int32_t edge_count = graph->first[plan->step_count];
    graph->followers = malloc(((size_t)edge_count + 1) * sizeof *graph->followers);
    if (graph->followers != NULL) {
        at.lists = true;
        add_edges(&at);
        /* Each `first` now stands where the next one's followers begin. */
        memmove(graph->first + 1, graph->first, (size_t)plan->step_count * sizeof *graph->first);
        graph->first[0] = 0;
    }
    free(step_of);
    return graph->followers != NULL;
}

bool walk_graph_open(walk_graph *graph, const by_plan *plan, bool whole) {
    *graph = (walk_graph){.word_count = (int32_t)STEP_WORDS(plan)};
    graph->first = calloc((size_t)plan->step_count + 2, sizeof *graph->first);
    graph->moved_by = calloc((size_t)(plan->tree.param_count + 1) * (size_t)graph->word_count,
                             sizeof *graph->moved_by);
    if (graph->first == NULL || graph->moved_by == NULL || !fill_followers(graph, plan)) {
        walk_graph_close(graph);
        return false;
    }
    fill_moved_by(graph, plan, whole);
    return true;
}

void walk_graph_close(walk_graph *graph) {
    free(graph->first);
    free(graph->followers);
    free(graph->moved_by);
    *graph = (walk_graph){0};
}
