/* SPDX-License-Identifier: MIT */
#include "trace.h"

#include <math.h>
#include <stdlib.h>

#include "trace_parts.h"

by_status by_trace_new(const by_columns *columns, const int32_t *digits, by_range asked,
                       by_trace **out, by_error *err) {
    *out = NULL;
    by_status status = columns_check_range(columns, asked, err);
    if (status != BY_OK) {
        return status;
    }
    by_trace *trace = calloc(1, sizeof *trace);
    if (trace == NULL) {
        return by_fail_nomem(err, sizeof *trace);
    }
    status = walk_open(&trace->walk, columns, asked, err);
    if (status != BY_OK) {
        free(trace);
        return status;
    }
    status = walk_trace(&trace->walk, digits, err);
    if (status == BY_OK) {
        status = walk_range(&trace->walk, &trace->range, err);
    }
    if (status != BY_OK) {
        by_trace_free(trace);
        return status;
    }
    *out = trace;
    return BY_OK;
}

void by_trace_free(by_trace *trace) {
    if (trace != NULL) {
        walk_close(&trace->walk);
        free(trace);
    }
}

by_range by_trace_range(const by_trace *trace) {
    return trace->range;
}

/* The plan's index of a part of the tree, -1 for none, when `row` is one that was walked. */
static int32_t find(const by_trace *trace, const int32_t *map, int32_t count, int32_t index,
                    int32_t row) {
    const bool inside = row >= trace->walk.first && row <= trace->range.last;
    return inside && index >= 0 && index < count ? map[index] : -1;
}

static double value_of(const by_trace *trace, int32_t series, int32_t row) {
    const walk *w = &trace->walk;
    const double value = series < 0 ? NAN : series_values(w, series)[row - w->first];
    if (w->columns->on_demand) {
        walk_release(w);
    }
    return value;
}

/* Of a series of the tree whose rows are those of the panel. */
static int32_t find_series(const by_trace *trace, int32_t series, int32_t row) {
    const by_plan *plan = trace->walk.plan;
    const int32_t found = find(trace, plan->series_of, plan->tree_series_count, series, row);
    return found < 0 || plan->series[found].fields.timeframe != 0 ? -1 : found;
}

double by_trace_series(const by_trace *trace, int32_t series, int32_t row) {
    return value_of(trace, find_series(trace, series, row), row);
}

int64_t by_trace_bar(const by_trace *trace, int32_t series, int32_t row) {
    const by_plan *plan = trace->walk.plan;
    const frames *f = &trace->walk.columns->frames;
    const int32_t found = find_series(trace, series, row);
    if (found < 0 || plan->series[found].fields.form != BY_SEEN) {
        return INT64_MIN;
    }
    const by_series *fields = &plan->series[found].fields;
    const int32_t ago = (int32_t)plan_value(plan, &fields->days_ago, trace->walk.digits);
    const int32_t above = frames_find(f, plan->series[fields->over].fields.timeframe);
    const int32_t bar = row < ago ? -1 : frames_seen(f, 0, above, row - ago);
    return bar < 0 ? INT64_MIN : f->list[above].time[bar];
}

int32_t by_trace_condition(const by_trace *trace, int32_t condition, int32_t row) {
    const by_plan *plan = trace->walk.plan;
    const int32_t found =
        find(trace, plan->condition_of, plan->tree_condition_count, condition, row);
    const int32_t day = row - trace->walk.first;
    return found < 0 ? 0 : (int32_t)(condition_mask(&trace->walk, found)[day / 64] >> day % 64 & 1);
}

int32_t by_trace_weights(const by_trace *trace, int32_t node, int32_t row, int32_t *symbol,
                         double *weight, int32_t max) {
    const by_plan *plan = trace->walk.plan;
    const int32_t found = find(trace, plan->node_of, plan->tree_node_count, node, row);
    int32_t count = 0;
    if (found >= 0) {
        const row_entry *entry = rows_entries(
            &trace->walk.pool, node_rows(&trace->walk, found)[row - trace->walk.first], &count);
        for (int32_t i = 0; i < count && i < max; i++) {
            symbol[i] = entry[i].symbol;
            weight[i] = entry[i].weight;
        }
    }
    return count;
}

/* The series behind a child of a node that ranks or weighs by volatility. */
static double child_value(const by_trace *trace, int32_t node, int32_t child, int32_t link,
                          int32_t row) {
    const by_plan *plan = trace->walk.plan;
    const int32_t found = find(trace, plan->node_of, plan->tree_node_count, node, row);
    const plan_node *at = found < 0 ? NULL : &plan->nodes[found];
    if (at == NULL || (at->kind != BY_FILTER && at->kind != BY_INVERSE_VOL) || child < 0 ||
        child >= at->count) {
        return NAN;
    }
    return value_of(trace, plan->links[at->first + LINK_STRIDE * child + link], row);
}

double by_trace_rank(const by_trace *trace, int32_t node, int32_t child, int32_t row) {
    return child_value(trace, node, child, LINK_RANK, row);
}

double by_trace_volatility(const by_trace *trace, int32_t node, int32_t child, int32_t row) {
    return child_value(trace, node, child, LINK_VOLATILITY, row);
}

int32_t by_trace_ready(const by_trace *trace, int32_t node) {
    const by_plan *plan = trace->walk.plan;
    const int32_t found =
        find(trace, plan->node_of, plan->tree_node_count, node, trace->range.first);
    return found < 0 ? trace->walk.columns->panel->bar_count : trace->walk.node_ready[found];
}

int32_t by_trace_series_ready(const by_trace *trace, int32_t series) {
    const int32_t found = find_series(trace, series, trace->range.first);
    return found < 0 ? trace->walk.columns->panel->bar_count : series_ready(&trace->walk, found);
}
