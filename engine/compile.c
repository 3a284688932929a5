/* SPDX-License-Identifier: MIT */
#include "compile.h"

#include <stdlib.h>
#include <string.h>

by_status compile_field(compiler *c, const by_field *from, by_field *to) {
    *to = (by_field){from->constant + 0.0, -1, 0};
    if (from->param < 0) {
        return BY_OK;
    }
    const int32_t count = c->tree->params[from->param].value_count;
    const double *values = c->tree->values + from->first;
    double *key = c->values_key;
    bool same = true;
    key[0] = from->param;
    for (int32_t i = 0; i < count; i++) {
        key[i + 1] = values[i] + 0.0; /* -0 becomes 0 */
        same = same && values[i] == values[0];
    }
    if (same) {
        to->constant = key[1];
        return BY_OK;
    }
    int32_t run = intern_add(&c->values, key, ((size_t)count + 1) * sizeof *key, NULL);
    if (run < 0) {
        return by_fail_nomem(c->err, c->values.byte_size);
    }
    *to = (by_field){0.0, from->param, (int32_t)(c->values.offsets[run] / sizeof(double)) + 1};
    return BY_OK;
}

double compile_largest(const by_tree *tree, const by_field *field) {
    if (field->param < 0) {
        return field->constant;
    }
    double largest = tree->values[field->first];
    for (int32_t i = 1; i < tree->params[field->param].value_count; i++) {
        double value = tree->values[field->first + i];
        largest = value > largest ? value : largest;
    }
    return largest;
}

by_status compile_grow(compiler *c, void **array, int32_t *room, int32_t count, size_t size) {
    if (count < *room) {
        return BY_OK;
    }
    const int32_t more = *room < 64 ? 64 : *room * 2;
    void *grown = realloc(*array, (size_t)more * size);
    if (grown == NULL) {
        return by_fail_nomem(c->err, (size_t)more * size);
    }
    *array = grown;
    *room = more;
    return BY_OK;
}

by_status compile_add_step(compiler *c, plan_step_kind kind, int32_t index) {
    by_plan *plan = c->plan;
    by_status status = compile_grow(c, (void **)&plan->steps, &c->room_steps, plan->step_count,
                                    sizeof *plan->steps);
    if (status == BY_OK) {
        plan->steps[plan->step_count++] = (plan_step){(int32_t)kind, index};
    }
    return status;
}

int32_t compile_append(int32_t *links, int32_t *count, const int32_t *children,
                       int32_t child_count) {
    int32_t first = *count;
    if (child_count > 0) {
        memcpy(links + first, children, (size_t)child_count * sizeof *children);
    }
    *count += child_count;
    return first;
}

/* Room for one more node with its links. */
static by_status grow_nodes(compiler *c, int32_t link_count) {
    by_plan *plan = c->plan;
    by_status status = compile_grow(c, (void **)&plan->nodes, &c->room_nodes, plan->node_count,
                                    sizeof *plan->nodes);
    if (status != BY_OK || plan->link_count + link_count <= c->room_links) {
        return status;
    }
    const int32_t room = 2 * (plan->link_count + link_count);
    int32_t *links = realloc(plan->links, (size_t)room * sizeof *links);
    if (links == NULL) {
        return by_fail_nomem(c->err, (size_t)room * sizeof *links);
    }
    plan->links = links;
    by_field *weights = realloc(plan->weights, (size_t)room * sizeof *weights);
    if (weights == NULL) {
        return by_fail_nomem(c->err, (size_t)room * sizeof *weights);
    }
    plan->weights = weights;
    c->room_links = room;
    return BY_OK;
}

/* Whether what `node` holds may contain the share of a VOID. */
static bool may_void(const compiler *c, const plan_node *node) {
    const by_plan *plan = c->plan;
    bool found = node->kind == BY_VOID || node->empty.param >= 0 || node->empty.constant != 0.0;
    for (int32_t i = 0; i < node->count && !found && node->kind != BY_SETTLE; i++) {
        found = c->may_void[plan_child(plan, node, i)];
    }
    return found;
}

by_status compile_add_node(compiler *c, plan_node to, const int32_t *links, const by_field *weights,
                           int32_t link_count, int32_t *out) {
    by_plan *plan = c->plan;
    char *end = (char *)c->key + sizeof to;
    bool added = false;
    const int32_t label = to.label;
    to.first = 0;
    to.label = 0; /* neither place nor name makes a node distinct */
    memcpy(c->key, &to, sizeof to);
    if (link_count > 0) {
        memcpy(end, links, (size_t)link_count * sizeof *links);
    }
    end += (size_t)link_count * sizeof *links;
    if (weights != NULL) {
        memcpy(end, weights, (size_t)link_count * sizeof *weights);
        end += (size_t)link_count * sizeof *weights;
    }
    *out = intern_add(&c->nodes, c->key, (size_t)(end - (char *)c->key), &added);
    if (*out < 0) {
        return by_fail_nomem(c->err, c->nodes.byte_size);
    }
    if (!added) {
        return BY_OK;
    }
    by_status status = grow_nodes(c, link_count);
    if (status != BY_OK) {
        return status;
    }
    to.label = label;
    to.first = compile_append(plan->links, &plan->link_count, links, link_count);
    for (int32_t i = 0; i < link_count; i++) {
        plan->weights[to.first + i] = weights != NULL ? weights[i] : (by_field){0.0, -1, 0};
    }
    plan->nodes[*out] = to;
    plan->node_count = *out + 1;
    if (*out >= c->room_flags) { /* the flags of nodes grow together */
        const int32_t room = 2 * (*out + 32);
        uint8_t *flags = realloc(c->may_void, (size_t)room);
        c->may_void = flags != NULL ? flags : c->may_void;
        uint8_t *visited = realloc(c->visited, (size_t)room);
        c->visited = visited != NULL ? visited : c->visited;
        if (flags == NULL || visited == NULL) {
            return by_fail_nomem(c->err, (size_t)room);
        }
        c->room_flags = room;
    }
    c->may_void[*out] = may_void(c, &plan->nodes[*out]);
    return compile_add_step(c, STEP_NODE, *out);
}

by_status compile_settled(compiler *c, int32_t node, int32_t *out) {
    return compile_settle(c, node, 0.0, out);
}

by_status compile_settle(compiler *c, int32_t node, double empty, int32_t *out) {
    const plan_node *below = &c->plan->nodes[node];
    *out = node;
    if (!c->may_void[node]) {
        return BY_OK;
    }
    const plan_node settle = {.kind = BY_SETTLE,
                              .condition = -1,
                              .series = -1,
                              .count = 1,
                              .label = below->label,
                              .symbol = {0.0, -1, 0},
                              .choose = {0.0, -1, 0},
                              .ties = {0.0, -1, 0},
                              .merge = {0.0, -1, 0},
                              .empty = {empty, -1, 0},
                              .low = {0.0, -1, 0},
                              .high = {0.0, -1, 0},
                              .params = below->params};
    return compile_add_node(c, settle, &node, NULL, 1, out);
}
