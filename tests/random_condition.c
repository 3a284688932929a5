/* SPDX-License-Identifier: MIT */
#include "random_parts.h"

static int32_t append(random_tree *t, by_condition condition, const int32_t *children) {
    condition.child_first = t->tree.condition_link_count;
    for (int32_t c = 0; c < condition.child_count; c++) {
        t->condition_links[t->tree.condition_link_count++] = children[c];
    }
    t->conditions[t->tree.condition_count] = condition;
    return t->tree.condition_count++;
}

static by_condition blank(random_tree *t, int32_t kind) {
    by_condition condition = {.kind = kind,
                              .left = -1,
                              .right = -1,
                              .comparator = random_constant(0),
                              .threshold = random_constant(0),
                              .count = random_constant(1)};
    condition.for_days = random_rarely(t, 0.12, random_whole_from_1, 4, 1);
    condition.days_ago = random_rarely(t, 0.08, random_whole, 5, 0);
    return condition;
}

static int32_t add_compound(random_tree *t, int32_t depth) {
    int32_t children[3] = {0};
    by_condition condition =
        blank(t, BY_ALL + random_below(&t->source, BY_CONDITION_KIND_COUNT - BY_ALL));
    condition.child_count = condition.kind == BY_LATCH ? 2 : (int32_t)random_whole_from_1(t, 3);
    for (int32_t c = 0; c < condition.child_count; c++) {
        children[c] = random_condition(t, depth - 1);
    }
    if (condition.kind == BY_AT_LEAST) {
        condition.count = random_field(t, random_whole_from_1, condition.child_count);
    }
    return append(t, condition, children);
}

static int32_t add_comparison(random_tree *t) {
    by_condition condition = blank(t, BY_COMPARE);
    condition.left = random_series(t);
    if (random_chance(&t->source, 0.4)) {
        condition.right = random_other_series(t, condition.left);
    }
    condition.comparator = random_field(t, random_whole, BY_COMPARATOR_COUNT);
    condition.threshold = random_field(t, random_level, condition.left);
    return append(t, condition, NULL);
}

int32_t random_condition(random_tree *t, int32_t depth) {
    int32_t count = t->tree.condition_count;
    if (count > 0 && (random_chance(&t->source, 0.1) || count + 64 > RANDOM_NODES_MAX ||
                      t->tree.condition_link_count + 256 > RANDOM_NODES_MAX)) {
        return random_below(&t->source, count);
    }
    int32_t index =
        depth > 0 && random_chance(&t->source, 0.3) ? add_compound(t, depth) : add_comparison(t);
    if (random_chance(&t->source, 0.05)) { /* equal, written twice */
        const by_condition *twin = &t->conditions[index];
        return append(t, *twin, t->condition_links + twin->child_first);
    }
    return index;
}
