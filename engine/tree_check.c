/* SPDX-License-Identifier: MIT */
#include "tree_check.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "indicator.h"

enum { ASSIGNMENTS_MAX = 1000000 }; /* of the params of one node's weights */

#define WEIGHT_SUM_MAX (1.0 + 1e-9)

typedef struct checker {
    const by_tree *tree;
    by_error *err;
    const char *label; /* of the node or condition at hand */
} checker;

const char *tree_label(const by_tree *tree, int32_t label) {
    return label >= 0 && label < tree->label_count ? tree->labels[label] : "the tree";
}

static by_status wrong(const checker *c, const char *what) {
    return by_fail(c->err, BY_STRATEGY, "strategy: %s: %s", c->label, what);
}

static by_status check_counts(const checker *c) {
    const by_tree *tree = c->tree;
    const int32_t counts[] = {tree->node_count, tree->series_count, tree->condition_count,
                              tree->link_count, tree->condition_link_count};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        if (counts[i] < 0 || counts[i] > BY_NODES_MAX) {
            return by_fail(c->err, BY_LIMIT,
                           "strategy: the tree has %d parts of one kind; at most %d are allowed",
                           counts[i], BY_NODES_MAX);
        }
    }
    if (tree->node_count == 0) {
        return wrong(c, "has no node; a strategy holds at least one asset or cash");
    }
    if (tree->param_count < 0 || tree->param_count > BY_PARAMS_MAX) {
        return by_fail(c->err, BY_LIMIT, "strategy: %d params; at most %d are allowed",
                       tree->param_count, BY_PARAMS_MAX);
    }
    if (tree->symbol_count < 1 || tree->symbol_count > BY_SYMBOLS_MAX) {
        return by_fail(c->err, BY_LIMIT, "strategy: %d tickers; 1 to %d are allowed",
                       tree->symbol_count, BY_SYMBOLS_MAX);
    }
    int64_t links = 0;
    int64_t condition_links = 0;
    for (int32_t i = 0; i < tree->node_count; i++) {
        links += tree->nodes[i].child_count > 0 ? tree->nodes[i].child_count : 0;
    }
    for (int32_t i = 0; i < tree->condition_count; i++) {
        condition_links +=
            tree->conditions[i].child_count > 0 ? tree->conditions[i].child_count : 0;
    }
    if (links > tree->link_count || condition_links > tree->condition_link_count) {
        return wrong(c, "has parts that claim each other's children");
    }
    for (int32_t p = 0; p < tree->param_count; p++) {
        if (tree->params[p].value_count < 1 || tree->params[p].value_count > UINT16_MAX) {
            return by_fail(c->err, BY_STRATEGY,
                           "strategy: param %s has %d values; 1 to %d are allowed",
                           tree->params[p].name, tree->params[p].value_count, UINT16_MAX);
        }
    }
    return BY_OK;
}

/* Every value of a field lies in low .. high and is whole when it has to be. */
static by_status check_field(const checker *c, const by_field *field, const char *name, double low,
                             double high, bool whole) {
    const by_tree *tree = c->tree;
    const double *values = &field->constant;
    int32_t count = 1;
    if (field->param >= 0) {
        if (field->param >= tree->param_count) {
            return wrong(c, "refers to a param that does not exist");
        }
        count = tree->params[field->param].value_count;
        if (field->first < 0 || field->first > tree->value_count - count) {
            return wrong(c, "has too few values for its param");
        }
        values = tree->values + field->first;
    }
    for (int32_t i = 0; i < count; i++) {
        if (!(values[i] >= low && values[i] <= high) || (whole && values[i] != floor(values[i]))) {
            return by_fail(c->err, BY_STRATEGY,
                           "strategy: %s: %s must be %s from %.10g to %.10g, not %.10g", c->label,
                           name, whole ? "a whole number" : "a number", low, high, values[i]);
        }
    }
    return BY_OK;
}

static by_status check_indicator(const checker *c, const by_field *kind, const by_field *window) {
    const by_tree *tree = c->tree;
    by_status status = check_field(c, kind, "the indicator", 0, BY_INDICATOR_COUNT - 1, true);
    int32_t windows = 0;
    if (status != BY_OK) {
        return status;
    }
    const int32_t count = kind->param < 0 ? 1 : tree->params[kind->param].value_count;
    for (int32_t i = 0; i < count; i++) {
        double value = kind->param < 0 ? kind->constant : tree->values[kind->first + i];
        int32_t needed = by_indicator_window_count((int32_t)value);
        windows = needed > windows ? needed : windows;
    }
    for (int32_t w = 0; w < windows && status == BY_OK; w++) {
        status = check_field(c, &window[w], "the window", 1, BY_WINDOW_MAX, true);
    }
    return status;
}

static by_status check_series(const checker *c, int32_t index) {
    const by_series *series = &c->tree->series[index];
    by_status status = check_indicator(c, &series->kind, series->window);
    return status != BY_OK
               ? status
               : check_field(c, &series->symbol, "the ticker", 0, c->tree->symbol_count - 1, true);
}

static by_status check_children(const checker *c, const int32_t *links, int32_t link_count,
                                int32_t first, int32_t count, int32_t limit) {
    if (count < 0 || first < 0 || first > link_count - count) {
        return wrong(c, "has children that are out of range");
    }
    for (int32_t i = first; i < first + count; i++) {
        if (links[i] < 0 || links[i] >= limit) {
            return wrong(c, "has a child that does not come before it");
        }
    }
    return BY_OK;
}

static by_status check_condition(const checker *c, int32_t index) {
    const by_tree *tree = c->tree;
    const by_condition *condition = &tree->conditions[index];
    if (condition->kind < 0 || condition->kind >= BY_CONDITION_KIND_COUNT) {
        return wrong(c, "has a condition of an unknown kind");
    }
    if (condition->kind != BY_COMPARE) {
        if (condition->child_count < 1) {
            return wrong(c, "has an all, any or none without a condition in it");
        }
        return check_children(c, tree->condition_links, tree->condition_link_count,
                              condition->child_first, condition->child_count, index);
    }
    if (condition->left < 0 || condition->left >= tree->series_count ||
        condition->right >= tree->series_count) {
        return wrong(c, "compares an indicator that does not exist");
    }
    by_status status =
        check_field(c, &condition->comparator, "the comparator", 0, BY_COMPARATOR_COUNT - 1, true);
    if (status == BY_OK && condition->right < 0) {
        status = check_field(c, &condition->threshold, "the threshold", -1e300, 1e300, false);
    }
    return status;
}

by_status tree_each_assignment(const by_tree *tree, uint64_t params, int32_t *digits,
                               by_status (*visit)(void *context, const int32_t *digits),
                               void *context) {
    memset(digits, 0, BY_PARAMS_MAX * sizeof *digits);
    for (;;) {
        by_status status = visit(context, digits);
        if (status != BY_OK) {
            return status;
        }
        int32_t p = 0;
        for (; p < tree->param_count; p++) {
            if ((params >> p & 1) == 0) {
                continue;
            }
            if (++digits[p] < tree->params[p].value_count) {
                break;
            }
            digits[p] = 0;
        }
        if (p >= tree->param_count) {
            return BY_OK;
        }
    }
}

typedef struct weight_check {
    const checker *checker;
    const by_node *node;
} weight_check;

static by_status check_weight_sum(void *context, const int32_t *digits) {
    const weight_check *at = context;
    const by_tree *tree = at->checker->tree;
    double sum = 0.0;
    for (int32_t i = 0; i < at->node->child_count; i++) {
        sum += by_field_value(tree, &tree->weights[at->node->child_first + i], digits);
    }
    if (sum > WEIGHT_SUM_MAX) {
        return by_fail(
            at->checker->err, BY_STRATEGY,
            "strategy: %s: its weights sum to %.10g; at most 1 can be held, so lower them",
            at->checker->label, sum);
    }
    return BY_OK;
}

static by_status check_weights(const checker *c, const by_node *node) {
    const by_tree *tree = c->tree;
    uint64_t params = 0;
    double assignments = 1.0;
    int32_t digits[BY_PARAMS_MAX];
    for (int32_t i = 0; i < node->child_count; i++) {
        const by_field *weight = &tree->weights[node->child_first + i];
        by_status status = check_field(c, weight, "a weight", 0, WEIGHT_SUM_MAX, false);
        if (status != BY_OK) {
            return status;
        }
        if (weight->param >= 0 && (params >> weight->param & 1) == 0) {
            params |= (uint64_t)1 << weight->param;
            assignments *= tree->params[weight->param].value_count;
        }
    }
    if (assignments > ASSIGNMENTS_MAX) {
        return wrong(c, "its weights depend on too many params; use fewer values or fewer params");
    }
    weight_check context = {c, node};
    return tree_each_assignment(tree, params, digits, check_weight_sum, &context);
}

static by_status check_filter(const checker *c, const by_node *node) {
    const by_tree *tree = c->tree;
    if (node->child_count < 1) {
        return wrong(c, "has nothing to choose from");
    }
    for (int32_t i = 0; i < node->child_count; i++) {
        if (tree->nodes[tree->links[node->child_first + i]].kind != BY_ASSET) {
            return wrong(c, "a filter over anything but tickers is not supported yet");
        }
    }
    by_status status = check_field(c, &node->count, "the number to choose", 1, BY_NODES_MAX, true);
    return status != BY_OK ? status : check_indicator(c, &node->indicator, node->window);
}

static by_status check_node(const checker *c, int32_t index) {
    const by_tree *tree = c->tree;
    const by_node *node = &tree->nodes[index];
    by_status status = check_children(c, tree->links, tree->link_count, node->child_first,
                                      node->child_count, index);
    if (status != BY_OK) {
        return status;
    }
    switch (node->kind) {
    case BY_CASH:
        return BY_OK;
    case BY_ASSET:
        return check_field(c, &node->symbol, "the ticker", 0, tree->symbol_count - 1, true);
    case BY_WEIGHTED:
        return node->child_count > 0 ? check_weights(c, node) : wrong(c, "has no children");
    case BY_IF:
        if (node->child_count != 2 || node->condition < 0 ||
            node->condition >= tree->condition_count) {
            return wrong(c, "needs a condition and two branches");
        }
        return BY_OK;
    case BY_FILTER:
        return check_filter(c, node);
    case BY_GROUP:
        return node->child_count == 1 ? BY_OK : wrong(c, "a group has one child");
    default:
        return wrong(c, "is of an unknown kind");
    }
}

by_status tree_check(const by_tree *tree, by_error *err) {
    checker c = {tree, err, "the tree"};
    by_status status = check_counts(&c);
    for (int32_t i = 0; i < tree->series_count && status == BY_OK; i++) {
        status = check_series(&c, i);
    }
    for (int32_t i = 0; i < tree->condition_count && status == BY_OK; i++) {
        status = check_condition(&c, i);
    }
    for (int32_t i = 0; i < tree->node_count && status == BY_OK; i++) {
        c.label = tree_label(tree, tree->nodes[i].label);
        status = check_node(&c, i);
    }
    return status;
}
