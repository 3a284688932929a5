/* SPDX-License-Identifier: MIT
 *
 * The inside of a plan, for the rooms that evaluate it. Everything is distinct: equal parts have
 * one index.
 */
#ifndef BY_PLAN_PARTS_H
#define BY_PLAN_PARTS_H

#include "intern.h"
#include "plan.h"

/* In these, `params` is the set of params (bits) that the part depends on, itself or below, and
 * fields are in one canonical form, so that keys can be compared as bytes. */
typedef struct plan_series {
    by_series fields;
    uint64_t params;
} plan_series;

typedef struct plan_condition {
    by_condition fields; /* left, right are plan series; children are in plan->condition_links */
    uint64_t params;
    uint64_t own_params; /* of the comparator, the threshold and the series */
} plan_condition;

/* CASH, ASSET, WEIGHTED, IF or FILTER. Children of a node are links[first ..]; a FILTER's links are
 * pairs: the plan series by which the child is ranked, then the ASSET node of the child. */
typedef struct plan_node {
    int32_t kind;
    int32_t condition;
    int32_t first;
    int32_t count;
    int32_t bottom;
    int32_t label;
    by_field symbol;
    by_field choose; /* FILTER: how many */
    uint64_t params;
    uint64_t own_params; /* of its own fields: symbol, weights, ranking */
} plan_node;

struct by_plan {
    by_tree
        tree; /* values, params, symbols and labels are the plan's own copies; the rest is unset */
    plan_series *series;
    plan_condition *conditions;
    plan_node *nodes; /* children first */
    int32_t *links;
    by_field *weights; /* beside links, for WEIGHTED */
    int32_t *condition_links;
    int32_t series_count;
    int32_t condition_count;
    int32_t node_count;
    int32_t link_count;
    int32_t condition_link_count;
    int32_t root;
    by_plan_figures figures;
    void *memory; /* texts of tree */
};

/* The value of a field under `digits`. */
static inline double plan_value(const by_plan *plan, const by_field *field, const int32_t *digits) {
    return by_field_value(&plan->tree, field, digits);
}

#endif
