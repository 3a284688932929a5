/* SPDX-License-Identifier: MIT
 *
 * The branches of a tree, from the root down: a branch is looked at on the days on which its parent
 * is taken, and skipped with all below it when there are none in a word.
 */
#include <stdlib.h>
#include <string.h>

#include "attribution_parts.h"
#include "walk_parts.h"

static bool splits_by_day(const by_node *node) {
    return node->kind == BY_FILTER || node->kind == BY_INVERSE_VOL || node->kind == BY_MIXED ||
           node->kind == BY_SETTLE;
}

/* Lists the branches in tree order. */
static void list_branches(branches *b) {
    by_branch *list = b->list;
    list[0] = (by_branch){.node = b->tree->node_count - 1, .parent = -1};
    int32_t parent = 0; /* of the next one */
    int32_t child = 0;  /* which of its children that is */
    b->count = 1;
    while (parent >= 0) {
        const by_node *node = branch_node(b, parent);
        if (child == node->child_count) { /* back up */
            list[parent].behind = b->count;
            child = b->slot[parent] + 1;
            parent = list[parent].parent;
            continue;
        }
        const int32_t at = b->count++;
        list[at] = (by_branch){.node = b->tree->links[node->child_first + child], .parent = parent};
        b->level[at] = b->level[parent] + 1;
        b->slot[at] = child;
        if (b->level[at] >= b->level_count) {
            b->level_count = b->level[at] + 1;
        }
        parent = at;
        child = 0;
    }
}

/* Room for what is kept by level. */
static by_status open_levels(branches *b, by_error *err) {
    const size_t levels = (size_t)b->level_count;
    int32_t *widest = calloc(levels, sizeof *widest); /* most children of one that splits by day */
    size_t tables = 0;
    for (int32_t i = 0; i < b->count && widest != NULL; i++) {
        const by_node *node = branch_node(b, i);
        int32_t *most = &widest[b->level[i]];
        if (splits_by_day(node) && node->child_count > *most) {
            tables += (size_t)(node->child_count - *most);
            *most = node->child_count;
        }
    }
    const size_t doubles = (levels + tables) * WORD_DAYS;
    const size_t size = doubles * sizeof(double) +
                        levels * (sizeof *b->taken + sizeof *b->share + sizeof *b->split);
    b->memory = widest == NULL ? NULL : calloc(1, size);
    if (b->memory == NULL) {
        free(widest);
        return by_fail_nomem(err, size);
    }
    double *table = b->memory;
    b->own = table;
    table += levels * WORD_DAYS;
    void *behind = b->own + doubles;
    b->taken = behind;
    behind = b->taken + levels;
    b->share = behind;
    behind = b->share + levels;
    b->split = behind;
    for (size_t level = 0; level < levels; level++) {
        b->split[level] = table;
        table += (size_t)widest[level] * WORD_DAYS;
    }
    free(widest);
    return BY_OK;
}

by_status branches_open(branches *b, const by_tree *tree, const by_columns *columns,
                        const int32_t *digits, by_range range, int32_t part_days, by_error *err) {
    const int64_t count = columns->plan->figures.node_count;
    *b = (branches){.tree = tree, .columns = columns, .range = range, .part = {0, -1}};
    b->level_count = 1;
    b->part_days = walk_can_move(columns->plan) ? part_days : INT32_MAX / WORD_DAYS * WORD_DAYS;
    memcpy(b->digits, digits, (size_t)tree->param_count * sizeof *digits);
    if (count > BY_BRANCHES_MAX) {
        return by_fail(err, BY_LIMIT,
                       "attribution: the tree has %lld nodes, those counted again that are used "
                       "again; at most %d can be told apart",
                       (long long)count, BY_BRANCHES_MAX);
    }
    b->list = calloc((size_t)count, sizeof *b->list);
    b->level = calloc(2 * (size_t)count, sizeof *b->level);
    if (b->list == NULL || b->level == NULL) {
        return by_fail_nomem(err, (size_t)count * sizeof *b->list);
    }
    b->slot = b->level + count;
    list_branches(b);
    by_status status = open_levels(b, err);
    const int32_t days = range.last - range.first + 1;
    return status != BY_OK ? status
                           : walk_open_part(&b->walk, columns, range,
                                            days < b->part_days ? days : b->part_days, err);
}

void branches_close(branches *b) {
    if (b->walk.memory != NULL) {
        walk_close(&b->walk);
    }
    free(b->list);
    free(b->level);
    free(b->memory);
    *b = (branches){0};
}

/* Walks the part of the sessions that has the word of a row. */
static by_status walk_to(branches *b, int32_t row, by_error *err) {
    if (row >= b->part.first && row <= b->part.last) {
        return BY_OK;
    }
    const int32_t behind = b->range.last - row / WORD_DAYS * WORD_DAYS;
    b->part.first = row;
    b->part.last = b->range.last - (behind < b->part_days ? 0 : behind - b->part_days + 1);
    walk_move(&b->walk, b->part);
    return walk_once(&b->walk, b->digits, err);
}

/* Splits by what the walk chooses on each day. */
static void split_ranked(branches *b, const plan_node *node, uint64_t days, int32_t first,
                         double *split) {
    walk *w = &b->walk;
    memset(split, 0, (size_t)node->count * WORD_DAYS * sizeof *split);
    walk_rank(w, node);
    for (uint64_t left = days; left != 0; left &= left - 1) {
        const int32_t day = __builtin_ctzll(left);
        const int32_t count = walk_choose(w, node, first + day);
        for (int32_t i = 0; i < count; i++) {
            split[(size_t)w->chosen[i] * WORD_DAYS + (size_t)day] = w->child_weights[i];
        }
    }
}

static void split_mixed(branches *b, const by_node *node, uint64_t days, int32_t first,
                        double *split) {
    const walk *w = &b->walk;
    const double *values = series_values(w, w->plan->series_of[node->series]) + first;
    const double low = by_field_value(b->tree, &node->low, b->digits);
    const double high = by_field_value(b->tree, &node->high, b->digits);
    for (uint64_t left = days; left != 0; left &= left - 1) {
        const int32_t day = __builtin_ctzll(left);
        const double share = walk_mix(values[day], low, high);
        split[day] = 1.0 - share;
        split[WORD_DAYS + day] = share;
    }
}

/* What a unit of each day becomes when VOID is given to the rest of what `node` holds; 0 where
 * there is no rest. */
static void split_settled(branches *b, int32_t node, uint64_t days, int32_t first, double *split) {
    const walk *w = &b->walk;
    const int32_t *rows = node_rows(w, w->plan->node_of[node]) + first;
    for (uint64_t left = days; left != 0; left &= left - 1) {
        const int32_t day = __builtin_ctzll(left);
        int32_t count;
        const row_entry *entry = rows_entries(&w->pool, rows[day], &count);
        const bool has_void = count > 0 && entry[count - 1].symbol == w->pool.symbol_count - 1;
        const double rest = has_void ? 1.0 - entry[count - 1].weight : 1.0;
        split[day] = rest > 1e-9 ? 1.0 / rest : 0.0;
    }
}

/* Finds how a branch that is taken splits its days over its children. */
static void split(branches *b, int32_t branch, int32_t first) {
    const by_node *node = branch_node(b, branch);
    const int32_t level = b->level[branch];
    const uint64_t days = b->taken[level];
    const by_plan *plan = b->walk.plan;
    if (node->kind == BY_FILTER || node->kind == BY_INVERSE_VOL) {
        split_ranked(b, &plan->nodes[plan->node_of[b->list[branch].node]], days, first,
                     b->split[level]);
    } else if (node->kind == BY_MIXED) {
        split_mixed(b, node, days, first, b->split[level]);
    } else if (node->kind == BY_SETTLE) {
        split_settled(b, b->tree->links[node->child_first], days, first, b->split[level]);
    }
    if (b->columns->on_demand) {
        walk_release(&b->walk);
    }
}

/* The days and shares of a branch that has `weight` of its parent's days; those of weight 0 do not
 * count unless `all` do. */
static uint64_t take_split(branches *b, const double *weight, int32_t level, bool all) {
    const double *above = b->share[level - 1];
    double *own = b->own + (size_t)level * WORD_DAYS;
    uint64_t taken = 0;
    for (uint64_t left = b->taken[level - 1]; left != 0; left &= left - 1) {
        const int32_t day = __builtin_ctzll(left);
        own[day] = above[day] * weight[day];
        taken |= (uint64_t)(all || weight[day] != 0.0) << day;
    }
    b->share[level] = own;
    return taken;
}

/* The days of a branch, from its parent's; its shares, too. */
static uint64_t take(branches *b, int32_t branch, int32_t first) {
    const int32_t level = b->level[branch];
    const int32_t slot = b->slot[branch];
    const by_node *parent = branch_node(b, b->list[branch].parent);
    const uint64_t days = b->taken[level - 1];
    if (splits_by_day(parent)) {
        return take_split(b, b->split[level - 1] + (size_t)slot * WORD_DAYS, level,
                          parent->kind == BY_SETTLE);
    }
    b->share[level] = b->share[level - 1];
    if (parent->kind == BY_IF) {
        const walk *w = &b->walk;
        const uint64_t mask =
            condition_mask(w, w->plan->condition_of[parent->condition])[first / WORD_DAYS];
        return days & (slot == 0 ? mask : ~mask);
    }
    if (parent->kind == BY_WEIGHTED) {
        const double weight =
            by_field_value(b->tree, &b->tree->weights[parent->child_first + slot], b->digits);
        double *own = b->own + (size_t)level * WORD_DAYS;
        for (int32_t day = 0; day < WORD_DAYS && weight != 1.0; day++) {
            own[day] = b->share[level - 1][day] * weight;
        }
        b->share[level] = weight != 1.0 ? own : b->share[level - 1];
        return weight != 0.0 ? days : 0;
    }
    return days;
}

/* The sessions of the word that begins with day `first` of the walk; what is held as a whole is
 * settled. */
static uint64_t take_root(branches *b, int32_t first) {
    const uint64_t days = b->walk.asked_days[first / WORD_DAYS];
    memset(b->own, 0, WORD_DAYS * sizeof *b->own);
    split_settled(b, b->list[0].node, days, first, b->own);
    b->share[0] = b->own;
    return days;
}

by_status branches_visit(branches *b, int32_t row, const leaf_visit *visit, by_error *err) {
    by_status status = walk_to(b, row, err);
    if (status != BY_OK) {
        return status;
    }
    const int32_t first = (row - b->walk.first) / WORD_DAYS * WORD_DAYS;
    for (int32_t i = 0; i < b->count;) {
        const int32_t level = b->level[i];
        const uint64_t taken = i == 0 ? take_root(b, first) : take(b, i, first);
        b->taken[level] = taken;
        b->list[i].days += __builtin_popcountll(taken);
        if (taken == 0) {
            i = b->list[i].behind;
        } else if (branch_node(b, i)->child_count > 0) {
            split(b, i, first);
            i++;
        } else {
            visit->leaf(visit->context, i, taken, b->share[level]);
            i++;
        }
    }
    return columns_failed(b->columns, err);
}
