/* SPDX-License-Identifier: MIT */
#include "random_parts.h"

#include <stdbool.h>
#include <string.h>

enum { CHILDREN_MAX = 6 };

/* Appends a node over `children`; the links of a node stand together. */
static int32_t add_node(random_tree *t, by_node node, const int32_t *children) {
    int32_t index = t->tree.node_count++;
    node.child_first = t->tree.link_count;
    node.label = -1;
    t->expanded[index] = 1;
    t->depth[index] = 1;
    for (int32_t c = 0; c < node.child_count && children != NULL; c++) {
        int32_t child = children[c];
        t->links[t->tree.link_count] = child;
        t->weights[t->tree.link_count] = (by_field){.constant = 0, .param = -1};
        t->tree.link_count++;
        t->expanded[index] += t->expanded[child];
        t->depth[index] =
            t->depth[child] + 1 > t->depth[index] ? t->depth[child] + 1 : t->depth[index];
    }
    t->nodes[index] = node;
    t->room--;
    return index;
}

static by_node blank(int32_t kind) {
    by_field none = {.constant = 0, .param = -1};
    return (by_node){.kind = kind,
                     .condition = -1,
                     .symbol = none,
                     .indicator = none,
                     .window = {none, none, none},
                     .count = none};
}

static int32_t add_asset(random_tree *t) {
    by_node node = blank(BY_ASSET);
    node.symbol = random_field(t, random_symbol, 0);
    return add_node(t, node, NULL);
}

static int32_t add_filter(random_tree *t) {
    int32_t children[CHILDREN_MAX];
    by_node node = blank(BY_FILTER);
    node.child_count = 1 + random_below(&t->source, CHILDREN_MAX);
    for (int32_t c = 0; c < node.child_count; c++) {
        bool twice = c > 0 && random_chance(&t->source, 0.15);
        children[c] = twice ? children[random_below(&t->source, c)] : add_asset(t);
    }
    node.bottom = random_below(&t->source, 2);
    node.count = random_field(t, random_count, node.child_count);
    random_indicator(t, &node.indicator, node.window);
    return add_node(t, node, children);
}

/* A sub-tree again, node by node: equal, but nothing in common. */
static int32_t copy_node(random_tree *t, int32_t index) {
    by_node node = t->nodes[index];
    int32_t children[CHILDREN_MAX];
    for (int32_t c = 0; c < node.child_count; c++) {
        children[c] = copy_node(t, t->links[node.child_first + c]);
    }
    int32_t first = node.child_first;
    int32_t copy = add_node(t, node, children);
    t->nodes[copy].label = node.label;
    memcpy(&t->weights[t->nodes[copy].child_first], &t->weights[first],
           (size_t)node.child_count * sizeof *t->weights);
    return copy;
}

static int32_t add_any(random_tree *t, int32_t depth, int64_t bill);
static int32_t add_parent(random_tree *t, int32_t kind, int32_t depth, int64_t bill);

static int32_t draw_parent(random_tree *t) {
    int32_t roll = random_below(&t->source, 100);
    return roll < 55 ? BY_IF : roll < 87 ? BY_WEIGHTED : BY_GROUP;
}

/* One child carries the depth, the others are mostly shallow; none makes the whole larger than
 * `bill` when expanded. */
static int32_t add_parent(random_tree *t, int32_t kind, int32_t depth, int64_t bill) {
    int32_t children[CHILDREN_MAX];
    by_node node = blank(kind);
    node.child_count = kind == BY_GROUP ? 1
                       : kind == BY_IF  ? 2
                                        : 1 + random_below(&t->source, CHILDREN_MAX);
    int32_t spine = random_below(&t->source, node.child_count);
    bill -= 1 + node.child_count;
    bool goes_on =
        depth > 1 && random_chance(&t->source, 0.97) && t->room > 0 && bill > 2 * CHILDREN_MAX + 4;
    children[spine] =
        goes_on ? add_parent(t, draw_parent(t), depth - 1, bill) : add_any(t, depth - 1, bill);
    bill -= t->expanded[children[spine]] - 1;
    for (int32_t c = 0; c < node.child_count; c++) {
        if (c != spine) {
            int32_t shallow = depth - 1 < 4 ? depth - 1 : 4;
            children[c] = add_any(
                t,
                random_chance(&t->source, 0.3) ? depth - 1 : random_below(&t->source, shallow + 1),
                bill);
            bill -= t->expanded[children[c]] - 1;
        }
    }
    if (kind == BY_IF) {
        node.condition = random_condition(t, 3);
    }
    int32_t index = add_node(t, node, children);
    double whole = random_chance(&t->source, 0.4); /* the usual equal parts */
    for (int32_t c = 0; kind == BY_WEIGHTED && c < node.child_count; c++) {
        by_field *weight = &t->weights[t->nodes[index].child_first + c];
        if (whole > 0) {
            weight->constant = 1.0 / node.child_count;
        } else {
            *weight = random_field(t, random_weight, node.child_count);
        }
    }
    return index;
}

static int32_t add_any(random_tree *t, int32_t depth, int64_t bill) {
    int32_t count = t->tree.node_count;
    if (count > 4 && random_chance(&t->source, t->share)) {
        int32_t old = random_below(&t->source, count);
        for (int32_t i = 0; i < 3; i++) { /* rather a large one */
            int32_t other = random_below(&t->source, count);
            old =
                t->depth[other] <= depth + 1 && t->expanded[other] > t->expanded[old] ? other : old;
        }
        if (t->depth[old] <= depth + 1 && t->expanded[old] <= bill) {
            bool copy = t->expanded[old] < 40 && t->expanded[old] < t->room &&
                        random_chance(&t->source, 0.4);
            return copy ? copy_node(t, old) : old;
        }
    }
    if (depth <= 0 || t->room <= 0 || bill < 2 * CHILDREN_MAX + 4) {
        return random_chance(&t->source, 0.1) ? add_node(t, blank(BY_CASH), NULL) : add_asset(t);
    }
    if (random_chance(&t->source, 0.25) && bill > 4 * CHILDREN_MAX) {
        return add_filter(t);
    }
    return add_parent(t, draw_parent(t), depth, bill);
}

void random_tree_fill(random_tree *t, const random_bars *bars, random_source *source) {
    static const char *const param_names[RANDOM_PARAMS_MAX] = {"alpha", "beta", "gamma", "delta"};
    memset(t, 0, sizeof *t);
    t->source = *source;
    t->bars = bars;
    t->tree = (by_tree){.nodes = t->nodes,
                        .series = t->series,
                        .conditions = t->conditions,
                        .links = t->links,
                        .weights = t->weights,
                        .condition_links = t->condition_links,
                        .values = t->values,
                        .params = t->params,
                        .symbols = bars->names,
                        .symbol_count = bars->symbol_count};
    t->tree.param_count =
        random_chance(&t->source, 0.3) ? 0 : 1 + random_below(&t->source, RANDOM_PARAMS_MAX);
    for (int32_t p = 0; p < t->tree.param_count; p++) {
        t->params[p].name = param_names[p];
        t->params[p].value_count = 1 + random_below(&t->source, 5);
    }
    static const double binds[] = {0.02, 0.1, 0.4};
    t->bind = binds[random_below(&t->source, 3)];
    static const double shares[] = {0.05, 0.15, 0.6};
    t->share = shares[random_below(&t->source, 3)];
    t->nasty = random_chance(&t->source, 0.2);
    t->depth_max = random_chance(&t->source, 0.3) ? random_below(&t->source, 40)
                                                  : 1 + random_below(&t->source, 12);
    t->room = random_chance(&t->source, 0.2) ? 500 : 10 + random_below(&t->source, 120);
    bool small = t->depth_max == 0 || random_chance(&t->source, 0.1);
    int32_t root = small ? add_any(t, t->depth_max, RANDOM_EXPANDED_MAX)
                         : add_parent(t, draw_parent(t), t->depth_max, RANDOM_EXPANDED_MAX);
    t->node_bill = t->expanded[root];
    *source = t->source;
}
