/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "compile.h"

/* How many rows before a session decide whether the condition holds on it. */
static int32_t lookback(const compiler *c, const by_condition *from, int32_t below) {
    if (from->kind == BY_LATCH) {
        return INT32_MAX;
    }
    double rows = below + compile_largest(c->tree, &from->days_ago) +
                  compile_largest(c->tree, &from->for_days) - 1.0;
    return rows < INT32_MAX ? (int32_t)rows : INT32_MAX;
}

static by_status compile_fields(compiler *c, const by_condition *from, plan_condition *to) {
    const by_field none = {0.0, -1, 0};
    const bool compares = from->kind == BY_COMPARE;
    const struct {
        const by_field *from;
        by_field *to;
    } fields[] = {
        {compares ? &from->comparator : &none, &to->fields.comparator},
        {compares && from->right < 0 ? &from->threshold : &none, &to->fields.threshold},
        {from->kind == BY_AT_LEAST ? &from->count : &none, &to->fields.count},
        {&from->for_days, &to->fields.for_days},
        {&from->days_ago, &to->fields.days_ago},
    };
    by_status status = BY_OK;
    for (size_t i = 0; i < sizeof fields / sizeof *fields && status == BY_OK; i++) {
        status = compile_field(c, fields[i].from, fields[i].to);
        to->own_params |= field_params(fields[i].to);
    }
    return status;
}

static by_status add_condition(compiler *c, plan_condition *to, const int32_t *children,
                               int32_t *out) {
    by_plan *plan = c->plan;
    bool added = false;
    *out =
        intern_add(&c->conditions, c->key,
                   sizeof to->fields + (size_t)to->fields.child_count * sizeof *children, &added);
    if (*out < 0) {
        return by_fail_nomem(c->err, c->conditions.byte_size);
    }
    if (!added) {
        return BY_OK;
    }
    to->fields.child_first = compile_append(plan->condition_links, &plan->condition_link_count,
                                            children, to->fields.child_count);
    plan->conditions[*out] = *to;
    plan->condition_count = *out + 1;
    return compile_add_step(c, STEP_CONDITION, *out);
}

by_status compile_condition(compiler *c, int32_t index) {
    const by_condition *from = &c->tree->conditions[index];
    by_plan *plan = c->plan;
    plan_condition to = {.fields = {.kind = from->kind, .left = -1, .right = -1}};
    by_status status = compile_fields(c, from, &to);
    int32_t *children = (void *)((char *)c->key + sizeof to.fields);
    int32_t below = 0;
    to.params = to.own_params;
    if (from->kind == BY_COMPARE) {
        to.fields.left = plan->series_of[from->left];
        to.fields.right = from->right < 0 ? -1 : plan->series_of[from->right];
        to.params |= plan->series[to.fields.left].params |
                     (from->right < 0 ? 0 : plan->series[to.fields.right].params);
    } else {
        to.fields.child_count = from->child_count;
    }
    for (int32_t i = 0; i < to.fields.child_count; i++) {
        const int32_t child = c->tree->condition_links[from->child_first + i];
        children[i] = plan->condition_of[child];
        to.params |= plan->conditions[children[i]].params;
        below = c->lookback[child] > below ? c->lookback[child] : below;
    }
    c->lookback[index] = lookback(c, from, below);
    plan->lookback = c->lookback[index] > plan->lookback ? c->lookback[index] : plan->lookback;
    plan->nested = plan->nested || c->lookback[index] > 0;
    if (status != BY_OK) {
        return status;
    }
    memcpy(c->key, &to.fields, sizeof to.fields);
    return add_condition(c, &to, children, &plan->condition_of[index]);
}
