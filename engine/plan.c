/* SPDX-License-Identifier: MIT */
#include "plan.h"

#include <stdlib.h>
#include <string.h>

#include "compile.h"
#include "hash.h"
#include "trading.h"
#include "tree_check.h"

/* Compiles what of the series and conditions a node refers to, and all before that. */
static by_status compile_until(compiler *c, tree_order *at, int32_t node) {
    tree_order until = *at;
    by_status status = BY_OK;
    tree_order_advance(c->tree, node, &until);
    while (at->condition < until.condition && status == BY_OK) {
        const int32_t series = tree_condition_series(c->tree, at->condition);
        while (at->series <= series && status == BY_OK) {
            status = compile_series(c, at->series++);
        }
        if (status == BY_OK) {
            status = compile_condition(c, at->condition++);
        }
    }
    while (at->series < until.series && status == BY_OK) {
        status = compile_series(c, at->series++);
    }
    return status;
}

static by_status compile(compiler *c) {
    const by_tree *tree = c->tree;
    tree_order at = {0, 0};
    by_status status = BY_OK;
    for (int32_t i = 0; i < tree->node_count && status == BY_OK; i++) {
        status = compile_until(c, &at, i);
        if (status == BY_OK) {
            status = compile_node(c, i);
        }
    }
    return status == BY_OK
               ? compile_settled(c, c->plan->node_of[tree->node_count - 1], &c->plan->root)
               : status;
}

static by_status compile_trading(compiler *c) {
    const by_tree *tree = c->tree;
    by_plan *plan = c->plan;
    const by_field *from =
        (const by_field *)(tree->trading != NULL ? tree->trading : &trading_default);
    by_field *to = (by_field *)&plan->trading;
    by_status status = BY_OK;
    for (size_t i = 0; i < sizeof plan->trading / sizeof *to && status == BY_OK; i++) {
        status = compile_field(c, &from[i], &to[i]);
    }
    bool any = false;
    for (int32_t s = 0; tree->whole_shares != NULL && s < tree->symbol_count; s++) {
        any = any || tree->whole_shares[s] != 0;
    }
    if (status == BY_OK && any) {
        plan->whole_shares = malloc((size_t)tree->symbol_count);
        if (plan->whole_shares == NULL) {
            return by_fail_nomem(c->err, (size_t)tree->symbol_count);
        }
        for (int32_t s = 0; s < tree->symbol_count; s++) {
            plan->whole_shares[s] = tree->whole_shares[s] != 0;
        }
    }
    return status;
}

/* Whatever a source holds is needed from the source's own first row on. */
static by_status mark_early(compiler *c) {
    by_plan *plan = c->plan;
    plan->early = calloc((size_t)plan->node_count, 1);
    if (plan->early == NULL) {
        return by_fail_nomem(c->err, (size_t)plan->node_count);
    }
    for (int32_t s = 0; s < plan->series_count; s++) {
        if (plan->series[s].fields.node >= 0) {
            plan->early[plan->series[s].fields.node] = 1;
            plan->lookback = INT32_MAX;
        }
    }
    for (int32_t i = plan->node_count - 1; i >= 0; i--) {
        for (int32_t k = 0; k < plan->nodes[i].count && plan->early[i]; k++) {
            plan->early[plan_child(plan, &plan->nodes[i], k)] = 1;
        }
    }
    return BY_OK;
}

/* The values that fields refer to are the keys under which they were interned. */
static void take_values(compiler *c) {
    c->plan->tree.values = (const void *)c->values.bytes;
    c->plan->tree.value_count = (int32_t)(c->values.byte_count / sizeof(double));
    c->values.bytes = NULL;
}

static void describe(compiler *c) {
    by_plan *plan = c->plan;
    const int32_t root = c->tree->node_count - 1;
    int32_t dynamic = 0;
    for (int32_t i = 0; i < plan->node_count; i++) {
        dynamic += plan->nodes[i].params != 0;
    }
    plan->figures = (by_plan_figures){.node_count = c->node_size[root],
                                      .gate_count = c->gate_count[root],
                                      .depth = c->depth[root],
                                      .distinct_nodes = plan->node_count,
                                      .distinct_conditions = plan->condition_count,
                                      .distinct_series = plan->series_count,
                                      .dynamic_nodes = dynamic};
}

by_status by_plan_new(const by_tree *tree, by_plan **out, by_error *err) {
    *out = NULL;
    by_status status = tree_check(tree, err);
    if (status != BY_OK) {
        return status;
    }
    by_plan *plan = calloc(1, sizeof *plan);
    if (plan == NULL) {
        return by_fail_nomem(err, sizeof *plan);
    }
    compiler c = {.tree = tree, .plan = plan, .err = err};
    status = compile_open(&c);
    if (status == BY_OK) {
        status = compile(&c);
    }
    if (status == BY_OK) {
        status = compile_trading(&c);
    }
    if (status == BY_OK) {
        status = mark_early(&c);
    }
    if (status == BY_OK) {
        take_values(&c);
        describe(&c);
        *out = plan;
    } else {
        by_plan_free(plan);
    }
    compile_close(&c);
    return status;
}

void by_plan_free(by_plan *plan) {
    if (plan != NULL) {
        free((void *)plan->tree.values);
        free(plan->series);
        free(plan->conditions);
        free(plan->nodes);
        free(plan->links);
        free(plan->weights);
        free(plan->condition_links);
        free(plan->whole_shares);
        free(plan->holdings);
        free(plan->sources);
        free(plan->early);
        free(plan->steps);
        free(plan->series_of);
        free(plan->condition_of);
        free(plan->node_of);
        free(plan->memory);
        free(plan);
    }
}

void by_plan_describe(const by_plan *plan, by_plan_figures *out) {
    *out = plan->figures;
}

uint64_t by_plan_hash(const by_plan *plan) {
    const by_tree *tree = &plan->tree;
    uint64_t hash = by_hash(&plan->root, sizeof plan->root, 0);
    for (int32_t i = 0; i < plan->node_count; i++) {
        plan_node node = plan->nodes[i];
        node.label = 0; /* names change nothing */
        hash = by_hash(&node, sizeof node, hash);
    }
    hash = by_hash(plan->series, (size_t)plan->series_count * sizeof *plan->series, hash);
    hash =
        by_hash(plan->conditions, (size_t)plan->condition_count * sizeof *plan->conditions, hash);
    hash = by_hash(plan->links, (size_t)plan->link_count * sizeof *plan->links, hash);
    hash = by_hash(plan->weights, (size_t)plan->link_count * sizeof *plan->weights, hash);
    hash = by_hash(plan->condition_links,
                   (size_t)plan->condition_link_count * sizeof *plan->condition_links, hash);
    hash = by_hash(plan->holdings, (size_t)plan->holding_count * sizeof *plan->holdings, hash);
    hash = by_hash(&plan->trading, sizeof plan->trading, hash);
    if (plan->whole_shares != NULL) {
        hash = by_hash(plan->whole_shares, (size_t)tree->symbol_count, hash);
    }
    hash = by_hash(tree->values, (size_t)tree->value_count * sizeof *tree->values, hash);
    for (int32_t i = 0; i < tree->symbol_count; i++) {
        hash = by_hash(tree->symbols[i], strlen(tree->symbols[i]), hash);
    }
    for (int32_t i = 0; i < tree->param_count; i++) {
        hash = by_hash(&tree->params[i].value_count, sizeof(int32_t), hash);
        hash = by_hash(tree->params[i].name, strlen(tree->params[i].name), hash);
    }
    for (int32_t i = 0; i < tree->custom_count; i++) {
        hash = by_hash(&tree->customs[i].identity, sizeof tree->customs[i].identity, hash);
    }
    return hash;
}
