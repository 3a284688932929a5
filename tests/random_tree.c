/* SPDX-License-Identifier: MIT */
#include "random_tree.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { CHILDREN_MAX = 6 };

static const int32_t windows_of[] = {
#define WINDOWS(name, lua, windows, title) windows,
    BY_INDICATOR_MAP(WINDOWS)
#undef WINDOWS
};

static int32_t below(random_tree *t, int32_t count) {
    return random_below(&t->source, count);
}

static int32_t chance(random_tree *t, double p) {
    return random_chance(&t->source, p);
}

/* What a field may hold; `extra` is an indicator, a number of children, ... */
typedef double (*draw)(random_tree *t, int32_t extra);

static by_field field(random_tree *t, draw value, int32_t extra) {
    by_field f = {.constant = 0, .param = -1};
    if (t->tree.param_count == 0 || !chance(t, t->bind) ||
        t->tree.value_count + 8 > RANDOM_VALUES_MAX) {
        f.constant = value(t, extra);
        return f;
    }
    f.param = below(t, t->tree.param_count);
    f.first = t->tree.value_count;
    for (int32_t i = 0; i < t->params[f.param].value_count; i++) {
        t->values[t->tree.value_count++] = value(t, extra);
    }
    return f;
}

/* `kind` is a by_indicator; 1 only where it has a deviation for sure, or is not one. */
static double draw_window(random_tree *t, int32_t kind) {
    static const int32_t usual[] = {2, 3, 5, 10, 14, 20, 30};
    int32_t most = t->bars->session_count / 6;
    if (t->nasty && chance(t, 0.02)) {
        return chance(t, 0.5) ? 1 : 1 + below(t, 2 * t->bars->session_count);
    }
    if (chance(t, 0.6)) {
        int32_t window = usual[below(t, 7)];
        return window < most ? window : most;
    }
    return kind == BY_SMA || kind == BY_RSI || kind == BY_EMA ? 1 + below(t, most)
                                                              : 2 + below(t, most - 1);
}

static double draw_symbol(random_tree *t, int32_t unused) {
    (void)unused;
    return below(t, t->bars->symbol_count);
}

static double draw_same_windows(random_tree *t, int32_t kind) {
    int32_t other;
    do {
        other = below(t, BY_INDICATOR_COUNT);
    } while (windows_of[other] != windows_of[kind]);
    return other;
}

static double draw_comparator(random_tree *t, int32_t unused) {
    (void)unused;
    return below(t, BY_COMPARATOR_COUNT);
}

/* Where the indicator is likely to cross it, or hits it exactly. */
static double draw_threshold(random_tree *t, int32_t kind) {
    double x = random_fraction(&t->source);
    int32_t symbol = below(t, t->bars->symbol_count);
    switch (kind) {
    case BY_CLOSE:
    case BY_SMA:
    case BY_EMA:
        return t->bars->close[symbol][below(t, t->bars->bar_count[symbol])];
    case BY_RSI:
        return chance(t, 0.1) ? 50 * below(t, 3) : chance(t, 0.5) ? rint(30 + 40 * x) : 30 + 40 * x;
    case BY_STDEV_PRICE:
        return chance(t, 0.1) ? 0 : t->bars->close[symbol][0] * 0.02 * x;
    case BY_STDEV_RETURN:
        return chance(t, 0.1) ? 0 : 2 * x;
    case BY_MAX_DRAWDOWN:
        return chance(t, 0.1) ? 0 : 10 * x;
    default:
        return chance(t, 0.2) ? 0 : x - 0.5;
    }
}

static double draw_count(random_tree *t, int32_t children) {
    return 1 + below(t, children + 1);
}

/* At most 1 / children each, so that the sum is at most 1 whatever the combo. */
static double draw_weight(random_tree *t, int32_t children) {
    double most = 1.0 / children;
    return chance(t, 0.1) ? 0 : chance(t, 0.5) ? most : most * random_fraction(&t->source);
}

static double draw_given(random_tree *t, int32_t kind) {
    return chance(t, 0.5) ? kind : draw_same_windows(t, kind);
}

static void draw_indicator(random_tree *t, by_field *kind_field, by_field window[3]) {
    int32_t kind = below(t, BY_INDICATOR_COUNT);
    *kind_field = field(t, draw_given, kind);
    if (kind_field->param < 0) {
        kind = (int32_t)kind_field->constant;
    } else {
        kind = windows_of[kind] == 1 ? BY_STDEV_RETURN : kind; /* the most careful windows */
    }
    for (int32_t i = 0; i < 3; i++) {
        window[i] = (by_field){.constant = 0, .param = -1};
        if (i < windows_of[kind]) {
            window[i] = field(t, draw_window, kind);
        }
    }
}

static int32_t add_series(random_tree *t) {
    int32_t index = t->tree.series_count;
    if (index > 0 && (chance(t, 0.25) || index + 1 >= RANDOM_NODES_MAX)) {
        int32_t old = below(t, index);
        if (chance(t, 0.5) || index + 1 >= RANDOM_NODES_MAX) {
            return old;
        }
        t->series[index] = t->series[old]; /* equal, written twice */
        return t->tree.series_count++;
    }
    by_series *series = &t->series[index];
    t->tree.series_count++;
    draw_indicator(t, &series->kind, series->window);
    series->symbol = field(t, draw_symbol, 0);
    return index;
}

static int32_t add_condition(random_tree *t, int32_t depth) {
    int32_t count = t->tree.condition_count;
    if (count > 0 && (chance(t, 0.1) || count + 16 > RANDOM_NODES_MAX ||
                      t->tree.condition_link_count + 16 > RANDOM_NODES_MAX)) {
        return below(t, count);
    }
    by_condition condition = {.kind = BY_COMPARE, .left = -1, .right = -1};
    if (depth > 0 && chance(t, 0.25)) {
        int32_t children[3];
        condition.kind = BY_ALL + below(t, 3);
        condition.child_count = 1 + below(t, 3);
        for (int32_t c = 0; c < condition.child_count; c++) {
            children[c] = add_condition(t, depth - 1);
        }
        condition.child_first = t->tree.condition_link_count;
        for (int32_t c = 0; c < condition.child_count; c++) {
            t->condition_links[t->tree.condition_link_count++] = children[c];
        }
        condition.comparator.param = condition.threshold.param = -1;
    } else {
        condition.left = add_series(t);
        condition.right = chance(t, 0.4) ? add_series(t) : -1;
        by_field kind = t->series[condition.left].kind;
        double value = kind.param < 0 ? kind.constant : t->values[kind.first];
        condition.comparator = field(t, draw_comparator, 0);
        condition.threshold = field(t, draw_threshold, (int32_t)value);
    }
    t->conditions[t->tree.condition_count] = condition;
    if (chance(t, 0.05)) { /* equal, written twice */
        t->conditions[++t->tree.condition_count] = condition;
    }
    return t->tree.condition_count++;
}

/* Appends a node over `children`; the links of a node stand together. */
static int32_t add_node(random_tree *t, by_node node, const int32_t *children) {
    int32_t index = t->tree.node_count++;
    node.child_first = t->tree.link_count;
    node.label = -1;
    t->expanded[index] = 1;
    t->depth[index] = 1;
    for (int32_t c = 0; c < node.child_count; c++) {
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
    node.symbol = field(t, draw_symbol, 0);
    return add_node(t, node, NULL);
}

static int32_t add_filter(random_tree *t) {
    int32_t children[CHILDREN_MAX];
    by_node node = blank(BY_FILTER);
    node.child_count = 1 + below(t, CHILDREN_MAX);
    for (int32_t c = 0; c < node.child_count; c++) {
        bool twice = c > 0 && chance(t, 0.15);
        children[c] = twice ? children[below(t, c)] : add_asset(t);
        for (int32_t wrap = chance(t, 0.2) ? 1 + below(t, 2) : 0; wrap > 0; wrap--) {
            by_node group = blank(BY_GROUP);
            group.child_count = 1;
            children[c] = add_node(t, group, &children[c]);
        }
    }
    node.bottom = below(t, 2);
    node.count = field(t, draw_count, node.child_count);
    draw_indicator(t, &node.indicator, node.window);
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

/* One child carries the depth, the others are mostly shallow; none makes the whole larger than
 * `bill` when expanded. */
static int32_t add_parent(random_tree *t, int32_t kind, int32_t depth, int64_t bill) {
    int32_t children[CHILDREN_MAX];
    by_node node = blank(kind);
    node.child_count = kind == BY_GROUP ? 1 : kind == BY_IF ? 2 : 1 + below(t, 4);
    int32_t spine = below(t, node.child_count);
    bill -= 1 + node.child_count;
    children[spine] = add_any(t, depth - 1, bill);
    bill -= t->expanded[children[spine]] - 1;
    for (int32_t c = 0; c < node.child_count; c++) {
        if (c != spine) {
            int32_t shallow = depth - 1 < 4 ? depth - 1 : 4;
            children[c] = add_any(t, chance(t, 0.1) ? depth - 1 : below(t, shallow + 1), bill);
            bill -= t->expanded[children[c]] - 1;
        }
    }
    if (kind == BY_IF) {
        node.condition = add_condition(t, 3);
    }
    int32_t index = add_node(t, node, children);
    double whole = chance(t, 0.4); /* the usual equal parts */
    for (int32_t c = 0; kind == BY_WEIGHTED && c < node.child_count; c++) {
        by_field *weight = &t->weights[t->nodes[index].child_first + c];
        if (whole > 0) {
            weight->constant = 1.0 / node.child_count;
        } else {
            *weight = field(t, draw_weight, node.child_count);
        }
    }
    return index;
}

static int32_t add_any(random_tree *t, int32_t depth, int64_t bill) {
    int32_t count = t->tree.node_count;
    if (count > 4 && chance(t, 0.12)) {
        int32_t old = below(t, count);
        if (t->depth[old] <= depth + 1 && t->expanded[old] <= bill) {
            bool copy = t->expanded[old] < 40 && t->expanded[old] < t->room && chance(t, 0.4);
            return copy ? copy_node(t, old) : old;
        }
    }
    if (depth <= 0 || t->room <= 0 || bill < 2 * CHILDREN_MAX + 4) {
        return chance(t, 0.1) ? add_node(t, blank(BY_CASH), NULL) : add_asset(t);
    }
    int32_t roll = below(t, 100);
    if (roll < 12 && bill > 4 * CHILDREN_MAX) {
        return add_filter(t);
    }
    int32_t kind = roll < 60 ? BY_IF : roll < 88 ? BY_WEIGHTED : BY_GROUP;
    return add_parent(t, kind, depth, bill);
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
    t->tree.param_count = chance(t, 0.3) ? 0 : 1 + below(t, RANDOM_PARAMS_MAX);
    for (int32_t p = 0; p < t->tree.param_count; p++) {
        t->params[p].name = param_names[p];
        t->params[p].value_count = 1 + below(t, 5);
    }
    static const double binds[] = {0.02, 0.1, 0.4};
    t->bind = binds[below(t, 3)];
    t->nasty = chance(t, 0.2);
    t->depth_max = chance(t, 0.3) ? below(t, 41) : below(t, 10);
    t->room = chance(t, 0.2) ? 400 : 10 + below(t, 100);
    int32_t root = add_any(t, t->depth_max, RANDOM_EXPANDED_MAX); /* new, so the last node */
    t->node_bill = t->expanded[root];
    *source = t->source;
}
