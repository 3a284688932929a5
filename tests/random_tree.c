/* SPDX-License-Identifier: MIT */
#include "random_parts.h"

#include <string.h>

static int32_t add_leaf(random_tree *t) {
    int32_t roll = random_below(&t->source, 100);
    by_node node = random_blank(roll < 88 ? BY_ASSET : roll < 95 ? BY_CASH : BY_VOID);
    if (node.kind == BY_ASSET) {
        node.symbol = random_field(t, random_symbol, 0);
    }
    return random_node(t, node, NULL);
}

/* A filter or inverse volatility of tickers. */
static int32_t add_choice(random_tree *t) {
    int32_t children[RANDOM_CHILDREN_MAX];
    int32_t count = (int32_t)random_whole_from_1(t, RANDOM_CHILDREN_MAX);
    for (int32_t c = 0; c < count; c++) {
        bool twice = c > 0 && random_chance(&t->source, 0.15);
        children[c] = twice ? children[random_below(&t->source, c)] : add_leaf(t);
    }
    int32_t kind = random_chance(&t->source, 0.8) ? BY_FILTER : BY_INVERSE_VOL;
    return random_parent(t, kind, count, children);
}

/* A sub-tree again, node by node: equal, but nothing in common. */
static int32_t copy_node(random_tree *t, int32_t index) {
    by_node node = t->nodes[index];
    int32_t children[RANDOM_CHILDREN_MAX];
    for (int32_t c = 0; c < node.child_count; c++) {
        children[c] = copy_node(t, t->links[node.child_first + c]);
    }
    int32_t copy = random_node(t, node, children);
    memcpy(&t->weights[t->nodes[copy].child_first], &t->weights[node.child_first],
           (size_t)node.child_count * sizeof *t->weights);
    return copy;
}

/* Whether a node may measure its children: then each of them is simulated. */
static bool may_measure(random_tree *t, int32_t count, const int32_t *children) {
    for (int32_t c = 0; c < count; c++) {
        if (t->nodes[children[c]].kind != BY_ASSET && !random_measure(t, children[c])) {
            return false;
        }
    }
    return true;
}

/* What a copy of a sub-tree would have simulated inside. */
static int64_t measured_inside(const random_tree *t, int32_t index) {
    const by_node *node = &t->nodes[index];
    bool measures = node->kind == BY_FILTER || node->kind == BY_INVERSE_VOL;
    int64_t bill = 0;
    for (int32_t c = 0; c < node->child_count; c++) {
        int32_t child = t->links[node->child_first + c];
        bill += measures && t->nodes[child].kind != BY_ASSET ? t->expanded[child] : 0;
        bill += measured_inside(t, child);
    }
    return bill;
}

static int32_t add_any(random_tree *t, int32_t depth, int64_t bill);

static int32_t draw_parent(random_tree *t) {
    int32_t roll = random_below(&t->source, 100);
    return roll < 45   ? BY_IF
           : roll < 70 ? BY_WEIGHTED
           : roll < 75 ? BY_GROUP
           : roll < 78 ? BY_SETTLE
           : roll < 86 ? BY_MIXED
           : roll < 95 ? BY_FILTER
                       : BY_INVERSE_VOL;
}

static int32_t draw_child_count(random_tree *t, int32_t kind) {
    return kind == BY_GROUP || kind == BY_SETTLE ? 1
           : kind == BY_IF || kind == BY_MIXED
               ? 2
               : (int32_t)random_whole_from_1(t, RANDOM_CHILDREN_MAX);
}

/* One child carries the depth, the others are mostly shallow; none makes the whole larger than
 * `bill` when expanded. */
static int32_t add_parent(random_tree *t, int32_t depth, int64_t bill) {
    int32_t children[RANDOM_CHILDREN_MAX];
    int32_t kind = draw_parent(t);
    int32_t count = draw_child_count(t, kind);
    int32_t spine = random_below(&t->source, count);
    bill -= 1 + count;
    bool goes_on = depth > 1 && random_chance(&t->source, 0.97) && t->room > 0 &&
                   bill > 2 * RANDOM_CHILDREN_MAX + 4;
    children[spine] = goes_on ? add_parent(t, depth - 1, bill) : add_any(t, depth - 1, bill);
    bill -= t->expanded[children[spine]] - 1;
    for (int32_t c = 0; c < count; c++) {
        if (c != spine) {
            int32_t shallow = depth - 1 < 4 ? depth - 1 : 4;
            bool deep = random_chance(&t->source, 0.3);
            children[c] =
                add_any(t, deep ? depth - 1 : random_below(&t->source, shallow + 1), bill);
            bill -= t->expanded[children[c]] - 1;
        }
    }
    bool measures = kind == BY_FILTER || kind == BY_INVERSE_VOL;
    kind = measures && !may_measure(t, count, children) ? BY_WEIGHTED : kind;
    return random_parent(t, kind, count, children);
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
            int64_t measured = measured_inside(t, old);
            bool copy = t->expanded[old] < 40 && t->expanded[old] < t->room &&
                        t->measured_bill + measured <= RANDOM_MEASURED_MAX &&
                        random_chance(&t->source, 0.4);
            t->measured_bill += copy ? measured : 0;
            return copy ? copy_node(t, old) : old;
        }
    }
    if (depth <= 0 || t->room <= 0 || bill < 2 * RANDOM_CHILDREN_MAX + 4) {
        return add_leaf(t);
    }
    if (random_chance(&t->source, 0.2) && bill > 4 * RANDOM_CHILDREN_MAX) {
        return add_choice(t);
    }
    return add_parent(t, depth, bill);
}

/* Up to RANDOM_COMBOS_MAX combos. */
static void add_params(random_tree *t) {
    static const char *const names[RANDOM_PARAMS_MAX] = {"alpha", "beta", "gamma", "delta"};
    int32_t combos = 1;
    t->tree.param_count =
        random_chance(&t->source, 0.3) ? 0 : 1 + random_below(&t->source, RANDOM_PARAMS_MAX);
    for (int32_t p = 0; p < t->tree.param_count; p++) {
        int32_t count = 1 + random_below(&t->source, 5);
        count = combos * count > RANDOM_COMBOS_MAX ? 1 : count;
        combos *= count;
        t->params[p] = (by_param){.name = names[p], .value_count = count};
    }
}

void random_tree_fill(random_tree *t, const random_bars *bars, random_source *source) {
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
                        .customs = random_customs,
                        .custom_count = RANDOM_CUSTOMS,
                        .symbol_count = bars->symbol_count};
    add_params(t);
    static const double binds[] = {0.02, 0.1, 0.4};
    t->bind = binds[random_below(&t->source, 3)];
    static const double shares[] = {0.05, 0.15, 0.6};
    t->share = shares[random_below(&t->source, 3)];
    t->measure = random_chance(&t->source, 0.6) ? 0.1 : 0.5;
    t->nasty = random_chance(&t->source, 0.2);
    t->depth_max = random_chance(&t->source, 0.2) ? random_below(&t->source, 40)
                                                  : 1 + random_below(&t->source, 10);
    t->room = random_chance(&t->source, 0.1) ? 400 : 10 + random_below(&t->source, 80);
    random_trading(t);
    bool small = t->depth_max == 0 || random_chance(&t->source, 0.1);
    int32_t root = small ? add_any(t, t->depth_max, RANDOM_EXPANDED_MAX)
                         : add_parent(t, t->depth_max, RANDOM_EXPANDED_MAX);
    t->node_bill = t->expanded[root];
    *source = t->source;
}
