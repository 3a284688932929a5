/* SPDX-License-Identifier: MIT */
#include "walk.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mask.h"

enum { POOL_BYTES_MAX = 256 << 20 };

/* A child of a filter on one day. */
typedef struct ranked {
    double key;
    int32_t child; /* position in the filter */
} ranked;

/* A child of a weighted node. */
typedef struct weighted {
    const int32_t *rows;
    double weight;
} weighted;

static uint64_t *condition_mask(const walk *w, int32_t condition) {
    return w->masks + (size_t)condition * (size_t)w->word_count;
}

static uint64_t *condition_flips(const walk *w, int32_t condition) {
    return w->flips + (size_t)condition * (size_t)w->word_count;
}

static int32_t *node_rows(const walk *w, int32_t node) {
    return w->rows + (size_t)node * (size_t)w->day_count;
}

static uint64_t *node_days(const walk *w, int32_t node) {
    return w->changed + (size_t)node * (size_t)w->word_count;
}

const int32_t *walk_root(const walk *w) {
    return node_rows(w, w->plan->root);
}

const uint64_t *walk_root_changed(const walk *w) {
    return w->node_changed[w->plan->root] ? node_days(w, w->plan->root) : NULL;
}

/* --- conditions --- */

static void evaluate_compare(const walk *w, const by_condition *condition, uint64_t *out) {
    const by_plan *plan = w->plan;
    const double *left = columns_of(w->columns, condition->left, w->digits) + w->first;
    const double *right = NULL;
    double threshold = 0.0;
    if (condition->right >= 0) {
        right = columns_of(w->columns, condition->right, w->digits) + w->first;
    } else {
        threshold = plan_value(plan, &condition->threshold, w->digits);
    }
    mask_compare((int32_t)plan_value(plan, &condition->comparator, w->digits), left, right,
                 threshold, w->day_count, out);
}

static void evaluate_compound(const walk *w, const by_condition *condition, uint64_t *out) {
    const bool all = condition->kind == BY_ALL;
    for (int32_t k = 0; k < w->word_count; k++) {
        uint64_t word = all ? ~(uint64_t)0 : 0;
        for (int32_t i = 0; i < condition->child_count; i++) {
            int32_t child = w->plan->condition_links[condition->child_first + i];
            uint64_t bits = condition_mask(w, child)[k];
            word = all ? word & bits : word | bits;
        }
        out[k] = condition->kind == BY_NONE ? ~word : word;
    }
    out[w->word_count - 1] &= mask_tail(w->day_count);
}

static bool children_flipped(const walk *w, const by_condition *condition) {
    for (int32_t i = 0; i < condition->child_count; i++) {
        if (w->condition_changed[w->plan->condition_links[condition->child_first + i]]) {
            return true;
        }
    }
    return false;
}

static void step_condition(walk *w, int32_t index, uint64_t moved) {
    const plan_condition *condition = &w->plan->conditions[index];
    uint64_t *mask = condition_mask(w, index);
    uint64_t *flips = condition_flips(w, index);
    if (!w->fresh && (condition->own_params & moved) == 0 &&
        !children_flipped(w, &condition->fields)) {
        return;
    }
    if (condition->fields.kind == BY_COMPARE) {
        evaluate_compare(w, &condition->fields, w->scratch);
    } else {
        evaluate_compound(w, &condition->fields, w->scratch);
    }
    uint64_t any = 0;
    for (int32_t k = 0; k < w->word_count; k++) {
        flips[k] = mask[k] ^ w->scratch[k];
        mask[k] = w->scratch[k];
        any |= flips[k];
    }
    w->condition_changed[index] = any != 0 || w->fresh;
    w->nodes_computed++;
}

/* --- nodes: each sets its rows on the days of `days`, and takes from `days` those that stay as
 * they were --- */

/* Calls `body` with `day` for each bit of a mask. */
#define EACH_DAY(days, word_count, day, body)                                                      \
    for (int32_t k_ = 0; k_ < (word_count); k_++) {                                                \
        for (uint64_t bits_ = (days)[k_]; bits_ != 0; bits_ &= bits_ - 1) {                        \
            const int32_t day = 64 * k_ + __builtin_ctzll(bits_);                                  \
            body                                                                                   \
        }                                                                                          \
    }

static void set_row(int32_t *rows, uint64_t *days, int32_t day, int32_t row) {
    if (rows[day] == row) {
        days[day / 64] &= ~((uint64_t)1 << day % 64);
    } else {
        rows[day] = row;
    }
}

static void all_days(const walk *w, uint64_t *days) {
    memset(days, 0xff, (size_t)w->word_count * sizeof *days);
    days[w->word_count - 1] = mask_tail(w->day_count);
}

/* Adds the days on which a child changed: of all days when `within` is NULL, else of those in
 * within ^ invert. */
static void add_changed(const walk *w, int32_t child, const uint64_t *within, uint64_t invert,
                        uint64_t *days) {
    if (w->node_changed[child]) {
        const uint64_t *from = node_days(w, child);
        for (int32_t k = 0; k < w->word_count; k++) {
            days[k] |= from[k] & (within == NULL ? ~(uint64_t)0 : within[k] ^ invert);
        }
    }
}

static void step_if(walk *w, const plan_node *node, int32_t *rows, uint64_t *days) {
    const uint64_t *mask = condition_mask(w, node->condition);
    const int32_t *links = w->plan->links + node->first;
    const int32_t *yes = node_rows(w, links[0]);
    const int32_t *no = node_rows(w, links[1]);
    if (!w->fresh) {
        if (w->condition_changed[node->condition]) {
            memcpy(days, condition_flips(w, node->condition), (size_t)w->word_count * sizeof *days);
        }
        add_changed(w, links[0], mask, 0, days);
        add_changed(w, links[1], mask, ~(uint64_t)0, days);
    }
    EACH_DAY(days, w->word_count, day, {
        bool holds = mask[day / 64] >> day % 64 & 1;
        set_row(rows, days, day, holds ? yes[day] : no[day]);
    })
}

static void step_weighted(walk *w, const plan_node *node, bool own, int32_t *rows, uint64_t *days) {
    const int32_t *links = w->plan->links + node->first;
    const by_field *weights = w->plan->weights + node->first;
    weighted *children = w->children;
    int32_t count = 0;
    for (int32_t i = 0; i < node->count; i++) {
        double weight = plan_value(w->plan, &weights[i], w->digits);
        if (!own) {
            add_changed(w, links[i], NULL, 0, days);
        }
        if (weight != 0.0) {
            children[count++] = (weighted){node_rows(w, links[i]), weight};
        }
    }
    EACH_DAY(days, w->word_count, day, {
        int32_t row = ROW_CASH;
        for (int32_t i = 0; i < count; i++) {
            row = rows_blend(&w->pool, row, children[i].rows[day], children[i].weight);
        }
        set_row(rows, days, day, row);
    })
}

/* Ranks the children of a filter on one day into w->ranking; returns how many have a value. Values
 * are compared after rounding to a multiple of 1e-9, and what ties keeps its order. */
static int32_t rank_children(walk *w, const plan_node *node, const double *const *values,
                             int32_t day) {
    ranked *ranking = w->ranking;
    int32_t count = 0;
    for (int32_t child = 0; child < node->count; child++) {
        double value = values[child][day];
        if (isnan(value)) {
            continue;
        }
        double key = node->bottom ? -rint(value * 1e9) : rint(value * 1e9);
        int32_t at = count++;
        for (; at > 0 && ranking[at - 1].key < key; at--) {
            ranking[at] = ranking[at - 1];
        }
        ranking[at] = (ranked){key, child};
    }
    return count;
}

static void step_filter(walk *w, const plan_node *node, int32_t *rows, uint64_t *days) {
    const int32_t *pairs = w->plan->links + node->first;
    const double **values = malloc((size_t)node->count * sizeof *values);
    if (values == NULL) {
        w->pool.failed = true;
        return;
    }
    for (int32_t i = 0; i < node->count; i++) {
        values[i] = columns_of(w->columns, pairs[2 * i], w->digits) + w->first;
    }
    const int32_t choose = (int32_t)plan_value(w->plan, &node->choose, w->digits);
    EACH_DAY(days, w->word_count, day, {
        int32_t count = rank_children(w, node, values, day);
        int32_t row = ROW_CASH;
        count = count < choose ? count : choose;
        for (int32_t i = 0; i < count; i++) {
            int32_t child = pairs[2 * w->ranking[i].child + 1];
            row = rows_blend(&w->pool, row, node_rows(w, child)[day], 1.0 / count);
        }
        set_row(rows, days, day, row);
    })
    free(values);
}

static void step_asset(walk *w, const plan_node *node, int32_t *rows, uint64_t *days) {
    int32_t row = rows_asset(&w->pool, (int32_t)plan_value(w->plan, &node->symbol, w->digits));
    EACH_DAY(days, w->word_count, day, { set_row(rows, days, day, row); })
}

static bool inputs_changed(const walk *w, const plan_node *node) {
    const int32_t *links = w->plan->links + node->first;
    if (node->kind == BY_IF) {
        return w->condition_changed[node->condition] || w->node_changed[links[0]] ||
               w->node_changed[links[1]];
    }
    for (int32_t i = 0; i < node->count && node->kind == BY_WEIGHTED; i++) {
        if (w->node_changed[links[i]]) {
            return true;
        }
    }
    return false;
}

static void step_node(walk *w, int32_t index, uint64_t moved) {
    const plan_node *node = &w->plan->nodes[index];
    const bool own = w->fresh || (node->own_params & moved) != 0;
    if (!own && !inputs_changed(w, node)) {
        return;
    }
    int32_t *rows = node_rows(w, index);
    uint64_t *days = node_days(w, index);
    if (own) {
        all_days(w, days);
    } else {
        memset(days, 0, (size_t)w->word_count * sizeof *days);
    }
    switch (node->kind) {
    case BY_IF:
        step_if(w, node, rows, days);
        break;
    case BY_WEIGHTED:
        step_weighted(w, node, own, rows, days);
        break;
    case BY_FILTER:
        step_filter(w, node, rows, days);
        break;
    case BY_ASSET:
        step_asset(w, node, rows, days);
        break;
    default:
        EACH_DAY(days, w->word_count, day, { set_row(rows, days, day, ROW_CASH); })
        break;
    }
    uint64_t any = 0;
    for (int32_t k = 0; k < w->word_count; k++) {
        any |= days[k];
    }
    w->node_changed[index] = any != 0;
    w->nodes_computed++;
}

by_status walk_step(walk *w, const int32_t *digits, by_error *err) {
    const by_plan *plan = w->plan;
    uint64_t moved = 0;
    for (int32_t p = 0; p < plan->tree.param_count; p++) {
        moved |= (uint64_t)(w->digits[p] != digits[p]) << p;
        w->digits[p] = digits[p];
    }
    w->fresh = w->fresh || rows_size_bytes(&w->pool) > POOL_BYTES_MAX;
    memset(w->condition_changed, 0, (size_t)plan->condition_count);
    memset(w->node_changed, 0, (size_t)plan->node_count);
    if (w->fresh) {
        /* -1 is no row: every day of every node counts as changed. */
        memset(w->rows, 0xff, (size_t)plan->node_count * (size_t)w->day_count * sizeof *w->rows);
        rows_clear(&w->pool);
        for (int32_t i = 0; i < plan->condition_count; i++) {
            step_condition(w, i, moved);
        }
        for (int32_t i = 0; i < plan->node_count; i++) {
            step_node(w, i, moved);
        }
    } else {
        for (int32_t i = 0; i < w->dynamic_condition_count; i++) {
            step_condition(w, w->dynamic_conditions[i], moved);
        }
        for (int32_t i = 0; i < w->dynamic_node_count; i++) {
            step_node(w, w->dynamic_nodes[i], moved);
        }
    }
    if (w->pool.failed) {
        return by_fail_nomem(err, rows_size_bytes(&w->pool));
    }
    w->fresh = false;
    return BY_OK;
}

/* --- opening and closing --- */

static int32_t list_dynamic(walk *w) {
    const by_plan *plan = w->plan;
    int32_t children = 0;
    for (int32_t i = 0; i < plan->condition_count; i++) {
        if (plan->conditions[i].params != 0) {
            w->dynamic_conditions[w->dynamic_condition_count++] = i;
        }
    }
    for (int32_t i = 0; i < plan->node_count; i++) {
        if (plan->nodes[i].params != 0) {
            w->dynamic_nodes[w->dynamic_node_count++] = i;
        }
        children = plan->nodes[i].count > children ? plan->nodes[i].count : children;
    }
    return children;
}

static void *grab(size_t count, size_t size, bool *failed) {
    void *memory = calloc(count > 0 ? count : 1, size);
    *failed = *failed || memory == NULL;
    return memory;
}

by_status walk_open(walk *w, const by_columns *columns, by_range range, by_error *err) {
    const by_plan *plan = columns->plan;
    *w = (walk){.columns = columns,
                .plan = plan,
                .first = range.first,
                .day_count = range.last - range.first + 1,
                .fresh = true};
    w->word_count = mask_words(w->day_count);
    const size_t words = (size_t)w->word_count;
    const size_t conditions = (size_t)plan->condition_count;
    const size_t nodes = (size_t)plan->node_count;
    bool failed = !rows_open(&w->pool, plan->tree.symbol_count);
    w->masks = grab(conditions * words, sizeof *w->masks, &failed);
    w->flips = grab(conditions * words, sizeof *w->flips, &failed);
    w->condition_changed = grab(conditions, 1, &failed);
    w->rows = grab(nodes * (size_t)w->day_count, sizeof *w->rows, &failed);
    w->changed = grab(nodes * words, sizeof *w->changed, &failed);
    w->node_changed = grab(nodes, 1, &failed);
    w->dynamic_conditions = grab(conditions, sizeof *w->dynamic_conditions, &failed);
    w->dynamic_nodes = grab(nodes, sizeof *w->dynamic_nodes, &failed);
    w->scratch = grab(words, sizeof *w->scratch, &failed);
    if (!failed) {
        const size_t children = (size_t)list_dynamic(w);
        w->ranking = grab(children, sizeof *w->ranking, &failed);
        w->children = grab(children, sizeof *w->children, &failed);
    }
    if (failed) {
        walk_close(w);
        return by_fail_nomem(err, nodes * (size_t)w->day_count * sizeof *w->rows);
    }
    return BY_OK;
}

void walk_close(walk *w) {
    rows_close(&w->pool);
    free(w->masks);
    free(w->flips);
    free(w->condition_changed);
    free(w->rows);
    free(w->changed);
    free(w->node_changed);
    free(w->dynamic_conditions);
    free(w->dynamic_nodes);
    free(w->scratch);
    free(w->ranking);
    free(w->children);
    memset(w, 0, sizeof *w);
}
