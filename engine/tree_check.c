/* SPDX-License-Identifier: MIT */
#include "tree_check.h"

#include <stdlib.h>
#include <string.h>

#include "trading.h"
#include "tree_check_parts.h"

enum { ASSIGNMENTS_MAX = 1000000 }; /* of the params of one node's weights */

#define WEIGHT_SUM_MAX (1.0 + 1e-9)
#define WEIGHT_MAX 10.0 /* of one child, up or down */

const char *tree_label(const by_tree *tree, int32_t label) {
    return label >= 0 && label < tree->label_count ? tree->labels[label] : "the tree";
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
        return check_wrong(c, "has no node; a strategy holds at least one asset or cash");
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
        return check_wrong(c, "has parts that claim each other's children");
    }
    if (tree->custom_count < 0 || tree->custom_count > BY_CUSTOMS_MAX) {
        return by_fail(c->err, BY_LIMIT,
                       "strategy: %d indicators of its own; at most %d are allowed",
                       tree->custom_count, BY_CUSTOMS_MAX);
    }
    for (int32_t i = 0; i < tree->custom_count; i++) {
        const by_custom *custom = &tree->customs[i];
        if (custom->window_count < 0 || custom->window_count > 3 || custom->number_count < 0 ||
            custom->number_count > 2 || (custom->reads & BY_READS_TIME) != 0) {
            return by_fail(
                c->err, BY_STRATEGY,
                "strategy: indicator %s has more than 3 windows, 2 numbers or reads what "
                "cannot be read",
                custom->name);
        }
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
        by_status status = check_field(c, weight, "a weight", -WEIGHT_MAX, WEIGHT_MAX, false);
        if (status != BY_OK) {
            return status;
        }
        if (weight->param >= 0 && (params >> weight->param & 1) == 0) {
            params |= (uint64_t)1 << weight->param;
            assignments *= tree->params[weight->param].value_count;
        }
    }
    if (assignments > ASSIGNMENTS_MAX) {
        return check_wrong(
            c, "its weights depend on too many params; use fewer values or fewer params");
    }
    weight_check context = {c, node};
    return tree_each_assignment(tree, params, digits, check_weight_sum, &context);
}

static by_status check_template(const checker *c, int32_t series) {
    return series >= 0 && series < c->tree->series_count && c->notes[series].is_template &&
                   c->tree->series[series].timeframe == 0
               ? BY_OK
               : check_wrong(c, "measures its children by something that is no template");
}

static by_status check_filter(const checker *c, const by_node *node) {
    const struct {
        const by_field *field;
        const char *name;
        double low, high;
    } fields[] = {{&node->count, "the number to choose", 1, BY_NODES_MAX},
                  {&node->ties, "the rule for ties", 0, BY_TIES_COUNT - 1},
                  {&node->merge, "merge", 0, 1},
                  {&node->empty, "what is held when nothing is left", 0, 1}};
    by_status status = check_template(c, node->rank);
    for (size_t i = 0; i < sizeof fields / sizeof *fields && status == BY_OK; i++) {
        status =
            check_field(c, fields[i].field, fields[i].name, fields[i].low, fields[i].high, true);
    }
    if (status != BY_OK) {
        return status;
    }
    if (node->weighting < 0 || node->weighting >= BY_WEIGHTING_COUNT) {
        return check_wrong(c, "weighs in an unknown way");
    }
    for (int32_t i = 0; i < node->child_count && node->weighting == BY_WEIGH_BY_RANK; i++) {
        status =
            check_field(c, &c->tree->weights[node->child_first + i], "a weight", 0, 1e6, false);
        if (status != BY_OK) {
            return status;
        }
    }
    return node->weighting == BY_WEIGH_INVERSE_VOL ? check_template(c, node->volatility) : BY_OK;
}

static by_status check_mixed(const checker *c, const by_node *node) {
    const by_tree *tree = c->tree;
    if (node->child_count != 2 || node->series < 0 || node->series >= tree->series_count ||
        c->notes[node->series].is_template || tree->series[node->series].timeframe != 0) {
        return check_wrong(c, "needs an indicator and two nodes to mix");
    }
    by_status status = check_field(c, &node->low, "the low value", -1e300, 1e300, false);
    return status == BY_OK ? check_field(c, &node->high, "the high value", -1e300, 1e300, false)
                           : status;
}

static by_status check_node(const checker *c, int32_t index) {
    const by_tree *tree = c->tree;
    const by_node *node = &tree->nodes[index];
    by_status status = check_children(c, tree->links, tree->link_count, node->child_first,
                                      node->child_count, index);
    if (status != BY_OK) {
        return status;
    }
    const bool leaf = node->kind == BY_CASH || node->kind == BY_ASSET || node->kind == BY_VOID;
    if (!leaf && node->child_count == 0) {
        return check_wrong(c, "has no children");
    }
    switch (node->kind) {
    case BY_CASH:
    case BY_VOID:
        return leaf && node->child_count > 0 ? check_wrong(c, "has children") : BY_OK;
    case BY_ASSET:
        return check_field(c, &node->symbol, "the ticker", 0, tree->symbol_count - 1, true);
    case BY_WEIGHTED:
        return check_weights(c, node);
    case BY_IF:
        if (node->child_count != 2 || node->condition < 0 ||
            node->condition >= tree->condition_count) {
            return check_wrong(c, "needs a condition and two branches");
        }
        return BY_OK;
    case BY_FILTER:
        return check_filter(c, node);
    case BY_INVERSE_VOL:
        return check_template(c, node->volatility);
    case BY_MIXED:
        return check_mixed(c, node);
    case BY_GROUP:
    case BY_SETTLE:
        return node->child_count == 1 ? BY_OK : check_wrong(c, "has more than its one child");
    default:
        return check_wrong(c, "is of an unknown kind");
    }
}

static by_status check_parts(checker *c) {
    const by_tree *tree = c->tree;
    tree_order order = {0, 0};
    by_status status = BY_OK;
    for (int32_t i = 0; i < tree->series_count && status == BY_OK; i++) {
        status = check_series(c, i);
    }
    for (int32_t i = 0; i < tree->condition_count && status == BY_OK; i++) {
        status = check_condition(c, i);
    }
    for (int32_t i = 0; i < tree->node_count && status == BY_OK; i++) {
        c->label = tree_label(tree, tree->nodes[i].label);
        status = check_node(c, i);
        status = status == BY_OK ? check_order(c, i, &order) : status;
    }
    return status == BY_OK ? trading_check(tree, c->err) : status;
}

by_status tree_check(const by_tree *tree, by_error *err) {
    checker c = {.tree = tree, .err = err, .label = "the tree"};
    by_status status = check_counts(&c);
    if (status != BY_OK) {
        return status;
    }
    c.notes = calloc((size_t)tree->series_count + 1, sizeof *c.notes);
    if (c.notes == NULL) {
        return by_fail_nomem(err, (size_t)tree->series_count * sizeof *c.notes);
    }
    status = check_parts(&c);
    free(c.notes);
    return status;
}
