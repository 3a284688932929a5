/* SPDX-License-Identifier: MIT */
#include "random_parts.h"

#include <math.h>

by_node random_blank(int32_t kind) {
    by_field zero = random_constant(0);
    return (by_node){.kind = kind,
                     .condition = -1,
                     .label = -1,
                     .rank = -1,
                     .volatility = -1,
                     .series = -1,
                     .symbol = zero,
                     .count = zero,
                     .ties = zero,
                     .merge = zero,
                     .empty = zero,
                     .low = zero,
                     .high = zero};
}

int32_t random_node(random_tree *t, by_node node, const int32_t *children) {
    int32_t index = t->tree.node_count++;
    node.child_first = t->tree.link_count;
    t->expanded[index] = 1;
    t->depth[index] = 1;
    for (int32_t c = 0; c < node.child_count; c++) {
        int32_t child = children[c];
        t->links[t->tree.link_count] = child;
        t->weights[t->tree.link_count] = random_constant(0);
        t->tree.link_count++;
        t->expanded[index] += t->expanded[child];
        t->depth[index] =
            t->depth[child] + 1 > t->depth[index] ? t->depth[child] + 1 : t->depth[index];
    }
    t->nodes[index] = node;
    t->room--;
    return index;
}

/* At most 1 / children, so that the sum is at most 1 whatever the combo. */
static double draw_weight(random_tree *t, int32_t children) {
    double most = 1.0 / children;
    return random_chance(&t->source, 0.1)   ? 0
           : random_chance(&t->source, 0.5) ? most
                                            : most * random_fraction(&t->source);
}

/* Takes weight from one child, from cash if there is any, and gives it to another: one may be
 * short, the other above 1. */
static void shift_weight(random_tree *t, const by_node *node) {
    int32_t giver = random_below(&t->source, node->child_count);
    for (int32_t c = 0; c < node->child_count; c++) {
        giver = t->nodes[t->links[node->child_first + c]].kind == BY_CASH ? c : giver;
    }
    by_field *from = &t->weights[node->child_first + giver];
    by_field *to = &t->weights[node->child_first + random_below(&t->source, node->child_count)];
    double most = random_chance(&t->source, 0.1) ? 5 : 1;
    double x = most * random_fraction(&t->source);
    if (from->param < 0 && to->param < 0) {
        from->constant -= x;
        to->constant += x;
    }
}

/* One child for each value of a param: its weight is 1 there and 0 elsewhere. */
static void weigh_choice(random_tree *t, const by_node *node) {
    int32_t param = random_below(&t->source, t->tree.param_count);
    for (int32_t c = 0; c < node->child_count; c++) {
        by_field *weight = &t->weights[node->child_first + c];
        *weight = (by_field){.param = param, .first = t->tree.value_count};
        for (int32_t i = 0; i < t->params[param].value_count; i++) {
            t->values[t->tree.value_count++] = i % node->child_count == c;
        }
    }
}

static void weigh_children(random_tree *t, const by_node *node) {
    bool choice = t->tree.param_count > 0 && node->kind == BY_WEIGHTED &&
                  t->tree.value_count + 100 < RANDOM_VALUES_MAX && random_chance(&t->source, 0.15);
    bool whole = random_chance(&t->source, 0.4); /* the usual equal parts */
    if (choice) {
        weigh_choice(t, node);
        return;
    }
    for (int32_t c = 0; c < node->child_count; c++) {
        by_field *weight = &t->weights[node->child_first + c];
        *weight = whole ? random_constant(1.0 / node->child_count)
                        : random_field(t, draw_weight, node->child_count);
    }
    if (node->kind == BY_WEIGHTED && random_chance(&t->source, 0.1)) {
        shift_weight(t, node);
    }
}

/* What `series` crosses, and as far as 1 below or above it. */
static double draw_below(random_tree *t, int32_t unused) {
    (void)unused;
    double most = 0.5 * random_below(&t->source, 3);
    return -most * random_fraction(&t->source);
}

static double draw_above(random_tree *t, int32_t unused) {
    return -draw_below(t, unused);
}

static void add_level(random_tree *t, by_field *field, double level) {
    if (field->param < 0) {
        field->constant = level + fabs(level) * field->constant;
        return;
    }
    for (int32_t i = 0; i < t->params[field->param].value_count; i++) {
        t->values[field->first + i] = level + fabs(level) * t->values[field->first + i];
    }
}

static void set_mixed(random_tree *t, by_node *node) {
    node->series = random_series(t);
    double level = random_level(t, node->series);
    node->low = random_field(t, draw_below, 0);
    node->high = random_field(t, draw_above, 0);
    add_level(t, &node->low, level);
    add_level(t, &node->high, level);
}

static void set_filter(random_tree *t, by_node *node) {
    node->bottom = random_below(&t->source, 2);
    node->rank = random_rank(t);
    node->count = random_field(t, random_whole_from_1, node->child_count + 1);
    node->ties = random_rarely(t, 0.4, random_whole, BY_TIES_COUNT, BY_TIES_FIRST);
    node->merge = random_rarely(t, 0.3, random_whole, 2, 0);
    node->empty = random_rarely(t, 0.4, random_whole, 2, 0);
    if (random_chance(&t->source, 0.4)) {
        node->weighting = random_below(&t->source, BY_WEIGHTING_COUNT);
    }
}

static bool are_assets(const random_tree *t, int32_t count, const int32_t *nodes) {
    for (int32_t i = 0; i < count; i++) {
        if (t->nodes[nodes[i]].kind != BY_ASSET) {
            return false;
        }
    }
    return true;
}

int32_t random_parent(random_tree *t, int32_t kind, int32_t child_count, const int32_t *children) {
    by_node node = random_blank(kind);
    node.child_count = child_count;
    if (kind == BY_IF) {
        node.condition = random_condition(t, 3);
    } else if (kind == BY_MIXED) {
        set_mixed(t, &node);
    } else if (kind == BY_FILTER) {
        set_filter(t, &node);
        if (are_assets(t, child_count, children) && random_chance(&t->source, 0.1)) {
            node.rank = random_seen(t, node.rank);
        }
    }
    if (kind == BY_INVERSE_VOL || (kind == BY_FILTER && node.weighting == BY_WEIGH_INVERSE_VOL)) {
        node.volatility = random_volatility(t);
    }
    int32_t index = random_node(t, node, children);
    if (kind == BY_WEIGHTED || (kind == BY_FILTER && node.weighting == BY_WEIGH_BY_RANK)) {
        weigh_children(t, &t->nodes[index]);
    }
    return index;
}
