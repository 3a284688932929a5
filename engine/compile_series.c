/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "compile.h"

static by_status add_source(compiler *c, int32_t node, int32_t *out) {
    by_plan *plan = c->plan;
    for (*out = 0; *out < plan->source_count; (*out)++) {
        if (plan->sources[*out] == node) {
            return BY_OK;
        }
    }
    by_status status = compile_grow(c, (void **)&plan->sources, &c->room_sources,
                                    plan->source_count, sizeof *plan->sources);
    if (status == BY_OK) {
        plan->sources[plan->source_count++] = node;
        status = compile_add_step(c, STEP_SOURCE, *out);
    }
    return status;
}

static by_status add_series(compiler *c, const by_series *from, int32_t node, int32_t *out);

/* A live series is computed after all that it is made of: its inputs and the series of holdings. */
static by_status add_step(compiler *c, int32_t series) {
    plan_series *at = &c->plan->series[series];
    if (at->live < 0 || at->has_step) {
        return BY_OK;
    }
    at->has_step = true;
    return compile_add_step(c, STEP_SERIES, series);
}

/* Marks every symbol that an asset in or below `node` may hold. */
static void mark_symbols(compiler *c, int32_t node) {
    const by_plan *plan = c->plan;
    memset(c->seen, 0, (size_t)c->tree->symbol_count);
    memset(c->visited, 0, (size_t)plan->node_count);
    c->visited[node] = 1;
    for (int32_t i = node; i >= 0; i--) { /* children stand before their parents */
        const plan_node *at = &plan->nodes[i];
        if (!c->visited[i]) {
            continue;
        }
        if (at->kind == BY_ASSET) {
            const int32_t count =
                at->symbol.param < 0 ? 1 : c->tree->params[at->symbol.param].value_count;
            const double *values = (const double *)(const void *)c->values.bytes;
            for (int32_t k = 0; k < count; k++) {
                c->seen[(int32_t)(at->symbol.param < 0 ? at->symbol.constant
                                                       : values[at->symbol.first + k])] = 1;
            }
        }
        for (int32_t k = 0; k < at->count; k++) {
            c->visited[plan_child(plan, at, k)] = 1;
        }
    }
}

/* The tickers' own series behind plan series `series`, which may measure its node by its holdings.
 * `from` is how the tree has it. */
static by_status add_holdings(compiler *c, int32_t series, by_series from) {
    by_plan *plan = c->plan;
    const int32_t symbols = c->tree->symbol_count;
    by_status status = BY_OK;
    from.days_ago = (by_field){0.0, -1, 0};
    from.factor = (by_field){1.0, -1, 0};
    from.offset = (by_field){0.0, -1, 0};
    mark_symbols(c, plan->series[series].fields.node);
    const int32_t first = plan->holding_count;
    for (int32_t s = 0; s < symbols && status == BY_OK; s++) {
        if (c->seen[s]) {
            int32_t own;
            from.symbol = (by_field){s, -1, 0};
            status = add_series(c, &from, -1, &own);
            if (status == BY_OK) {
                status = add_step(c, own);
            }
            if (status == BY_OK) {
                status = compile_grow(c, (void **)&plan->holdings, &c->room_holdings,
                                      plan->holding_count, sizeof *plan->holdings);
            }
            if (status == BY_OK) {
                plan->holdings[plan->holding_count++] = (plan_holding){s, own};
            }
        }
    }
    plan->series[series].holding_first = first;
    plan->series[series].holding_count = plan->holding_count - first;
    return status;
}

/* What the series at `index`, newly added, is measured over. */
static by_status describe(compiler *c, int32_t index) {
    by_plan *plan = c->plan;
    plan_series *at = &plan->series[index];
    const by_series *fields = &at->fields;
    const by_field *own[] = {&fields->kind,      &fields->symbol,    &fields->window[0],
                             &fields->window[1], &fields->window[2], &fields->number[0],
                             &fields->number[1], &fields->variant,   &fields->measure,
                             &fields->days_ago,  &fields->factor,    &fields->offset};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        at->own_params |= field_params(own[i]);
    }
    at->params = at->own_params;
    bool live = fields->node >= 0;
    const int32_t inputs[] = {fields->over, fields->with};
    for (int32_t i = 0; i < 2; i++) {
        if (inputs[i] >= 0) {
            at->params |= plan->series[inputs[i]].params;
            live = live || plan->series[inputs[i]].live >= 0;
        }
    }
    if (!live) {
        return BY_OK;
    }
    if (fields->form == BY_SEEN || fields->timeframe != 0) {
        return by_fail(c->err, BY_STRATEGY,
                       "strategy: the equity of a node is measured in a higher timeframe, where "
                       "tickers alone can be; measure it outside of b.on");
    }
    at->live = plan->live_count++;
    plan->nested = true;
    by_status status = BY_OK;
    if (fields->node >= 0) {
        at->params |= plan->nodes[fields->node].params;
        if (fields->measure.param >= 0 || fields->measure.constant == BY_MEASURE_EQUITY) {
            status = add_source(c, fields->node, &at->source);
        }
    }
    return status;
}

static by_status intern_series(compiler *c, const by_series *fields, int32_t *out) {
    by_plan *plan = c->plan;
    bool added = false;
    *out = intern_add(&c->series, fields, sizeof *fields, &added);
    if (*out < 0) {
        return by_fail_nomem(c->err, c->series.byte_size);
    }
    if (!added) {
        return BY_OK;
    }
    by_status status =
        compile_grow(c, (void **)&plan->series, &c->room_series, *out, sizeof *plan->series);
    if (status == BY_OK) {
        plan->series[*out] = (plan_series){.fields = *fields, .live = -1, .source = -1};
        plan->series_count = *out + 1;
        status = describe(c, *out);
    }
    return status;
}

/* Whether a kind reads the time alone: then it does not matter what it is measured over. */
static bool is_timed(const by_field *kind) {
    return kind->param < 0 && (by_indicator_reads((int32_t)kind->constant) & BY_READS_TIME) != 0;
}

/* Compiles what a recipe is made of: the windows and numbers that the kind has, all when a param
 * chooses it. */
static by_status compile_recipe(compiler *c, const by_series *from, by_series *to) {
    const by_field none = {0.0, -1, 0};
    const int32_t kind = (int32_t)to->kind.constant;
    const bool any = to->kind.param >= 0;
    const int32_t windows = any ? 3 : kind_window_count(c->tree, kind);
    const int32_t numbers = any ? 2 : kind_number_count(c->tree, kind);
    by_status status = compile_field(c, &from->variant, &to->variant);
    for (int32_t i = 0; i < 3 && status == BY_OK; i++) {
        status = compile_field(c, i < windows ? &from->window[i] : &none, &to->window[i]);
    }
    for (int32_t i = 0; i < 2 && status == BY_OK; i++) {
        status = compile_field(c, i < numbers ? &from->number[i] : &none, &to->number[i]);
    }
    return status;
}

/* Adds a series whose over and with are plan series already, over plan node `node` when >= 0. */
static by_status add_series(compiler *c, const by_series *from, int32_t node, int32_t *out) {
    const by_field none = {0.0, -1, 0};
    by_series to = {.form = from->form,
                    .over = from->over,
                    .with = -1,
                    .node = node,
                    .timeframe = from->timeframe,
                    .window = {none, none, none},
                    .number = {none, none},
                    .variant = none};
    const bool indicator = from->form == BY_INDICATOR_OF;
    by_status status = compile_field(c, indicator ? &from->kind : &none, &to.kind);
    if (is_timed(&to.kind) && indicator) {
        to.over = to.node = -1;
    }
    if (!indicator || (to.kind.param >= 0 && from->with >= 0) ||
        plan_reads_with(c->tree, from, (int32_t)to.kind.constant)) {
        to.with = from->with;
    }
    const bool of_symbol = indicator && to.over < 0 && to.node < 0 && !is_timed(&to.kind);
    if (status == BY_OK) {
        status = compile_field(c, of_symbol ? &from->symbol : &none, &to.symbol);
    }
    if (status == BY_OK && indicator) {
        status = compile_recipe(c, from, &to);
    }
    const struct {
        const by_field *from;
        by_field *to;
    } rest[] = {{to.node >= 0 ? &from->measure : &none, &to.measure},
                {&from->days_ago, &to.days_ago},
                {&from->factor, &to.factor},
                {&from->offset, &to.offset}};
    for (size_t i = 0; i < sizeof rest / sizeof *rest && status == BY_OK; i++) {
        status = compile_field(c, rest[i].from, rest[i].to);
    }
    return status == BY_OK ? intern_series(c, &to, out) : status;
}

/* The series of tree index `index`; `child` is the node in whose place a template stands, or -1. */
static by_status add_from_tree(compiler *c, int32_t index, int32_t child, int32_t *out) {
    by_plan *plan = c->plan;
    by_series from = c->tree->series[index];
    int32_t node = -1;
    by_status status = BY_OK;
    if (child < 0 && plan->series_of[index] >= 0) {
        *out = plan->series_of[index];
        return BY_OK;
    }
    if (from.with >= 0) {
        status = add_from_tree(c, from.with, child, &from.with);
    }
    if (status != BY_OK) {
        return status;
    }
    if (from.over >= 0) {
        status = add_from_tree(c, from.over, child, &from.over);
    } else if (from.node >= 0) {
        status = compile_settled(c, plan->node_of[from.node], &node);
    } else if (from.symbol.param < 0 && from.symbol.constant == BY_TEMPLATE && child >= 0) {
        from.symbol = c->tree->nodes[child].symbol;
        if (c->tree->nodes[child].kind != BY_ASSET) {
            status = compile_settled(c, plan->node_of[child], &node);
        }
    }
    if (status == BY_OK) {
        status = add_series(c, &from, node, out);
    }
    if (status == BY_OK && plan->series[*out].fields.node >= 0 &&
        plan->series[*out].holding_count == 0 &&
        compile_largest(c->tree, &from.measure) > BY_MEASURE_EQUITY) {
        status = add_holdings(c, *out, from);
    }
    return status == BY_OK ? add_step(c, *out) : status;
}

by_status compile_series(compiler *c, int32_t index) {
    const by_series *series = &c->tree->series[index];
    uint8_t *is_template = c->is_template;
    if (series->over >= 0) {
        is_template[index] = is_template[series->over];
    } else {
        is_template[index] =
            series->node < 0 && series->symbol.param < 0 && series->symbol.constant == BY_TEMPLATE;
    }
    if (series->with >= 0) {
        is_template[index] = is_template[index] || is_template[series->with];
    }
    return is_template[index] ? BY_OK : add_from_tree(c, index, -1, &c->plan->series_of[index]);
}

by_status compile_template(compiler *c, int32_t index, int32_t child, int32_t *out) {
    return add_from_tree(c, index, child, out);
}
