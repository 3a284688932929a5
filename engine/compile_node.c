/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "compile.h"

/* A node without anything of its own. */
static plan_node blank(const by_node *from) {
    const by_field none = {0.0, -1, 0};
    return (plan_node){.kind = from->kind,
                       .condition = -1,
                       .series = -1,
                       .label = from->label,
                       .symbol = none,
                       .choose = none,
                       .ties = none,
                       .merge = none,
                       .empty = none,
                       .low = none,
                       .high = none};
}

static int32_t child_of(const compiler *c, const by_node *from, int32_t i) {
    return c->plan->node_of[c->tree->links[from->child_first + i]];
}

/* An only child with weight 1 is the node. Children with a weight of 0 stay: what they need to be
 * computable counts; but for those whose weight a param makes 0, whatever its value. */
static by_status compile_weighted(compiler *c, const by_node *from, int32_t *out) {
    const size_t count = (size_t)from->child_count;
    plan_node to = blank(from);
    int32_t *links = malloc(count * sizeof *links);
    by_field *weights = malloc(count * sizeof *weights);
    by_status status = links == NULL || weights == NULL ? by_fail_nomem(c->err, 0) : BY_OK;
    for (int32_t i = 0; i < from->child_count && status == BY_OK; i++) {
        const by_field *weight = &c->tree->weights[from->child_first + i];
        const int32_t at = to.count;
        status = compile_field(c, weight, &weights[at]);
        if (weight->param >= 0) {
            c->plan->nested = true;
            if (weights[at].param < 0 && weights[at].constant == 0.0) {
                continue;
            }
        }
        links[at] = child_of(c, from, i);
        to.own_params |= field_params(&weights[at]);
        to.params |= c->plan->nodes[links[at]].params;
        to.count++;
    }
    if (status == BY_OK) {
        to.params |= to.own_params;
        if (to.count == 0) {
            to.kind = BY_CASH;
            status = compile_add_node(c, to, NULL, NULL, 0, out);
        } else if (to.count == 1 && weights[0].param < 0 && weights[0].constant == 1.0) {
            *out = links[0];
        } else {
            status = compile_add_node(c, to, links, weights, to.count, out);
        }
    }
    free(links);
    free(weights);
    return status;
}

/* The links of one child of a node that ranks or measures its children. */
static by_status link_child(compiler *c, const by_node *from, int32_t i, plan_node *to,
                            int32_t *link) {
    const int32_t child = c->tree->links[from->child_first + i];
    const bool filter = from->kind == BY_FILTER;
    by_status status = BY_OK;
    link[LINK_RANK] = -1;
    link[LINK_CHILD] = c->plan->node_of[child];
    link[LINK_VOLATILITY] = -1;
    link[LINK_IS_ASSET] = c->tree->nodes[child].kind == BY_ASSET;
    if (filter) {
        status = compile_template(c, from->rank, child, &link[LINK_RANK]);
    }
    if (status == BY_OK && (!filter || from->weighting == BY_WEIGH_INVERSE_VOL)) {
        status = compile_template(c, from->volatility, child, &link[LINK_VOLATILITY]);
    }
    for (int32_t k = 0; k <= LINK_VOLATILITY && status == BY_OK; k += LINK_VOLATILITY) {
        to->own_params |= link[k] >= 0 ? c->plan->series[link[k]].params : 0;
    }
    to->params |= c->plan->nodes[link[LINK_CHILD]].params;
    return status;
}

static by_status compile_ranked(compiler *c, const by_node *from, int32_t *out) {
    const size_t count = LINK_STRIDE * (size_t)from->child_count;
    plan_node to = blank(from);
    int32_t *links = malloc(count * sizeof *links);
    by_field *weights = NULL;
    by_status status = links == NULL ? by_fail_nomem(c->err, 0) : BY_OK;
    if (from->kind == BY_FILTER && status == BY_OK) {
        const struct {
            const by_field *from;
            by_field *to;
        } fields[] = {{&from->count, &to.choose},
                      {&from->ties, &to.ties},
                      {&from->merge, &to.merge},
                      {&from->empty, &to.empty}};
        to.bottom = from->bottom != 0;
        to.weighting = from->weighting;
        for (size_t i = 0; i < sizeof fields / sizeof *fields && status == BY_OK; i++) {
            status = compile_field(c, fields[i].from, fields[i].to);
            to.own_params |= field_params(fields[i].to);
        }
    }
    for (int32_t i = 0; i < from->child_count && status == BY_OK; i++) {
        status = link_child(c, from, i, &to, links + (size_t)i * LINK_STRIDE);
    }
    if (status == BY_OK && from->kind == BY_FILTER && from->weighting == BY_WEIGH_BY_RANK) {
        weights = calloc(count, sizeof *weights);
        status = weights == NULL ? by_fail_nomem(c->err, 0) : BY_OK;
        for (size_t i = 0; i < count && status == BY_OK; i++) {
            weights[i] = (by_field){0.0, -1, 0};
            if (i < (size_t)from->child_count) {
                status = compile_field(c, &c->tree->weights[from->child_first + (int32_t)i],
                                       &weights[i]);
                to.own_params |= field_params(&weights[i]);
            }
        }
    }
    if (status == BY_OK) {
        to.params |= to.own_params;
        to.count = from->child_count;
        status = compile_add_node(c, to, links, weights, (int32_t)count, out);
    }
    free(links);
    free(weights);
    return status;
}

static by_status compile_if(compiler *c, const by_node *from, int32_t *out) {
    const int32_t links[2] = {child_of(c, from, 0), child_of(c, from, 1)};
    plan_node to = blank(from);
    to.condition = c->plan->condition_of[from->condition];
    to.count = 2;
    to.params = c->plan->conditions[to.condition].params | c->plan->nodes[links[0]].params |
                c->plan->nodes[links[1]].params;
    return compile_add_node(c, to, links, NULL, 2, out);
}

static by_status compile_mixed(compiler *c, const by_node *from, int32_t *out) {
    const int32_t links[2] = {child_of(c, from, 0), child_of(c, from, 1)};
    plan_node to = blank(from);
    by_status status = compile_field(c, &from->low, &to.low);
    if (status == BY_OK) {
        status = compile_field(c, &from->high, &to.high);
    }
    to.series = c->plan->series_of[from->series];
    to.count = 2;
    to.own_params =
        field_params(&to.low) | field_params(&to.high) | c->plan->series[to.series].params;
    to.params = to.own_params | c->plan->nodes[links[0]].params | c->plan->nodes[links[1]].params;
    return status == BY_OK ? compile_add_node(c, to, links, NULL, 2, out) : status;
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
    int32_t *out = &c->plan->node_of[index];
    plan_node to = blank(from);
    by_status status;
    measure_node(c, index);
    switch (from->kind) {
    case BY_GROUP:
        *out = child_of(c, from, 0);
        return BY_OK;
    case BY_SETTLE:
        return compile_settle(c, child_of(c, from, 0), 1.0, out);
    case BY_WEIGHTED:
        return compile_weighted(c, from, out);
    case BY_IF:
        return compile_if(c, from, out);
    case BY_FILTER:
    case BY_INVERSE_VOL:
        return compile_ranked(c, from, out);
    case BY_MIXED:
        return compile_mixed(c, from, out);
    case BY_ASSET:
        status = compile_field(c, &from->symbol, &to.symbol);
        to.params = to.own_params = field_params(&to.symbol);
        return status != BY_OK ? status : compile_add_node(c, to, NULL, NULL, 0, out);
    default:
        return compile_add_node(c, to, NULL, NULL, 0, out);
    }
}
