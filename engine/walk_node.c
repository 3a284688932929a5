/* SPDX-License-Identifier: MIT
 *
 * Nodes of a walk: each sets its rows on the days of `days`, and takes from `days` those that stay
 * as they were.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mask.h"
#include "walk_parts.h"

enum { BLENDED_MAX = 4 };

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

/* The row of a weighted node on one day: few children blend by look-ups, many are summed up. */
static int32_t blend_children(walk *w, int32_t count, int32_t day) {
    int32_t row = ROW_CASH;
    if (count > BLENDED_MAX) {
        for (int32_t i = 0; i < count; i++) {
            w->mixed[i] = w->child_rows[i][day];
        }
        return rows_mix(&w->pool, w->mixed, w->child_weights, count);
    }
    for (int32_t i = 0; i < count; i++) {
        row = rows_blend(&w->pool, row, w->child_rows[i][day], w->child_weights[i]);
    }
    return row;
}

static void step_weighted(walk *w, const plan_node *node, bool own, int32_t *rows, uint64_t *days) {
    const int32_t *links = w->plan->links + node->first;
    const by_field *weights = w->plan->weights + node->first;
    int32_t count = 0;
    for (int32_t i = 0; i < node->count; i++) {
        double weight = plan_value(w->plan, &weights[i], w->digits);
        if (!own) {
            add_changed(w, links[i], NULL, 0, days);
        }
        if (weight != 0.0) {
            w->child_rows[count] = node_rows(w, links[i]);
            w->child_weights[count++] = weight;
        }
    }
    EACH_DAY(days, w->word_count, day, { set_row(rows, days, day, blend_children(w, count, day)); })
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

void walk_step_node(walk *w, int32_t index, uint64_t moved) {
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
