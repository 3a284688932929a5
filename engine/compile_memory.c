/* SPDX-License-Identifier: MIT
 *
 * What a compiler works in.
 */
#include <stdlib.h>
#include <string.h>

#include "compile.h"

/* Copies the texts and params of the tree, so that it need not outlive the call. */
static by_status copy_names(compiler *c) {
    const by_tree *tree = c->tree;
    by_tree *to = &c->plan->tree;
    size_t pointers = (size_t)tree->symbol_count + (size_t)tree->label_count;
    size_t size = pointers * sizeof(char *) + (size_t)tree->param_count * sizeof(by_param) +
                  (size_t)tree->custom_count * sizeof(by_custom);
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
    for (int32_t i = 0; i < tree->custom_count; i++) {
        size += strlen(tree->customs[i].name) + 1;
    }
    char *memory = malloc(size);
    if (memory == NULL) {
        return by_fail_nomem(c->err, size);
    }
    c->plan->memory = memory;
    by_param *params = (by_param *)memory;
    by_custom *customs = (by_custom *)(params + tree->param_count);
    const char **symbols = (const char **)(customs + tree->custom_count);
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
    for (int32_t i = 0; i < tree->custom_count; i++) {
        customs[i] = tree->customs[i];
        customs[i].name = text;
        text = stpcpy(text, tree->customs[i].name) + 1;
    }
    *to = (by_tree){.params = params,
                    .customs = customs,
                    .symbols = symbols,
                    .labels = labels,
                    .param_count = tree->param_count,
                    .symbol_count = tree->symbol_count,
                    .label_count = tree->label_count,
                    .custom_count = tree->custom_count};
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
    const size_t links = LINK_STRIDE * (children + 1);
    c->key = grab(sizeof(plan_node) + sizeof(plan_condition) +
                      links * (sizeof(int32_t) + sizeof(by_field)),
                  1, &failed);
    c->values_key = grab(values + 1, sizeof(double), &failed);
    c->node_size = grab((size_t)tree->node_count, sizeof(int64_t), &failed);
    c->gate_count = grab((size_t)tree->node_count, sizeof(int64_t), &failed);
    c->depth = grab((size_t)tree->node_count, sizeof(int32_t), &failed);
    c->lookback = grab((size_t)tree->condition_count, sizeof(int32_t), &failed);
    c->is_template = grab((size_t)tree->series_count, 1, &failed);
    c->seen = grab((size_t)tree->symbol_count, 1, &failed);
    plan->series_of = grab((size_t)tree->series_count, sizeof(int32_t), &failed);
    plan->condition_of = grab((size_t)tree->condition_count, sizeof(int32_t), &failed);
    plan->node_of = grab((size_t)tree->node_count, sizeof(int32_t), &failed);
    plan->conditions = grab((size_t)tree->condition_count, sizeof *plan->conditions, &failed);
    plan->condition_links =
        grab((size_t)tree->condition_link_count, sizeof *plan->condition_links, &failed);
    if (failed) {
        return by_fail_nomem(c->err, (size_t)tree->node_count * sizeof *plan->nodes);
    }
    memset(plan->series_of, 0xff, (size_t)tree->series_count * sizeof(int32_t));
    memset(plan->condition_of, 0xff, (size_t)tree->condition_count * sizeof(int32_t));
    plan->tree_series_count = tree->series_count;
    plan->tree_condition_count = tree->condition_count;
    plan->tree_node_count = tree->node_count;
    return BY_OK;
}

by_status compile_open(compiler *c) {
    by_status status = allocate(c);
    return status == BY_OK ? copy_names(c) : status;
}

void compile_close(compiler *c) {
    free(c->key);
    free(c->values_key);
    free(c->lookback);
    free(c->is_template);
    free(c->seen);
    free(c->visited);
    free(c->may_void);
    free(c->node_size);
    free(c->gate_count);
    free(c->depth);
    intern_free(&c->values);
    intern_free(&c->series);
    intern_free(&c->conditions);
    intern_free(&c->nodes);
}
