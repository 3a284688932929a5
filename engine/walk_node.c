/* SPDX-License-Identifier: MIT
 *
 * Nodes of a walk: each sets its rows on the days of `days`, and takes from `days` those that stay
 * as they were.
 */
#include <math.h>
#include <string.h>

#include "mask.h"
#include "walk_parts.h"

enum { BLENDED_MAX = 4 };

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

/* The days of an IF on which its row may change: where the condition flipped, or the branch that
 * holds changed. */
static void add_branches_changed(const walk *w, const plan_node *node, uint64_t *days) {
    const uint64_t *mask = condition_mask(w, node->condition);
    const int32_t *links = w->plan->links + node->first;
    if (w->condition_changed[node->condition]) {
        memcpy(days, condition_flips(w, node->condition), (size_t)w->word_count * sizeof *days);
    }
    add_changed(w, links[0], mask, 0, days);
    add_changed(w, links[1], mask, ~(uint64_t)0, days);
}

static void step_if(walk *w, const plan_node *node, int32_t *rows, uint64_t *days) {
    const uint64_t *mask = condition_mask(w, node->condition);
    const int32_t *links = w->plan->links + node->first;
    const int32_t *yes = node_rows(w, links[0]);
    const int32_t *no = node_rows(w, links[1]);
    mask_choose(mask, yes, no, w->word_count, days, rows);
}

int32_t walk_blend(walk *w, int32_t count, int32_t day) {
    int32_t row = ROW_CASH;
    if (count > BLENDED_MAX) {
        for (int32_t i = 0; i < count; i++) {
            w->mixed[i] = w->child_rows[i][day];
        }
        return rows_mix(&w->pool, w->mixed, w->child_weights, count);
    }
    for (int32_t i = 0; i < count; i++) {
        if (w->child_weights[i] != 0.0) {
            row = rows_blend(&w->pool, row, w->child_rows[i][day], w->child_weights[i]);
        }
    }
    return row;
}

static bool same_children(const walk *w, int32_t count, int32_t a, int32_t b) {
    bool same = true;
    for (int32_t i = 0; i < count && same; i++) {
        same = w->child_rows[i][a] == w->child_rows[i][b];
    }
    return same;
}

static void step_weighted(walk *w, const plan_node *node, int32_t *rows, uint64_t *days) {
    const int32_t *links = w->plan->links + node->first;
    const by_field *weights = w->plan->weights + node->first;
    int32_t count = 0;
    for (int32_t i = 0; i < node->count; i++) {
        double weight = plan_value(w->plan, &weights[i], w->digits);
        if (weight != 0.0) {
            w->child_rows[count] = node_rows(w, links[i]);
            w->child_weights[count++] = weight;
        }
    }
    int32_t before = -1; /* a day with its row: the next one often blends the same */
    int32_t row = ROW_CASH;
    EACH_BIT(days, w->word_count, day, {
        if (before < 0 || !same_children(w, count, before, day)) {
            row = walk_blend(w, count, day);
        }
        before = day;
        set_row(rows, days, day, row);
    })
}

static void step_mixed(walk *w, const plan_node *node, int32_t *rows, uint64_t *days) {
    const int32_t *links = w->plan->links + node->first;
    const double *values = series_values(w, node->series);
    const double low = plan_value(w->plan, &node->low, w->digits);
    const double high = plan_value(w->plan, &node->high, w->digits);
    const int32_t *from = node_rows(w, links[0]);
    const int32_t *to = node_rows(w, links[1]);
    EACH_BIT(days, w->word_count, day, {
        const double share = walk_mix(values[day], low, high);
        int32_t row = share == 1.0 ? to[day] : from[day];
        if (share > 0.0 && share < 1.0) {
            row = rows_blend(&w->pool, ROW_CASH, row, 1.0 - share);
            row = rows_blend(&w->pool, row, to[day], share);
        }
        set_row(rows, days, day, row);
    })
}

static void step_asset(walk *w, int32_t symbol, int32_t *rows, uint64_t *days) {
    const int32_t row = rows_asset(&w->pool, symbol);
    EACH_BIT(days, w->word_count, day, { set_row(rows, days, day, row); })
}

static void step_settle(walk *w, const plan_node *node, int32_t *rows, uint64_t *days) {
    const int32_t *below = node_rows(w, w->plan->links[node->first]);
    const int32_t empty = node->empty.constant != 0.0
                              ? rows_asset(&w->pool, w->plan->tree.symbol_count) /* VOID */
                              : ROW_CASH;
    EACH_BIT(days, w->word_count, day,
             { set_row(rows, days, day, rows_settle(&w->pool, below[day], empty)); })
}

/* Whether something that decides all days of a node has changed: its own fields, a series. */
static bool own_changed(const walk *w, const plan_node *node, uint64_t moved) {
    if (w->fresh || (node->own_params & moved) != 0) {
        return true;
    }
    if (node->kind == BY_MIXED) {
        return series_changed(w, node->series, moved);
    }
    for (int32_t i = 0; i < node->count && plan_is_ranked(node); i++) {
        const int32_t *link = w->plan->links + node->first + (size_t)i * LINK_STRIDE;
        if ((link[LINK_RANK] >= 0 && series_changed(w, link[LINK_RANK], moved)) ||
            (link[LINK_VOLATILITY] >= 0 && series_changed(w, link[LINK_VOLATILITY], moved))) {
            return true;
        }
    }
    return false;
}

static bool inputs_changed(const walk *w, const plan_node *node) {
    if (node->kind == BY_IF && w->condition_changed[node->condition]) {
        return true;
    }
    for (int32_t i = 0; i < node->count; i++) {
        if (w->node_changed[plan_child(w->plan, node, i)]) {
            return true;
        }
    }
    return false;
}

/* The days to look at: all of the node's when something of its own has changed, else those on which
 * what it refers to did. */
static void find_days(const walk *w, int32_t index, bool own, uint64_t *days) {
    const plan_node *node = &w->plan->nodes[index];
    if (own) {
        memset(days, 0xff, (size_t)w->word_count * sizeof *days);
        days[w->word_count - 1] = mask_tail(w->day_count);
    } else {
        memset(days, 0, (size_t)w->word_count * sizeof *days);
        if (node->kind == BY_IF) {
            add_branches_changed(w, node, days);
        } else {
            for (int32_t i = 0; i < node->count; i++) {
                add_changed(w, plan_child(w->plan, node, i), NULL, 0, days);
            }
        }
    }
    for (int32_t k = 0; k < w->word_count && !w->plan->early[index] && w->lead > 0; k++) {
        days[k] &= w->asked_days[k];
    }
    const uint64_t *needed =
        w->needed == NULL ? NULL : w->needed + (size_t)index * (size_t)w->word_count;
    for (int32_t k = 0; k < w->word_count && needed != NULL; k++) {
        days[k] &= needed[k];
    }
}

/* The first row on which a node, after its parts, is computable. */
static int32_t node_ready(const walk *w, const plan_node *node) {
    const by_plan *plan = w->plan;
    int32_t ready = 0;
    if (node->kind == BY_ASSET) {
        return w->columns->panel->first_bar[(int32_t)plan_value(plan, &node->symbol, w->digits)];
    }
    if (node->kind == BY_IF) {
        ready = w->condition_ready[node->condition];
    } else if (node->kind == BY_MIXED) {
        ready = series_ready(w, node->series);
    }
    for (int32_t i = 0; i < node->count; i++) {
        if (!walk_child_counts(w, node, i)) {
            continue;
        }
        ready = later(ready, w->node_ready[plan_child(w->plan, node, i)]);
        for (int32_t k = 0; k <= LINK_VOLATILITY && plan_is_ranked(node); k += LINK_VOLATILITY) {
            const int32_t series = plan->links[node->first + LINK_STRIDE * i + k];
            ready = series < 0 ? ready : later(ready, series_ready(w, series));
        }
    }
    return ready;
}

bool walk_step_node(walk *w, int32_t index, uint64_t moved) {
    const plan_node *node = &w->plan->nodes[index];
    w->node_changed[index] = 0;
    if (w->tracks_ready && (w->fresh || (node->params & moved) != 0)) {
        w->node_ready[index] = node_ready(w, node);
    }
    const bool own = own_changed(w, node, moved);
    if (!own && !inputs_changed(w, node)) {
        return false;
    }
    int32_t *rows = node_rows(w, index);
    uint64_t *days = node_days(w, index);
    find_days(w, index, own, days);
    switch (node->kind) {
    case BY_IF:
        step_if(w, node, rows, days);
        break;
    case BY_WEIGHTED:
        step_weighted(w, node, rows, days);
        break;
    case BY_FILTER:
    case BY_INVERSE_VOL:
        walk_step_ranked(w, node, rows, days);
        break;
    case BY_MIXED:
        step_mixed(w, node, rows, days);
        break;
    case BY_ASSET:
        step_asset(w, (int32_t)plan_value(w->plan, &node->symbol, w->digits), rows, days);
        break;
    case BY_VOID:
        step_asset(w, w->plan->tree.symbol_count, rows, days);
        break;
    case BY_SETTLE:
        step_settle(w, node, rows, days);
        break;
    default:
        EACH_BIT(days, w->word_count, day, { set_row(rows, days, day, ROW_CASH); })
        break;
    }
    uint64_t any = 0;
    for (int32_t k = 0; k < w->word_count; k++) {
        any |= days[k];
    }
    w->node_changed[index] = any != 0;
    w->nodes_computed++;
    return any != 0;
}
