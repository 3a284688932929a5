/* SPDX-License-Identifier: MIT
 *
 * Live series of a walk: what sub-trees are worth, and what is measured of that.
 */
#include <math.h>
#include <string.h>

#include "series_value.h"
#include "walk_parts.h"

#define SOURCE_START 100.0

/* What the row of a day earns to the next one. */
static double growth_of(const walk *w, int32_t row, int32_t day) {
    const by_panel *panel = w->columns->panel;
    const double *forward = panel->forward + (size_t)(w->first + day) * (size_t)panel->symbol_count;
    int32_t count;
    const row_entry *entry = rows_entries(&w->pool, row, &count);
    double earned = 0.0;
    for (int32_t i = 0; i < count; i++) {
        earned += entry[i].weight * forward[entry[i].symbol];
    }
    return 1.0 + earned;
}

bool walk_step_source(walk *w, int32_t index) {
    const int32_t node = w->plan->sources[index];
    const int32_t *rows = node_rows(w, node);
    const uint64_t *days = node_days(w, node);
    double *growth = w->growth + (size_t)index * (size_t)w->day_count;
    double *equity = w->equity + (size_t)index * (size_t)w->day_count;
    const int32_t ready = w->node_ready[node] - w->first; /* day 0 is the panel's first row */
    const int32_t start = ready < w->day_count ? ready : w->day_count;
    const bool moved = w->fresh || start == w->day_count || isnan(equity[start]) ||
                       (start > 0 && !isnan(equity[start - 1]));
    w->source_changed[index] = w->node_changed[node] || moved;
    if (!w->source_changed[index]) {
        return false;
    }
    int32_t from = w->day_count; /* the first day whose growth changed */
    if (w->node_changed[node]) {
        EACH_BIT(days, w->word_count, day, {
            growth[day] = growth_of(w, rows[day], day);
            from = day < from ? day : from;
        })
    }
    if (moved || from < start) {
        for (int32_t day = 0; day < start; day++) {
            equity[day] = NAN;
        }
        if (start < w->day_count) {
            equity[start] = SOURCE_START;
        }
        from = start;
    }
    for (int32_t day = from; day + 1 < w->day_count; day++) {
        equity[day + 1] = equity[day] * growth[day];
    }
    return true;
}

/* Marks the symbols of the assets in and below a node, under the digits, in w->held_symbols. */
static void mark_symbols(walk *w, int32_t top) {
    const by_plan *plan = w->plan;
    memset(w->held_symbols, 0, (size_t)plan->tree.symbol_count);
    memset(w->visited, 0, (size_t)top + 1);
    w->visited[top] = 1;
    for (int32_t i = top; i >= 0; i--) { /* children stand before their parents */
        const plan_node *node = &plan->nodes[i];
        if (!w->visited[i]) {
            continue;
        }
        if (node->kind == BY_ASSET) {
            w->held_symbols[(int32_t)plan_value(plan, &node->symbol, w->digits)] = 1;
        }
        for (int32_t k = 0; k < node->count; k++) {
            if (walk_child_counts(w, node, k)) {
                w->visited[plan_child(plan, node, k)] = 1;
            }
        }
    }
}

/* The mean of what a node holds, by weight, of the tickers' own values. */
static int32_t measure_holdings(walk *w, const plan_series *at) {
    const by_plan *plan = w->plan;
    const plan_holding *holdings = plan->holdings + at->holding_first;
    const int32_t *rows = node_rows(w, at->fields.node);
    int32_t ready = w->node_ready[at->fields.node];
    mark_symbols(w, at->fields.node);
    for (int32_t k = 0; k < at->holding_count; k++) {
        if (w->held_symbols[holdings[k].symbol]) {
            ready = later(ready, series_ready(w, holdings[k].series));
        }
    }
    for (int32_t day = 0; day < w->day_count; day++) {
        if (w->first + day < ready) {
            w->values[day] = NAN;
            continue;
        }
        int32_t count;
        const row_entry *entry = rows_entries(&w->pool, rows[day], &count);
        double sum = 0.0;
        double weights = 0.0;
        for (int32_t i = 0, k = 0; i < count; i++) {
            while (holdings[k].symbol != entry[i].symbol) {
                k++;
            }
            sum += entry[i].weight * series_values(w, holdings[k].series)[day];
            weights += entry[i].weight;
        }
        w->values[day] = count == 0 ? NAN : sum / weights;
    }
    return ready;
}

/* Whether a series measures what its node holds, rather than what the node is worth. */
static bool measures_holdings(const walk *w, const plan_series *at) {
    const by_series *fields = &at->fields;
    const int32_t kind = (int32_t)plan_value(w->plan, &fields->kind, w->digits);
    return fields->node >= 0 && (kind_reads(&w->plan->tree, kind) & BY_READS_TIME) == 0 &&
           (int32_t)plan_value(w->plan, &fields->measure, w->digits) == BY_MEASURE_HOLDINGS;
}

/* What an indicator that is live is measured over: a series, a node's equity, or the bars of a
 * ticker beside a live series. */
static by_inputs inputs_of(const walk *w, const plan_series *at, int32_t kind) {
    const by_panel *panel = w->columns->panel;
    const by_series *fields = &at->fields;
    by_inputs in = {.time = panel->time + w->first};
    if (plan_reads_with(&w->plan->tree, fields, kind)) {
        in.other = series_values(w, fields->with);
    }
    if (fields->over >= 0) {
        in.close = series_values(w, fields->over);
    } else if (fields->node >= 0) {
        in.close = w->equity + (size_t)at->source * (size_t)w->day_count;
    } else {
        const int32_t symbol = (int32_t)plan_value(w->plan, &fields->symbol, w->digits);
        in.close = panel->close[symbol] + w->first;
        if (panel->open != NULL) {
            in.open = panel->open[symbol] + w->first;
            in.high = panel->high[symbol] + w->first;
            in.low = panel->low[symbol] + w->first;
            in.volume = panel->volume[symbol] + w->first;
        }
    }
    return in;
}

/* Computes a series into w->values; the first panel row on which it is computable. */
static int32_t evaluate(walk *w, const plan_series *at) {
    const by_plan *plan = w->plan;
    const by_series *fields = &at->fields;
    const int32_t none = w->columns->panel->bar_count;
    if (fields->form != BY_INDICATOR_OF) {
        series_combine(fields->form, series_values(w, fields->over), series_values(w, fields->with),
                       w->day_count, w->values);
        return later(series_ready(w, fields->over), series_ready(w, fields->with));
    }
    const int32_t kind = (int32_t)plan_value(plan, &fields->kind, w->digits);
    if (measures_holdings(w, at)) {
        return measure_holdings(w, at);
    }
    const column_task task = {.kind = kind,
                              .symbol = -1,
                              .recipe = plan_recipe(plan, fields, w->digits),
                              .inputs = inputs_of(w, at, kind)};
    const int32_t first = columns_indicator(w->columns, &task, w->day_count, w->values);
    return first < w->day_count ? w->first + first : none;
}

static bool inputs_changed(const walk *w, const plan_series *at, uint64_t moved) {
    const by_series *fields = &at->fields;
    bool changed =
        (at->own_params & moved) != 0 || (at->source >= 0 && w->source_changed[at->source]);
    changed = changed || (fields->over >= 0 && series_changed(w, fields->over, moved)) ||
              (fields->with >= 0 && series_changed(w, fields->with, moved));
    /* By its holdings, a node's rows, when it is computable, and the tickers' own series count. */
    return changed || ((at->params & moved) != 0 && measures_holdings(w, at));
}

bool walk_step_series(walk *w, int32_t index, uint64_t moved) {
    const plan_series *at = &w->plan->series[index];
    const by_series *fields = &at->fields;
    const int32_t bars = w->columns->panel->bar_count;
    double *live = w->live + (size_t)at->live * (size_t)w->day_count;
    const size_t size = (size_t)w->day_count * sizeof *live;
    w->live_changed[at->live] = 0;
    if (!w->fresh && !inputs_changed(w, at, moved)) {
        return false;
    }
    const int32_t days_ago = (int32_t)plan_value(w->plan, &fields->days_ago, w->digits);
    int32_t ready = evaluate(w, at);
    series_shift(w->values, w->day_count, days_ago, plan_value(w->plan, &fields->factor, w->digits),
                 plan_value(w->plan, &fields->offset, w->digits));
    ready = ready > bars - days_ago ? bars : ready + days_ago;
    w->live_changed[at->live] =
        w->fresh || w->series_ready[at->live] != ready || memcmp(live, w->values, size) != 0;
    w->series_ready[at->live] = ready;
    memcpy(live, w->values, size);
    w->nodes_computed++;
    return w->live_changed[at->live] != 0;
}
