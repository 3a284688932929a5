/* SPDX-License-Identifier: MIT
 *
 * The allocation of a node on one row, by recursion.
 */
#include "plain_parts.h"

#include <math.h>

void plain_blend(const plain_state *s, int32_t child, double weight, int32_t row, int32_t level,
                 double *out) {
    double *part = s->scratch[level];
    if (weight == 0) {
        return;
    }
    plain_weigh(s, child, row, level + 1, part);
    for (int32_t t = 0; t <= s->panel->symbol_count; t++) {
        out[t] = out[t] + weight * part[t];
    }
}

static void weigh_mixed(const plain_state *s, int32_t index, int32_t row, int32_t level,
                        double *out) {
    const by_node *node = &s->tree->nodes[index];
    const int32_t *children = s->tree->links + node->child_first;
    double x = s->inputs[index].series->value[row];
    double low = plain_value(s, &node->low);
    double high = plain_value(s, &node->high);
    if (isnan(x) || x <= low) {
        plain_weigh(s, children[0], row, level, out);
    } else if (x >= high) {
        plain_weigh(s, children[1], row, level, out);
    } else {
        double share = (x - low) / (high - low);
        plain_blend(s, children[0], 1 - share, row, level, out);
        plain_blend(s, children[1], share, row, level, out);
    }
}

/* The share of VOID goes to the others; without any, all is VOID. */
static void settle(const plain_state *s, double *out) {
    int32_t symbols = s->panel->symbol_count;
    double rest = 1 - out[symbols];
    if (out[symbols] == 0) {
        return;
    }
    for (int32_t t = 0; t < symbols; t++) {
        out[t] = rest > 1e-9 ? out[t] / rest : 0;
    }
    out[symbols] = rest > 1e-9 ? 0 : 1;
}

void plain_weigh(const plain_state *s, int32_t index, int32_t row, int32_t level, double *out) {
    const by_tree *tree = s->tree;
    const by_node *node = &tree->nodes[index];
    const int32_t *children = tree->links + node->child_first;
    for (int32_t t = 0; t <= s->panel->symbol_count; t++) {
        out[t] = 0;
    }
    switch (node->kind) {
    case BY_ASSET:
        out[plain_integer(s, &node->symbol)] = 1;
        break;
    case BY_VOID:
        out[s->panel->symbol_count] = 1;
        break;
    case BY_GROUP:
        plain_weigh(s, children[0], row, level, out);
        break;
    case BY_SETTLE:
        plain_weigh(s, children[0], row, level, out);
        settle(s, out);
        break;
    case BY_IF:
        plain_weigh(s, children[s->mask[node->condition].holds[row] ? 0 : 1], row, level, out);
        break;
    case BY_WEIGHTED:
        for (int32_t c = 0; c < node->child_count; c++) {
            plain_blend(s, children[c], plain_value(s, &tree->weights[node->child_first + c]), row,
                        level, out);
        }
        break;
    case BY_FILTER:
        plain_weigh_filter(s, index, row, level, out);
        break;
    case BY_INVERSE_VOL:
        plain_weigh_inverse(s, index, row, level, out);
        break;
    case BY_MIXED:
        weigh_mixed(s, index, row, level, out);
        break;
    default: /* BY_CASH */
        break;
    }
}
