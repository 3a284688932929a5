/* SPDX-License-Identifier: MIT */
#include "plan.h"

#include <stdlib.h>
#include <string.h>

#include "compile.h"
#include "hash.h"
#include "tree_check.h"

/* Copies the texts and params of the tree, so that it need not outlive the call. */
static by_status copy_names(compiler *c) {
    const by_tree *tree = c->tree;
    by_tree *to = &c->plan->tree;
    size_t pointers = (size_t)tree->symbol_count + (size_t)tree->label_count;
    size_t size = pointers * sizeof(char *) + (size_t)tree->param_count * sizeof(by_param);
    const size_t table_size = size;
    for (int32_t i = 0; i < tree->symbol_count; i++) {
        size += strlen(tree->symbols[i]) + 1;
    }
    for (int32_t i = 0; i < tree->label_count; i++) {
        size += strlen(tree->labels[i]) + 1;
    }
    for (int32_t i = 0; i < tree->param_count; i++) {
        size += strlen(tree->params[i].name) + 1;
    }
    char *memory = malloc(size);
    if (memory == NULL) {
        return by_fail_nomem(c->err, size);
    }
    c->plan->memory = memory;
    by_param *params = (by_param *)memory;
    const char **symbols = (const char **)(params + tree->param_count);
    const char **labels = symbols + tree->symbol_count;
    char *text = memory + table_size;
    for (int32_t i = 0; i < tree->param_count; i++) {
        params[i] = tree->params[i];
        params[i].name = text;
        text = stpcpy(text, tree->params[i].name) + 1;
    }
    for (int32_t i = 0; i < tree->symbol_count; i++) {
        symbols[i] = text;
        text = stpcpy(text, tree->symbols[i]) + 1;
    }
    for (int32_t i = 0; i < tree->label_count; i++) {
        labels[i] = text;
        text = stpcpy(text, tree->labels[i]) + 1;
    }
    *to = (by_tree){.params = params,
                    .symbols = symbols,
                    .labels = labels,
                    .param_count = tree->param_count,
                    .symbol_count = tree->symbol_count,
                    .label_count = tree->label_count};
    return BY_OK;
}

static void *grab(size_t count, size_t size, bool *failed) {
    void *memory = calloc(count > 0 ? count : 1, size);
    *failed = *failed || memory == NULL;
    return memory;
}

static by_status allocate(compiler *c) {
    const by_tree *tree = c->tree;
    by_plan *plan = c->plan;
    bool failed = false;
    size_t values = 0;
    size_t children = 0;
    for (int32_t p = 0; p < tree->param_count; p++) {
        size_t count = (size_t)tree->params[p].value_count;
        values = count > values ? count : values;
    }
    for (int32_t i = 0; i < tree->node_count; i++) {
        size_t count = (size_t)tree->nodes[i].child_count;
        children = count > children ? count : children;
    }
    for (int32_t i = 0; i < tree->condition_count; i++) {
        size_t count = (size_t)tree->conditions[i].child_count;
        children = count > children ? count : children;
    }
    c->key = grab(sizeof(plan_node) + (values + 1) * sizeof(double) +
                      children * (2 * sizeof(int32_t) + sizeof(by_field)),
                  1, &failed);
    c->series_of = grab((size_t)tree->series_count, sizeof(int32_t), &failed);
    c->condition_of = grab((size_t)tree->condition_count, sizeof(int32_t), &failed);
    c->node_of = grab((size_t)tree->node_count, sizeof(int32_t), &failed);
    c->node_size = grab((size_t)tree->node_count, sizeof(int64_t), &failed);
    c->gate_count = grab((size_t)tree->node_count, sizeof(int64_t), &failed);
    c->depth = grab((size_t)tree->node_count, sizeof(int32_t), &failed);
    plan->conditions = grab((size_t)tree->condition_count, sizeof *plan->conditions, &failed);
    plan->nodes = grab((size_t)tree->node_count, sizeof *plan->nodes, &failed);
    plan->links = grab(2 * (size_t)tree->link_count, sizeof *plan->links, &failed); /* pairs */
    plan->weights = grab(2 * (size_t)tree->link_count, sizeof *plan->weights, &failed);
    plan->condition_links =
        grab((size_t)tree->condition_link_count, sizeof *plan->condition_links, &failed);
    return failed ? by_fail_nomem(c->err, (size_t)tree->node_count * sizeof *plan->nodes) : BY_OK;
}

static by_status compile(compiler *c) {
    const by_tree *tree = c->tree;
    by_status status = BY_OK;
    for (int32_t i = 0; i < tree->series_count && status == BY_OK; i++) {
        status = compile_series(c, i);
    }
    for (int32_t i = 0; i < tree->condition_count && status == BY_OK; i++) {
        status = compile_condition(c, i);
    }
    for (int32_t i = 0; i < tree->node_count && status == BY_OK; i++) {
        status = compile_node(c, i);
    }
    return status;
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
    plan->root = c->node_of[root];
    plan->figures = (by_plan_figures){.node_count = c->node_size[root],
                                      .gate_count = c->gate_count[root],
                                      .depth = c->depth[root],
                                      .distinct_nodes = plan->node_count,
                                      .distinct_conditions = plan->condition_count,
                                      .distinct_series = plan->series_count,
                                      .dynamic_nodes = dynamic};
}

static void free_compiler(compiler *c) {
    free(c->key);
    free(c->series_of);
    free(c->condition_of);
    free(c->node_of);
    free(c->node_size);
    free(c->gate_count);
    free(c->depth);
    intern_free(&c->values);
    intern_free(&c->series);
    intern_free(&c->conditions);
    intern_free(&c->nodes);
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
    status = allocate(&c);
    if (status == BY_OK) {
        status = copy_names(&c);
    }
    if (status == BY_OK) {
        status = compile(&c);
    }
    if (status == BY_OK) {
        take_values(&c);
        describe(&c);
        *out = plan;
    } else {
        by_plan_free(plan);
    }
    free_compiler(&c);
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
    hash = by_hash(tree->values, (size_t)tree->value_count * sizeof *tree->values, hash);
    for (int32_t i = 0; i < tree->symbol_count; i++) {
        hash = by_hash(tree->symbols[i], strlen(tree->symbols[i]), hash);
    }
    for (int32_t i = 0; i < tree->param_count; i++) {
        hash = by_hash(&tree->params[i].value_count, sizeof(int32_t), hash);
        hash = by_hash(tree->params[i].name, strlen(tree->params[i].name), hash);
    }
    return hash;
}
