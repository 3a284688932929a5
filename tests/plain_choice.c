/* SPDX-License-Identifier: MIT
 *
 * The nodes that measure their children: which of them are taken, and by what weights.
 */
#include "plain_parts.h"

#include <math.h>

static const by_node *child_of(const plain_state *s, const by_node *node, int32_t child) {
    return &s->tree->nodes[s->tree->links[node->child_first + child]];
}

static bool is_asset(const plain_state *s, const by_node *node, int32_t child) {
    return child_of(s, node, child)->kind == BY_ASSET;
}

static int32_t symbol_of(const plain_state *s, const by_node *node, int32_t child) {
    return plain_integer(s, &child_of(s, node, child)->symbol);
}

/* Whether an asset before `child` has its ticker. */
static bool repeats(const plain_state *s, const by_node *node, int32_t child) {
    for (int32_t c = 0; is_asset(s, node, child) && c < child; c++) {
        if (is_asset(s, node, c) && symbol_of(s, node, c) == symbol_of(s, node, child)) {
            return true;
        }
    }
    return false;
}

/* Whether child `a` comes before child `b` whose key is the same. */
static bool breaks_tie(const plain_state *s, const by_node *node, int32_t a, int32_t b) {
    int32_t ties = plain_integer(s, &node->ties);
    if (ties == BY_TIES_LAST) {
        return a > b;
    }
    if (ties == BY_TIES_TICKER) {
        if (is_asset(s, node, a) != is_asset(s, node, b)) {
            return is_asset(s, node, a);
        }
        if (is_asset(s, node, a) && symbol_of(s, node, a) != symbol_of(s, node, b)) {
            return symbol_of(s, node, a) < symbol_of(s, node, b);
        }
    }
    return a < b;
}

static bool comes_before(const plain_state *s, int32_t index, int32_t row, int32_t a, int32_t b) {
    const by_node *node = &s->tree->nodes[index];
    double key_a = rint(s->inputs[index].rank[a]->value[row] * 1e9);
    double key_b = rint(s->inputs[index].rank[b]->value[row] * 1e9);
    if (key_a != key_b) {
        return node->bottom ? key_a < key_b : key_a > key_b;
    }
    return breaks_tie(s, node, a, b);
}

static bool can_be_taken(const plain_state *s, int32_t index, int32_t row, int32_t child) {
    const by_node *node = &s->tree->nodes[index];
    if (plain_integer(s, &node->merge) == 1 && repeats(s, node, child)) {
        return false;
    }
    return !isnan(s->inputs[index].rank[child]->value[row]);
}

/* The children that can be taken into `order`, best first: each is put where it belongs among those
 * before it. How many there are. */
static int32_t rank_children(const plain_state *s, int32_t index, int32_t row, int32_t *order) {
    int32_t count = 0;
    for (int32_t c = 0; c < s->tree->nodes[index].child_count; c++) {
        if (!can_be_taken(s, index, row, c)) {
            continue;
        }
        int32_t place = count++;
        for (; place > 0 && comes_before(s, index, row, c, order[place - 1]); place--) {
            order[place] = order[place - 1];
        }
        order[place] = c;
    }
    return count;
}

/* Weights by 1 / volatility of the children order[0 .. count). */
static void share_inverse(const plain_state *s, int32_t index, int32_t row, const int32_t *order,
                          int32_t count, double *share) {
    double total = 0;
    int32_t dropped = 0;
    for (int32_t r = 0; r < count; r++) {
        double volatility = s->inputs[index].volatility[order[r]]->value[row];
        share[r] = volatility > 0 ? 1 / volatility : 0;
        total += share[r];
        dropped += !(volatility > 0);
    }
    for (int32_t r = 0; r < count; r++) {
        if (dropped == count) {
            share[r] = 1.0 / count;
        } else if (share[r] != 0) {
            share[r] = share[r] / total;
        }
    }
}

static void share_by_rank(const plain_state *s, const by_node *node, int32_t count, double *share) {
    double sum = 0;
    for (int32_t r = 0; r < count; r++) {
        share[r] = plain_value(s, &s->tree->weights[node->child_first + r]);
        sum += share[r];
    }
    for (int32_t r = 0; r < count; r++) {
        share[r] = sum > 0 ? share[r] / sum : 0;
    }
}

static void blend_all(const plain_state *s, int32_t index, int32_t count, int32_t row,
                      int32_t level, double *out) {
    const plain_inputs *inputs = &s->inputs[index];
    const int32_t *children = s->tree->links + s->tree->nodes[index].child_first;
    for (int32_t r = 0; r < count; r++) {
        plain_blend(s, children[inputs->order[r]], inputs->share[r], row, level, out);
    }
}

void plain_weigh_filter(const plain_state *s, int32_t index, int32_t row, int32_t level,
                        double *out) {
    const by_node *node = &s->tree->nodes[index];
    double *share = s->inputs[index].share;
    int32_t *order = s->inputs[index].order;
    int32_t left = rank_children(s, index, row, order);
    int32_t count = plain_integer(s, &node->count);
    count = count < left ? count : left;
    if (count == 0 && plain_integer(s, &node->empty) == 1) {
        out[s->panel->symbol_count] = 1;
    }
    if (node->weighting == BY_WEIGH_BY_RANK) {
        share_by_rank(s, node, count, share);
    } else if (node->weighting == BY_WEIGH_INVERSE_VOL) {
        share_inverse(s, index, row, order, count, share);
    } else {
        for (int32_t r = 0; r < count; r++) {
            share[r] = 1.0 / count;
        }
    }
    blend_all(s, index, count, row, level, out);
}

void plain_weigh_inverse(const plain_state *s, int32_t index, int32_t row, int32_t level,
                         double *out) {
    int32_t count = s->tree->nodes[index].child_count;
    for (int32_t c = 0; c < count; c++) {
        s->inputs[index].order[c] = c;
    }
    share_inverse(s, index, row, s->inputs[index].order, count, s->inputs[index].share);
    blend_all(s, index, count, row, level, out);
}
