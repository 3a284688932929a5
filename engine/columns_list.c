/* SPDX-License-Identifier: MIT
 *
 * Which columns there are to compute: the distinct ones among all variants of all series.
 */
#include <stdlib.h>

#include "columns.h"
#include "tree_check.h"

enum { VARIANTS_MAX = 1 << 28 };

/* Lays out the variants of each series that is not live, its first param changing fastest. */
static by_status index_variants(by_columns *columns, by_error *err) {
    const by_plan *plan = columns->plan;
    int64_t params = 0;
    for (int32_t s = 0; s < plan->series_count; s++) {
        params += __builtin_popcountll(plan->series[s].params);
    }
    columns->params = calloc((size_t)params + 1, sizeof *columns->params);
    if (columns->params == NULL) {
        return by_fail_nomem(err, (size_t)params * sizeof *columns->params);
    }
    params = 0;
    for (int32_t s = 0; s < plan->series_count; s++) {
        variant_index *at = &columns->index[s];
        int64_t count = plan->series[s].live >= 0 ? 0 : 1;
        at->base = columns->variant_count;
        at->first = params;
        for (int32_t p = 0; p < plan->tree.param_count && count > 0; p++) {
            if (plan->series[s].params >> p & 1) {
                columns->params[params++] = (variant_param){p, (int32_t)count};
                count *= plan->tree.params[p].value_count;
                if (count > VARIANTS_MAX) {
                    break;
                }
            }
        }
        at->param_count = params - at->first;
        columns->variant_count += count;
        if (columns->variant_count > VARIANTS_MAX) {
            return by_fail(err, BY_LIMIT,
                           "sweep: one indicator depends on too many values of params (more than "
                           "%d variants); use fewer values",
                           VARIANTS_MAX);
        }
    }
    return BY_OK;
}

typedef struct variant_visit {
    by_columns *columns;
    const uint8_t *met;           /* NULL: all values are */
    int32_t first[BY_PARAMS_MAX]; /* where those of a param begin in it */
    int32_t series;
    int64_t position;
    by_error *err;
} variant_visit;

/* Whether combos have all the values of an assignment. */
static bool is_met(const variant_visit *at, const int32_t *digits) {
    uint64_t params = at->met == NULL ? 0 : at->columns->plan->series[at->series].params;
    for (; params != 0; params &= params - 1) {
        const int32_t param = __builtin_ctzll(params);
        if (!at->met[at->first[param] + digits[param]]) {
            return false;
        }
    }
    return true;
}

static by_status add_variant(void *context, const int32_t *digits) {
    variant_visit *at = context;
    by_columns *columns = at->columns;
    const by_plan *plan = columns->plan;
    const by_series *fields = &plan->series[at->series].fields;
    if (!is_met(at, digits)) {
        columns->variants[at->position++] = -1;
        return BY_OK;
    }
    column_key key = {.form = fields->form,
                      .over =
                          fields->over < 0 ? -1 : columns_variant(columns, fields->over, digits),
                      .with = -1,
                      .kind = (int32_t)plan_value(plan, &fields->kind, digits),
                      .symbol = (int32_t)plan_value(plan, &fields->symbol, digits),
                      .recipe = plan_recipe(plan, fields, digits),
                      .days_ago = (int32_t)plan_value(plan, &fields->days_ago, digits),
                      .frame = frames_find(&columns->frames, fields->timeframe),
                      .factor = plan_value(plan, &fields->factor, digits),
                      .offset = plan_value(plan, &fields->offset, digits)};
    if (plan_reads_with(&plan->tree, fields, key.kind)) {
        key.with = columns_variant(columns, fields->with, digits);
    }
    int32_t column = intern_add(&columns->keys, &key, sizeof key, NULL);
    if (column < 0) {
        return by_fail_nomem(at->err, columns->keys.byte_size);
    }
    columns->variants[at->position++] = column;
    return BY_OK;
}

by_status columns_list(by_columns *columns, const uint8_t *met, by_error *err) {
    int32_t digits[BY_PARAMS_MAX];
    const by_plan *plan = columns->plan;
    by_status status = index_variants(columns, err);
    if (status != BY_OK) {
        return status;
    }
    columns->variants = malloc(((size_t)columns->variant_count + 1) * sizeof *columns->variants);
    if (columns->variants == NULL) {
        return by_fail_nomem(err, (size_t)columns->variant_count * sizeof(int32_t));
    }
    variant_visit visit = {.columns = columns, .met = met, .err = err};
    for (int32_t p = 1; p < plan->tree.param_count; p++) {
        visit.first[p] = visit.first[p - 1] + plan->tree.params[p - 1].value_count;
    }
    for (int32_t s = 0; s < plan->series_count && status == BY_OK; s++) {
        visit.series = s;
        visit.position = columns->index[s].base;
        if (plan->series[s].live < 0) {
            status = tree_each_assignment(&plan->tree, plan->series[s].params, digits, add_variant,
                                          &visit);
        }
    }
    columns->column_count = columns->keys.count;
    return status;
}
