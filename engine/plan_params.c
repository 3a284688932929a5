/* SPDX-License-Identifier: MIT */
#include "plan_params.h"

#include <stdlib.h>
#include <string.h>

/* Which parts of the plan the digits reach, and the params met on the way. */
typedef struct reach {
    const by_plan *plan;
    int32_t digits[BY_PARAMS_MAX];
    uint8_t *nodes;
    uint8_t *conditions;
    uint8_t *series;
    uint64_t params;
} reach;

static double value_of(reach *at, const by_field *field) {
    at->params |= field_params(field);
    return plan_value(at->plan, field, at->digits);
}

/* Of a series that combines others only the shift is its own; of an indicator the windows and
 * numbers that its kind has. */
static void reach_series(reach *at, const plan_series *series) {
    const by_series *fields = &series->fields;
    const int32_t kind = (int32_t)value_of(at, &fields->kind);
    if (fields->over >= 0) {
        at->series[fields->over] = 1;
    }
    if (plan_reads_with(&at->plan->tree, fields, kind)) {
        at->series[fields->with] = 1;
    }
    value_of(at, &fields->days_ago);
    value_of(at, &fields->factor);
    value_of(at, &fields->offset);
    if (fields->form != BY_INDICATOR_OF) {
        return;
    }
    for (int32_t i = 0; i < kind_window_count(&at->plan->tree, kind); i++) {
        value_of(at, &fields->window[i]);
    }
    for (int32_t i = 0; i < kind_number_count(&at->plan->tree, kind); i++) {
        value_of(at, &fields->number[i]);
    }
    value_of(at, &fields->symbol);
    value_of(at, &fields->variant);
    value_of(at, &fields->measure);
    if (fields->node >= 0) {
        at->nodes[fields->node] = 1;
    }
}

static void reach_condition(reach *at, const by_condition *fields) {
    value_of(at, &fields->for_days);
    value_of(at, &fields->days_ago);
    value_of(at, &fields->comparator);
    value_of(at, &fields->threshold);
    value_of(at, &fields->count);
    if (fields->kind == BY_COMPARE) {
        at->series[fields->left] = 1;
        if (fields->right >= 0) {
            at->series[fields->right] = 1;
        }
    }
    for (int32_t i = 0; i < fields->child_count; i++) {
        at->conditions[at->plan->condition_links[fields->child_first + i]] = 1;
    }
}

/* Of weights by rank only those of ranks that are taken. */
static void reach_ranked(reach *at, const plan_node *node) {
    const int32_t taken = node->kind == BY_FILTER ? (int32_t)value_of(at, &node->choose) : 0;
    value_of(at, &node->ties);
    value_of(at, &node->merge);
    value_of(at, &node->empty);
    for (int32_t i = 0; i < node->count; i++) {
        const int32_t *link = at->plan->links + node->first + (size_t)i * LINK_STRIDE;
        for (int32_t k = 0; k <= LINK_VOLATILITY; k += LINK_VOLATILITY) {
            if (link[k] >= 0) {
                at->series[link[k]] = 1;
            }
        }
        if (node->kind == BY_FILTER && node->weighting == BY_WEIGH_BY_RANK && i < taken) {
            value_of(at, &at->plan->weights[node->first + i]);
        }
        at->nodes[link[LINK_CHILD]] = 1;
    }
}

static void reach_node(reach *at, const plan_node *node) {
    if (plan_is_ranked(node)) {
        reach_ranked(at, node);
        return;
    }
    value_of(at, &node->symbol);
    value_of(at, &node->low);
    value_of(at, &node->high);
    if (node->condition >= 0) {
        at->conditions[node->condition] = 1;
    }
    if (node->series >= 0) {
        at->series[node->series] = 1;
    }
    for (int32_t i = 0; i < node->count; i++) {
        const by_field *weight =
            node->kind == BY_WEIGHTED ? &at->plan->weights[node->first + i] : NULL;
        if (weight == NULL || value_of(at, weight) != 0.0 || weight->param < 0) {
            at->nodes[at->plan->links[node->first + i]] = 1;
        }
    }
}

static uint64_t trading_params(const by_plan *plan) {
    const by_field *fields = (const by_field *)(const void *)&plan->trading;
    uint64_t params = 0;
    for (size_t i = 0; i < sizeof plan->trading / sizeof *fields; i++) {
        params |= field_params(&fields[i]);
    }
    return params;
}

/* Goes down from the root: steps come after what they need. What depends on no param leads to none.
 */
static uint64_t find_active(plan_params *params, const uint16_t *digits) {
    const by_plan *plan = params->plan;
    reach at = {.plan = plan, .params = trading_params(plan)};
    at.nodes = params->reached;
    at.conditions = at.nodes + plan->node_count;
    at.series = at.conditions + plan->condition_count;
    memset(at.nodes, 0,
           (size_t)plan->node_count + (size_t)plan->condition_count + (size_t)plan->series_count);
    for (int32_t p = 0; p < plan->tree.param_count; p++) {
        at.digits[p] = digits[p] == BY_DIGIT_NONE ? 0 : digits[p];
        if (plan->tree.params[p].value_count == 1) { /* keeps its value: nothing is counted twice */
            at.params |= (uint64_t)1 << p;
        }
    }
    at.nodes[plan->root] = 1;
    for (int32_t i = plan->step_count - 1; i >= 0; i--) {
        const int32_t index = plan->steps[i].index;
        if (plan->steps[i].kind == STEP_NODE && at.nodes[index] && plan->nodes[index].params != 0) {
            reach_node(&at, &plan->nodes[index]);
        } else if (plan->steps[i].kind == STEP_CONDITION && at.conditions[index] &&
                   plan->conditions[index].params != 0) {
            reach_condition(&at, &plan->conditions[index].fields);
        } else if (plan->steps[i].kind == STEP_SERIES && at.series[index] &&
                   plan->series[index].params != 0) {
            reach_series(&at, &plan->series[index]);
        }
    }
    for (int32_t s = plan->series_count - 1; s >= 0; s--) { /* columns: no node is below them */
        if (at.series[s] && plan->series[s].live < 0 && plan->series[s].params != 0) {
            reach_series(&at, &plan->series[s]);
        }
    }
    return at.params;
}

/* Splits the classes of a param's digits by whether `field` is 0 under them, or, by `each`, by
 * digit. Fields that are never 0 split nothing. */
static void split(plan_params *at, const by_field *field, bool each) {
    const by_tree *tree = &at->plan->tree;
    const int32_t count = tree->params[field->param].value_count;
    int32_t *classes = at->classes + at->first[field->param];
    bool zero = each;
    for (int32_t d = 0; d < count && !each; d++) {
        zero = zero || tree->values[field->first + d] == 0.0;
    }
    if (!zero) {
        return;
    }
    at->choosing |= field_params(field);
    int32_t *renamed = classes + count; /* scratch behind the classes: two a class */
    memset(renamed, 0xff, 2 * (size_t)count * sizeof *renamed);
    for (int32_t d = 0; d < count; d++) {
        int32_t *name = &renamed[2 * classes[d] + (tree->values[field->first + d] == 0.0)];
        *name = *name < 0 || each ? d : *name;
        classes[d] = *name;
    }
}

static void find_choosing(plan_params *at) {
    const by_plan *plan = at->plan;
    for (int32_t i = 0; i < plan->node_count; i++) {
        const plan_node *node = &plan->nodes[i];
        for (int32_t k = 0; k < node->count && node->kind == BY_WEIGHTED; k++) {
            if (plan->weights[node->first + k].param >= 0) {
                split(at, &plan->weights[node->first + k], false);
            }
        }
        if (node->kind == BY_FILTER && node->weighting == BY_WEIGH_BY_RANK &&
            node->choose.param >= 0) {
            split(at, &node->choose, true);
        }
    }
    for (int32_t i = 0; i < plan->series_count; i++) {
        if (plan->series[i].fields.kind.param >= 0) {
            split(at, &plan->series[i].fields.kind, true);
        }
    }
}

void plan_params_close(plan_params *at) {
    intern_free(&at->combinations);
    free(at->classes);
    free(at->active);
    free(at->reached);
}

by_status plan_params_open(plan_params *at, const by_plan *plan, by_error *err) {
    *at = (plan_params){.plan = plan};
    const size_t parts =
        (size_t)plan->node_count + (size_t)plan->condition_count + (size_t)plan->series_count;
    int32_t digits = 0;
    for (int32_t p = 0; p < plan->tree.param_count; p++) {
        at->first[p] = digits;
        digits += 3 * plan->tree.params[p].value_count; /* and scratch of split */
    }
    const uint16_t none[BY_PARAMS_MAX] = {0};
    at->reached = malloc(parts);
    at->classes = calloc((size_t)digits + 1, sizeof *at->classes);
    if (at->reached == NULL || at->classes == NULL) {
        plan_params_close(at);
        return by_fail_nomem(err, parts + (size_t)digits * sizeof *at->classes);
    }
    find_choosing(at);
    at->always = at->choosing == 0 ? find_active(at, none) : 0;
    return BY_OK;
}

static by_status remember(plan_params *at, int32_t combination, uint64_t active, by_error *err) {
    if (combination >= at->active_room) {
        const int32_t room = at->active_room < 64 ? 64 : 2 * at->active_room;
        uint64_t *grown = realloc(at->active, (size_t)room * sizeof *grown);
        if (grown == NULL) {
            return by_fail_nomem(err, (size_t)room * sizeof *grown);
        }
        at->active = grown;
        at->active_room = room;
    }
    at->active[combination] = active;
    return BY_OK;
}

by_status plan_params_active(plan_params *at, const uint16_t *digits, uint64_t *out,
                             by_error *err) {
    int32_t key[BY_PARAMS_MAX];
    size_t count = 0;
    *out = at->always;
    if (at->choosing == 0) {
        return BY_OK;
    }
    for (uint64_t left = at->choosing; left != 0; left &= left - 1) {
        const int32_t p = __builtin_ctzll(left);
        key[count++] = at->classes[at->first[p] + (digits[p] == BY_DIGIT_NONE ? 0 : digits[p])];
    }
    bool added = false;
    const int32_t combination = intern_add(&at->combinations, key, count * sizeof *key, &added);
    if (combination < 0) {
        return by_fail_nomem(err, at->combinations.byte_size);
    }
    if (added) {
        by_status status = remember(at, combination, find_active(at, digits), err);
        if (status != BY_OK) {
            return status;
        }
    }
    *out = at->active[combination];
    return BY_OK;
}
