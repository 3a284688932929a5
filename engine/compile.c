/* SPDX-License-Identifier: MIT
 *
 * Compiling: each part of the tree is put into canonical form over parts that are already distinct,
 * and interned. Children come first, so one pass suffices, and equal sub-trees meet at the same
 * index.
 */
#include "compile.h"

#include <stdlib.h>
#include <string.h>

#include "indicator.h"

static uint64_t field_params(const by_field *field) {
    return field->param < 0 ? 0 : (uint64_t)1 << field->param;
}

/* Canonical form: a param whose values are all the same is no param, and equal runs of values are
 * one run. */
static by_status canonical(compiler *c, const by_field *from, by_field *to) {
    *to = (by_field){from->constant + 0.0, -1, 0};
    if (from->param < 0) {
        return BY_OK;
    }
    const int32_t count = c->tree->params[from->param].value_count;
    const double *values = c->tree->values + from->first;
    double *key = c->key;
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

static by_status add_series(compiler *c, const by_field *kind, const by_field *symbol,
                            const by_field *window, int32_t *out) {
    by_series series = {0};
    by_status status = canonical(c, kind, &series.kind);
    if (status == BY_OK) {
        status = canonical(c, symbol, &series.symbol);
    }
    const int32_t windows =
        series.kind.param >= 0 ? 3 : by_indicator_window_count((int32_t)series.kind.constant);
    for (int32_t w = 0; w < 3 && status == BY_OK; w++) {
        const by_field unused = {0.0, -1, 0};
        status = canonical(c, w < windows ? &window[w] : &unused, &series.window[w]);
    }
    if (status != BY_OK) {
        return status;
    }
    bool added = false;
    *out = intern_add(&c->series, &series, sizeof series, &added);
    if (*out < 0) {
        return by_fail_nomem(c->err, c->series.byte_size);
    }
    if (!added) {
        return BY_OK;
    }
    plan_series *grown =
        realloc(c->plan->series, (size_t)c->series.count * sizeof *c->plan->series);
    if (grown == NULL) {
        return by_fail_nomem(c->err, (size_t)c->series.count * sizeof *grown);
    }
    c->plan->series = grown;
    c->plan->series_count = c->series.count;
    grown[*out] = (plan_series){series, field_params(&series.kind) | field_params(&series.symbol) |
                                            field_params(&series.window[0]) |
                                            field_params(&series.window[1]) |
                                            field_params(&series.window[2])};
    return BY_OK;
}

by_status compile_series(compiler *c, int32_t index) {
    const by_series *from = &c->tree->series[index];
    return add_series(c, &from->kind, &from->symbol, from->window, &c->series_of[index]);
}

/* Appends the children of a new condition or node behind those that are there. */
static int32_t append_links(int32_t *links, int32_t *count, const int32_t *children,
                            int32_t child_count) {
    int32_t first = *count;
    if (child_count > 0) {
        memcpy(links + first, children, (size_t)child_count * sizeof *children);
    }
    *count += child_count;
    return first;
}

by_status compile_condition(compiler *c, int32_t index) {
    const by_condition *from = &c->tree->conditions[index];
    by_plan *plan = c->plan;
    plan_condition to = {.fields = {.kind = from->kind,
                                    .left = -1,
                                    .right = -1,
                                    .comparator = {0, -1, 0},
                                    .threshold = {0, -1, 0}}};
    by_status status = BY_OK;
    int32_t *children = (void *)((char *)c->key + sizeof to.fields);
    if (from->kind == BY_COMPARE) {
        status = canonical(c, &from->comparator, &to.fields.comparator);
        if (status == BY_OK && from->right < 0) {
            status = canonical(c, &from->threshold, &to.fields.threshold);
        }
        to.fields.left = c->series_of[from->left];
        to.fields.right = from->right < 0 ? -1 : c->series_of[from->right];
        to.own_params = field_params(&to.fields.comparator) | field_params(&to.fields.threshold) |
                        plan->series[to.fields.left].params |
                        (from->right < 0 ? 0 : plan->series[to.fields.right].params);
        to.params = to.own_params;
    } else {
        to.fields.child_count = from->child_count;
        for (int32_t i = 0; i < from->child_count; i++) {
            children[i] = c->condition_of[c->tree->condition_links[from->child_first + i]];
            to.params |= plan->conditions[children[i]].params;
        }
    }
    if (status != BY_OK) {
        return status;
    }
    bool added = false;
    memcpy(c->key, &to.fields, sizeof to.fields);
    int32_t id =
        intern_add(&c->conditions, c->key,
                   sizeof to.fields + (size_t)to.fields.child_count * sizeof *children, &added);
    if (id < 0) {
        return by_fail_nomem(c->err, c->conditions.byte_size);
    }
    c->condition_of[index] = id;
    if (added) {
        to.fields.child_first = append_links(plan->condition_links, &plan->condition_link_count,
                                             children, to.fields.child_count);
        plan->conditions[id] = to;
        plan->condition_count = id + 1;
    }
    return BY_OK;
}

/* Interns `to` with its links and, for WEIGHTED, its weights. */
static by_status add_node(compiler *c, plan_node to, const int32_t *links, const by_field *weights,
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
    if (added) {
        to.label = label;
        to.first = append_links(plan->links, &plan->link_count, links, link_count);
        if (weights != NULL) {
            memcpy(plan->weights + to.first, weights, (size_t)link_count * sizeof *weights);
        }
        plan->nodes[*out] = to;
        plan->node_count = *out + 1;
    }
    return BY_OK;
}

/* Children with a weight of 0 are never held; an only child with weight 1 is the node. */
static by_status compile_weighted(compiler *c, const by_node *from, plan_node to, int32_t *out) {
    int32_t *links = malloc((size_t)from->child_count * sizeof *links);
    by_field *weights = malloc((size_t)from->child_count * sizeof *weights);
    by_status status = links == NULL || weights == NULL ? by_fail_nomem(c->err, 0) : BY_OK;
    for (int32_t i = 0; i < from->child_count && status == BY_OK; i++) {
        by_field weight;
        status = canonical(c, &c->tree->weights[from->child_first + i], &weight);
        if (status != BY_OK || (weight.param < 0 && weight.constant == 0.0)) {
            continue;
        }
        weights[to.count] = weight;
        links[to.count++] = c->node_of[c->tree->links[from->child_first + i]];
        to.own_params |= field_params(&weight);
        to.params |= field_params(&weight) | c->plan->nodes[links[to.count - 1]].params;
    }
    if (status == BY_OK) {
        if (to.count == 1 && weights[0].param < 0 && weights[0].constant == 1.0) {
            *out = links[0];
        } else {
            to.kind = to.count == 0 ? BY_CASH : BY_WEIGHTED;
            status = add_node(c, to, links, to.count == 0 ? NULL : weights, to.count, out);
        }
    }
    free(links);
    free(weights);
    return status;
}

static by_status compile_filter(compiler *c, const by_node *from, plan_node to, int32_t *out) {
    int32_t *pairs = malloc(2 * (size_t)from->child_count * sizeof *pairs);
    by_status status =
        pairs == NULL ? by_fail_nomem(c->err, 0) : canonical(c, &from->count, &to.choose);
    to.bottom = from->bottom != 0;
    to.own_params = field_params(&to.choose);
    for (int32_t i = 0; i < from->child_count && status == BY_OK; i++) {
        const int32_t child = c->tree->links[from->child_first + i];
        status = add_series(c, &from->indicator, &c->tree->nodes[child].symbol, from->window,
                            &pairs[2 * i]);
        pairs[2 * i + 1] = c->node_of[child];
        if (status == BY_OK) {
            to.own_params |= c->plan->series[pairs[2 * i]].params;
        }
    }
    if (status == BY_OK) {
        to.params = to.own_params;
        to.count = from->child_count;
        status = add_node(c, to, pairs, NULL, 2 * from->child_count, out);
    }
    free(pairs);
    return status;
}

static by_status compile_if(compiler *c, const by_node *from, plan_node to, int32_t *out) {
    const int32_t *children = c->tree->links + from->child_first;
    int32_t links[2] = {c->node_of[children[0]], c->node_of[children[1]]};
    if (links[0] == links[1]) {
        *out = links[0];
        return BY_OK;
    }
    to.condition = c->condition_of[from->condition];
    to.count = 2;
    to.params = c->plan->conditions[to.condition].params | c->plan->nodes[links[0]].params |
                c->plan->nodes[links[1]].params;
    return add_node(c, to, links, NULL, 2, out);
}

static int64_t saturate(int64_t sum) {
    return sum > INT64_MAX / 4 ? INT64_MAX / 4 : sum;
}

static void measure_node(compiler *c, int32_t index) {
    const by_node *from = &c->tree->nodes[index];
    int64_t size = 1;
    int64_t gates = from->kind == BY_IF;
    int32_t depth = 0;
    for (int32_t i = 0; i < from->child_count; i++) {
        int32_t child = c->tree->links[from->child_first + i];
        size = saturate(size + c->node_size[child]);
        gates = saturate(gates + c->gate_count[child]);
        depth = c->depth[child] > depth ? c->depth[child] : depth;
    }
    c->node_size[index] = size;
    c->gate_count[index] = gates;
    c->depth[index] = depth + 1;
}

by_status compile_node(compiler *c, int32_t index) {
    const by_node *from = &c->tree->nodes[index];
    plan_node to = {.kind = from->kind,
                    .condition = -1,
                    .label = from->label,
                    .symbol = {0, -1, 0},
                    .choose = {0, -1, 0}};
    int32_t *out = &c->node_of[index];
    by_status status;
    measure_node(c, index);
    switch (from->kind) {
    case BY_GROUP:
        *out = c->node_of[c->tree->links[from->child_first]];
        return BY_OK;
    case BY_WEIGHTED:
        return compile_weighted(c, from, to, out);
    case BY_IF:
        return compile_if(c, from, to, out);
    case BY_FILTER:
        return compile_filter(c, from, to, out);
    case BY_ASSET:
        status = canonical(c, &from->symbol, &to.symbol);
        to.params = to.own_params = field_params(&to.symbol);
        return status != BY_OK ? status : add_node(c, to, NULL, NULL, 0, out);
    default:
        return add_node(c, to, NULL, NULL, 0, out);
    }
}
