/* SPDX-License-Identifier: MIT
 *
 * What each node reads, and from which row on all of it is there.
 */
#include "plain_parts.h"

bool plain_child_counts(const plain_state *s, const by_node *node, int32_t child) {
    if (node->kind != BY_WEIGHTED) {
        return true;
    }
    const by_field *weight = &s->tree->weights[node->child_first + child];
    return weight->param < 0 || plain_value(s, weight) != 0;
}

/* A template for each child; `ready` becomes the latest of theirs. */
static const plain_column **prepare_children(plain_state *s, const by_node *node, int32_t series,
                                             int32_t *ready) {
    const plain_column **columns = plain_room(s, (size_t)node->child_count, sizeof *columns);
    for (int32_t c = 0; columns != NULL && c < node->child_count; c++) {
        columns[c] = plain_series(s, series, s->tree->links[node->child_first + c]);
        if (columns[c] != NULL) {
            *ready = plain_later(*ready, columns[c]->ready);
        }
    }
    return columns;
}

void plain_prepare(plain_state *s, int32_t index) {
    const by_node *node = &s->tree->nodes[index];
    plain_inputs *inputs = &s->inputs[index];
    int32_t *ready = &s->ready[index];
    for (int32_t c = 0; c < node->child_count; c++) {
        if (plain_child_counts(s, node, c)) {
            *ready = plain_later(*ready, s->ready[s->tree->links[node->child_first + c]]);
        }
    }
    if (node->kind == BY_ASSET) {
        int32_t symbol = plain_integer(s, &node->symbol);
        if (symbol < 0 || symbol >= s->panel->symbol_count) {
            s->status = BY_STRATEGY;
            return;
        }
        *ready = s->panel->first_bar[symbol];
    }
    if (node->kind == BY_IF) {
        *ready = plain_later(*ready, plain_condition(s, node->condition)->ready);
    }
    if (node->kind == BY_FILTER) {
        inputs->rank = prepare_children(s, node, node->rank, ready);
    }
    if (node->kind == BY_FILTER || node->kind == BY_INVERSE_VOL) {
        inputs->order = plain_room(s, (size_t)node->child_count, sizeof *inputs->order);
        inputs->share = plain_room(s, (size_t)node->child_count, sizeof *inputs->share);
    }
    if (node->kind == BY_INVERSE_VOL ||
        (node->kind == BY_FILTER && node->weighting == BY_WEIGH_INVERSE_VOL)) {
        inputs->volatility = prepare_children(s, node, node->volatility, ready);
    }
    if (node->kind == BY_MIXED) {
        inputs->series = plain_series(s, node->series, -1);
        if (inputs->series != NULL) {
            *ready = plain_later(*ready, inputs->series->ready);
        }
    }
}
