/* SPDX-License-Identifier: MIT
 *
 * Nodes of a walk that look at their children's values day by day: filters, and weights by inverse
 * volatility.
 */
#include <math.h>

#include "walk_parts.h"

/* A child of a filter on one day. */
typedef struct ranked {
    double key;
    int32_t tie;   /* what comes first among equals has the smaller one */
    int32_t child; /* position in the node */
} ranked;

size_t walk_ranked_size(void) {
    return sizeof(ranked);
}

static const int32_t *link_of(const walk *w, const plan_node *node, int32_t child) {
    return w->plan->links + node->first + (size_t)child * LINK_STRIDE;
}

static int32_t symbol_of(const walk *w, const int32_t *link) {
    return (int32_t)plan_value(w->plan, &w->plan->nodes[link[LINK_CHILD]].symbol, w->digits);
}

/* Marks the assets whose ticker came before in the node. */
static void drop_repeated(walk *w, const plan_node *node) {
    const bool merge = plan_value(w->plan, &node->merge, w->digits) != 0.0;
    for (int32_t i = 0; i < node->count; i++) {
        const int32_t *link = link_of(w, node, i);
        w->child_dropped[i] = 0;
        for (int32_t k = 0; k < i && merge && link[LINK_IS_ASSET]; k++) {
            const int32_t *other = link_of(w, node, k);
            if (other[LINK_IS_ASSET] && symbol_of(w, other) == symbol_of(w, link)) {
                w->child_dropped[i] = 1;
            }
        }
    }
}

/* Numbers the children in the order in which they come when their values are equal. */
static void number_ties(walk *w, const plan_node *node) {
    const int32_t rule = (int32_t)plan_value(w->plan, &node->ties, w->digits);
    for (int32_t i = 0; i < node->count; i++) {
        const int32_t *link = link_of(w, node, i);
        int32_t tie = rule == BY_TIES_LAST ? node->count - i : i;
        if (rule == BY_TIES_TICKER) { /* equal numbers keep their order */
            tie = link[LINK_IS_ASSET] ? symbol_of(w, link) : w->plan->tree.symbol_count;
        }
        w->child_ties[i] = tie;
    }
}

/* Ranks the children of a filter on one day into w->ranking; returns how many have a value. Values
 * are compared after rounding to a multiple of 1e-9. */
static int32_t rank_children(walk *w, const plan_node *node, int32_t day) {
    ranked *ranking = w->ranking;
    int32_t count = 0;
    for (int32_t child = 0; child < node->count; child++) {
        const double value = w->child_ranks[child][day];
        if (isnan(value) || w->child_dropped[child]) {
            continue;
        }
        const double key = node->bottom ? -rint(value * 1e9) : rint(value * 1e9);
        const int32_t tie = w->child_ties[child];
        int32_t at = count++;
        for (; at > 0 && (ranking[at - 1].key < key ||
                          (ranking[at - 1].key == key && ranking[at - 1].tie > tie));
             at--) {
            ranking[at] = ranking[at - 1];
        }
        ranking[at] = (ranked){key, tie, child};
    }
    return count;
}

/* Weights the chosen children, w->chosen[0 .. count), by 1 / volatility; 1 / count each when none
 * has one. */
static void weigh_by_volatility(walk *w, int32_t count, int32_t day) {
    double total = 0.0;
    for (int32_t i = 0; i < count; i++) {
        const double volatility = w->child_volatilities[w->chosen[i]][day];
        w->child_weights[i] = volatility > 0.0 ? 1.0 / volatility : 0.0;
        if (volatility > 0.0) {
            total += w->child_weights[i];
        }
    }
    for (int32_t i = 0; i < count; i++) {
        w->child_weights[i] = total > 0.0 ? w->child_weights[i] / total : 1.0 / count;
    }
}

/* The weights by rank, divided by their sum; 0 when there is nothing in them. */
static void weigh_by_rank(walk *w, const plan_node *node, int32_t count) {
    const by_field *weights = w->plan->weights + node->first;
    double sum = 0.0;
    for (int32_t i = 0; i < count; i++) {
        w->child_weights[i] = plan_value(w->plan, &weights[i], w->digits);
        sum += w->child_weights[i];
    }
    for (int32_t i = 0; i < count; i++) {
        w->child_weights[i] = sum > 0.0 ? w->child_weights[i] / sum : 0.0;
    }
}

static int32_t choose(walk *w, const plan_node *node, int32_t limit, int32_t day) {
    if (node->kind == BY_INVERSE_VOL) {
        for (int32_t i = 0; i < node->count; i++) {
            w->chosen[i] = i;
        }
        return node->count;
    }
    const int32_t valid = rank_children(w, node, day);
    const int32_t count = valid < limit ? valid : limit;
    for (int32_t i = 0; i < count; i++) {
        w->chosen[i] = w->ranking[i].child;
    }
    return count;
}

void walk_rank(walk *w, const plan_node *node) {
    for (int32_t i = 0; i < node->count; i++) {
        const int32_t *link = link_of(w, node, i);
        if (link[LINK_RANK] >= 0) {
            w->child_ranks[i] = series_values(w, link[LINK_RANK]);
        }
        if (link[LINK_VOLATILITY] >= 0) {
            w->child_volatilities[i] = series_values(w, link[LINK_VOLATILITY]);
        }
    }
    if (node->kind == BY_FILTER) {
        drop_repeated(w, node);
        number_ties(w, node);
    }
}

/* How many children the node may hold. */
static int32_t limit_of(const walk *w, const plan_node *node) {
    return node->kind == BY_FILTER ? (int32_t)plan_value(w->plan, &node->choose, w->digits)
                                   : node->count;
}

/* The children that are held on a day, with their weights; how many. */
static int32_t weigh(walk *w, const plan_node *node, int32_t limit, int32_t day) {
    const int32_t count = choose(w, node, limit, day);
    if (node->kind == BY_INVERSE_VOL || node->weighting == BY_WEIGH_INVERSE_VOL) {
        weigh_by_volatility(w, count, day);
    } else if (node->weighting == BY_WEIGH_BY_RANK) {
        weigh_by_rank(w, node, count);
    } else {
        for (int32_t i = 0; i < count; i++) {
            w->child_weights[i] = 1.0 / count;
        }
    }
    return count;
}

int32_t walk_choose(walk *w, const plan_node *node, int32_t day) {
    return weigh(w, node, limit_of(w, node), day);
}

static int32_t row_of(walk *w, const plan_node *node, int32_t limit, int32_t empty, int32_t day) {
    const int32_t count = weigh(w, node, limit, day);
    for (int32_t i = 0; i < count; i++) {
        w->child_rows[i] = node_rows(w, link_of(w, node, w->chosen[i])[LINK_CHILD]);
    }
    return count == 0 ? empty : walk_blend(w, count, day);
}

void walk_step_ranked(walk *w, const plan_node *node, int32_t *rows, uint64_t *days) {
    const bool is_void =
        node->kind == BY_FILTER && plan_value(w->plan, &node->empty, w->digits) != 0.0;
    const int32_t empty = is_void ? rows_asset(&w->pool, w->plan->tree.symbol_count) : ROW_CASH;
    const int32_t limit = limit_of(w, node);
    walk_rank(w, node);
    EACH_BIT(days, w->word_count, day,
             { set_row(rows, days, day, row_of(w, node, limit, empty, day)); })
}
