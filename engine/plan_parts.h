/* SPDX-License-Identifier: MIT
 *
 * The inside of a plan, for the rooms that evaluate it. Everything is distinct: equal parts have
 * one index.
 */
#ifndef BY_PLAN_PARTS_H
#define BY_PLAN_PARTS_H

#include <stdbool.h>

#include "intern.h"
#include "kind.h"
#include "plan.h"

/* In these, `params` is the set of params (bits) that the part depends on, itself or below,
 * `own_params` those of its own fields, and fields are in one canonical form, so that keys can be
 * compared as bytes. */

/* `over`, `with` and `node` are indices of the plan. A series that needs a node is live: each walk
 * computes it for itself, at position `live` of its live columns; others are columns, live < 0. */
typedef struct plan_series {
    by_series fields;
    uint64_t params;
    uint64_t own_params;
    int32_t live;
    bool has_step;
    int32_t source;        /* position in sources, when it measures a node's equity, else -1 */
    int32_t holding_first; /* in holdings: the tickers' own series, when it measures holdings */
    int32_t holding_count;
} plan_series;

typedef struct plan_holding {
    int32_t symbol;
    int32_t series;
} plan_holding;

typedef struct plan_condition {
    by_condition fields; /* left, right are plan series; children are in plan->condition_links */
    uint64_t params;
    uint64_t own_params;
} plan_condition;

/* How the links of a FILTER or INVERSE_VOL are laid out, for each child. */
enum {
    LINK_RANK,       /* the series by which it is ranked, -1 for none */
    LINK_CHILD,      /* its node */
    LINK_VOLATILITY, /* the series of its volatility, -1 for none */
    LINK_IS_ASSET,   /* 1 when it was written as an asset */
    LINK_STRIDE
};

/* All kinds of by_node_kind but GROUP. Children are links[first ..]. The plan puts a SETTLE above
 * whatever is held or measured as a whole; what is left of VOID there is cash. */
typedef struct plan_node {
    int32_t kind;
    int32_t condition;
    int32_t first;
    int32_t count;
    int32_t bottom;
    int32_t label;
    int32_t weighting;
    int32_t series;
    by_field symbol;
    by_field choose; /* FILTER: how many */
    by_field ties;
    by_field merge;
    by_field empty; /* FILTER, SETTLE: 1 when nothing is VOID, 0 when it is cash */
    by_field low;
    by_field high;
    uint64_t params;
    uint64_t own_params;
} plan_node;

/* One thing to compute, in an order in which everything comes after what it needs. */
typedef enum plan_step_kind { STEP_SOURCE, STEP_SERIES, STEP_CONDITION, STEP_NODE } plan_step_kind;

typedef struct plan_step {
    int32_t kind;
    int32_t index; /* of sources, series (a live one), conditions or nodes */
} plan_step;

struct by_plan {
    by_tree
        tree; /* values, params, symbols and labels are the plan's own copies; the rest is unset */
    by_trading trading;
    uint8_t *whole_shares; /* [symbol], or NULL when none is */
    plan_series *series;
    plan_holding *holdings;
    plan_condition *conditions;
    plan_node *nodes; /* children first */
    int32_t *links;
    by_field *weights; /* beside links, for WEIGHTED; from the first link on, for FILTER by rank */
    int32_t *condition_links;
    int32_t *sources; /* nodes whose equity is measured */
    uint8_t *early;   /* [node]: 1 when it is needed before the first session, for a source */
    plan_step *steps;
    int32_t series_count;
    int32_t holding_count;
    int32_t condition_count;
    int32_t node_count;
    int32_t link_count;
    int32_t condition_link_count;
    int32_t source_count;
    int32_t live_count;
    int32_t step_count;
    int32_t root;
    int32_t lookback; /* rows before the first session that matter; INT32_MAX for all there are */
    bool nested;      /* a part may be computable later than the last of its series */
    by_plan_figures figures;
    void *memory;          /* texts of tree */
    int32_t *series_of;    /* tree index -> plan index; -1 for templates */
    int32_t *condition_of; /* tree index -> plan index */
    int32_t *node_of;      /* tree index -> plan index */
    int32_t tree_series_count;
    int32_t tree_condition_count;
    int32_t tree_node_count;
};

/* The value of a field under `digits`. */
static inline double plan_value(const by_plan *plan, const by_field *field, const int32_t *digits) {
    return by_field_value(&plan->tree, field, digits);
}

/* The first row that matters to sessions from row `first` on, at the beginning of a mask's word. */
static inline int32_t plan_first_row(const by_plan *plan, int32_t first) {
    return first > plan->lookback ? (first - plan->lookback) / 64 * 64 : 0;
}

/* Whether a series is a column with a row a session: neither live nor of a higher timeframe. */
static inline bool plan_is_over_sessions(const plan_series *series) {
    return series->live < 0 && series->fields.timeframe == 0;
}

/* Whether a series that is of `kind`, if it is an indicator, is made of series[with], too. */
static inline bool plan_reads_with(const by_tree *tree, const by_series *fields, int32_t kind) {
    return fields->with >= 0 &&
           (fields->form != BY_INDICATOR_OF || (kind_reads(tree, kind) & BY_READS_OTHER) != 0);
}

/* How an indicator is computed under `digits`, 0 in all that it does not have; nothing but 0 for
 * what is none. */
static inline by_recipe plan_recipe(const by_plan *plan, const by_series *fields,
                                    const int32_t *digits) {
    by_recipe recipe = {.variant = 0};
    if (fields->form != BY_INDICATOR_OF) {
        return recipe;
    }
    const int32_t kind = (int32_t)plan_value(plan, &fields->kind, digits);
    recipe.variant = (int32_t)plan_value(plan, &fields->variant, digits);
    for (int32_t i = 0; i < kind_window_count(&plan->tree, kind); i++) {
        recipe.window[i] = (int32_t)plan_value(plan, &fields->window[i], digits);
    }
    for (int32_t i = 0; i < kind_number_count(&plan->tree, kind); i++) {
        recipe.number[i] = plan_value(plan, &fields->number[i], digits);
    }
    return recipe;
}

/* Whether the links of a node come LINK_STRIDE a child. */
static inline bool plan_is_ranked(const plan_node *node) {
    return node->kind == BY_FILTER || node->kind == BY_INVERSE_VOL;
}

/* The node that is child `i` of another. */
static inline int32_t plan_child(const by_plan *plan, const plan_node *node, int32_t i) {
    return plan->links[node->first + (plan_is_ranked(node) ? LINK_STRIDE * i + LINK_CHILD : i)];
}

/* The params that a step depends on, itself or below. */
static inline uint64_t plan_step_params(const by_plan *plan, plan_step step) {
    switch (step.kind) {
    case STEP_SOURCE:
        return plan->nodes[plan->sources[step.index]].params;
    case STEP_SERIES:
        return plan->series[step.index].params;
    case STEP_CONDITION:
        return plan->conditions[step.index].params;
    default:
        return plan->nodes[step.index].params;
    }
}

static inline uint64_t field_params(const by_field *field) {
    return field->param < 0 ? 0 : (uint64_t)1 << field->param;
}

#endif
