/* SPDX-License-Identifier: MIT
 *
 * Checks of fields, series and conditions.
 */
#include <math.h>

#include "kind.h"
#include "timeframe.h"
#include "tree_check_parts.h"

enum { SERIES_PARTS_MAX = 1000 }; /* of one series, each counted as often as it is used */

by_status check_wrong(const checker *c, const char *what) {
    return by_fail(c->err, BY_STRATEGY, "strategy: %s: %s", c->label, what);
}

by_status check_field(const checker *c, const by_field *field, const char *name, double low,
                      double high, bool whole) {
    const by_tree *tree = c->tree;
    const double *values = &field->constant;
    int32_t count = 1;
    if (field->param >= 0) {
        if (field->param >= tree->param_count) {
            return check_wrong(c, "refers to a param that does not exist");
        }
        count = tree->params[field->param].value_count;
        if (field->first < 0 || field->first > tree->value_count - count) {
            return check_wrong(c, "has too few values for its param");
        }
        values = tree->values + field->first;
    }
    for (int32_t i = 0; i < count; i++) {
        if (!(values[i] >= low && values[i] <= high) || (whole && values[i] != floor(values[i]))) {
            return by_fail(c->err, BY_STRATEGY,
                           "strategy: %s: %s must be %s from %.10g to %.10g, not %.10g", c->label,
                           name, whole ? "a whole number" : "a number", low, high, values[i]);
        }
    }
    return BY_OK;
}

/* The largest or smallest that the kinds in question have, by `of`. */
static int32_t over_kinds(const by_tree *tree, const by_field *kind,
                          int32_t (*of)(const by_tree *tree, int32_t kind), bool largest) {
    const int32_t count = kind->param < 0 ? 1 : tree->params[kind->param].value_count;
    int32_t found = largest ? 0 : INT32_MAX;
    for (int32_t i = 0; i < count; i++) {
        double value = kind->param < 0 ? kind->constant : tree->values[kind->first + i];
        int32_t each = of(tree, (int32_t)value);
        found = (largest ? each > found : each < found) ? each : found;
    }
    return found;
}

static int32_t reads_volume(const by_tree *tree, int32_t kind) {
    return kind_reads(tree, kind) & BY_READS_VOLUME;
}

static int32_t reads_other(const by_tree *tree, int32_t kind) {
    return kind_reads(tree, kind) & BY_READS_OTHER;
}

static by_status check_indicator(const checker *c, const by_series *series) {
    const by_tree *tree = c->tree;
    by_status status = check_field(c, &series->kind, "the indicator", 0,
                                   BY_INDICATOR_COUNT - 1 + tree->custom_count, true);
    if (status != BY_OK) {
        return status;
    }
    const int32_t windows = over_kinds(tree, &series->kind, kind_window_count, true);
    for (int32_t w = 0; w < windows && status == BY_OK; w++) {
        status = check_field(c, &series->window[w], "the window", 1, BY_WINDOW_MAX, true);
    }
    const int32_t numbers = over_kinds(tree, &series->kind, kind_number_count, true);
    for (int32_t n = 0; n < numbers && status == BY_OK; n++) {
        status = check_field(c, &series->number[n], "the number", 1e-9, BY_NUMBER_MAX, false);
    }
    if (status == BY_OK) {
        status = check_field(c, &series->variant, "the variant", 0,
                             over_kinds(tree, &series->kind, kind_variant_max, false), true);
    }
    const bool of_bars = series->over < 0 && series->node < 0;
    if (status == BY_OK && !of_bars && over_kinds(tree, &series->kind, reads_volume, true) != 0) {
        return check_wrong(c, "measures by volume what has none; measure a ticker");
    }
    if (status == BY_OK && series->with < 0 &&
        over_kinds(tree, &series->kind, reads_other, true) != 0) {
        return check_wrong(c, "measures one series against another, which is not there");
    }
    return status;
}

/* What an indicator is measured over. */
static by_status check_source(const checker *c, const by_series *series) {
    const by_tree *tree = c->tree;
    if (series->over >= 0) {
        return BY_OK;
    }
    if (series->node >= 0) {
        return series->node < tree->node_count
                   ? check_field(c, &series->measure, "the measure", 0, BY_MEASURE_COUNT - 1, true)
                   : check_wrong(c, "measures a node that does not exist");
    }
    if (series->symbol.param < 0 && series->symbol.constant == BY_TEMPLATE) {
        return check_field(c, &series->measure, "the measure", 0, BY_MEASURE_COUNT - 1, true);
    }
    return check_field(c, &series->symbol, "the ticker", 0, tree->symbol_count - 1, true);
}

/* What a series is made of is of its own timeframe; what a SEEN shows of a higher one. */
static by_status check_timeframe(const checker *c, const by_series *series) {
    const int32_t own = series->timeframe;
    if (own != 0 && !by_timeframe_is_valid(own)) {
        return by_fail(c->err, BY_STRATEGY, "strategy: %s: bars of %d seconds are no timeframe",
                       c->label, own);
    }
    const int32_t inputs[] = {series->over, series->with};
    for (int32_t i = 0; i < 2; i++) {
        const int32_t below = inputs[i] < 0 ? own : c->tree->series[inputs[i]].timeframe;
        const bool fits = series->form != BY_SEEN || inputs[i] < 0 ? below == own
                          : own == 0                               ? below > 0
                                     : by_timeframe_is_above(below, own);
        if (!fits) {
            return check_wrong(c, "sees bars of a timeframe that is not made of its own bars");
        }
    }
    return own != 0 && series->node >= 0
               ? check_wrong(c, "measures a node in a higher timeframe, where tickers alone can be")
               : BY_OK;
}

/* Notes how big it is with all that it is made of, and whether a template is in
 * it. */
by_status check_series(const checker *c, int32_t index) {
    const by_series *series = &c->tree->series[index];
    const bool indicator = series->form == BY_INDICATOR_OF;
    series_note *note = &c->notes[index];
    *note =
        (series_note){1, indicator && series->over < 0 && series->node < 0 &&
                             series->symbol.param < 0 && series->symbol.constant == BY_TEMPLATE};
    if (series->form < 0 || series->form >= BY_FORM_COUNT) {
        return check_wrong(c, "has a series of an unknown form");
    }
    const int32_t inputs[] = {series->over, series->with};
    for (int32_t i = 0; i < 2; i++) {
        const bool needed = !indicator && (i == 0 || series->form != BY_SEEN);
        if (inputs[i] >= index || (inputs[i] < 0 && needed)) {
            return check_wrong(c, "has a series made of one that does not come before it");
        }
        if (inputs[i] >= 0) {
            note->size += c->notes[inputs[i]].size;
            note->is_template = note->is_template || c->notes[inputs[i]].is_template;
        }
    }
    if (note->size > SERIES_PARTS_MAX) {
        return by_fail(c->err, BY_LIMIT,
                       "strategy: %s: a series is made of more than %d parts; make it simpler",
                       c->label, SERIES_PARTS_MAX);
    }
    by_status status = check_timeframe(c, series);
    if (status == BY_OK) {
        status = check_field(c, &series->days_ago, "days ago", 0, BY_WINDOW_MAX, true);
    }
    if (status == BY_OK) {
        status = check_field(c, &series->factor, "the factor", -1e300, 1e300, false);
    }
    if (status == BY_OK) {
        status = check_field(c, &series->offset, "the offset", -1e300, 1e300, false);
    }
    if (status == BY_OK && indicator) {
        status = check_source(c, series);
        status = status == BY_OK ? check_indicator(c, series) : status;
    }
    return status;
}

by_status check_children(const checker *c, const int32_t *links, int32_t link_count, int32_t first,
                         int32_t count, int32_t limit) {
    if (count < 0 || first < 0 || first > link_count - count) {
        return check_wrong(c, "has children that are out of range");
    }
    for (int32_t i = first; i < first + count; i++) {
        if (links[i] < 0 || links[i] >= limit) {
            return check_wrong(c, "has a child that does not come before it");
        }
    }
    return BY_OK;
}

static by_status check_compare(const checker *c, const by_condition *condition) {
    const by_tree *tree = c->tree;
    if (condition->left < 0 || condition->left >= tree->series_count ||
        condition->right >= tree->series_count) {
        return check_wrong(c, "compares an indicator that does not exist");
    }
    if (tree->series[condition->left].timeframe != 0 ||
        (condition->right >= 0 && tree->series[condition->right].timeframe != 0)) {
        return check_wrong(c, "compares an indicator of a higher timeframe, unseen");
    }
    if (c->notes[condition->left].is_template ||
        (condition->right >= 0 && c->notes[condition->right].is_template)) {
        return check_wrong(c, "compares an indicator that is measured over nothing");
    }
    by_status status =
        check_field(c, &condition->comparator, "the comparator", 0, BY_COMPARATOR_COUNT - 1, true);
    if (status == BY_OK && condition->right < 0) {
        status = check_field(c, &condition->threshold, "the threshold", -1e300, 1e300, false);
    }
    return status;
}

by_status check_condition(const checker *c, int32_t index) {
    const by_tree *tree = c->tree;
    const by_condition *condition = &tree->conditions[index];
    if (condition->kind < 0 || condition->kind >= BY_CONDITION_KIND_COUNT) {
        return check_wrong(c, "has a condition of an unknown kind");
    }
    by_status status = check_field(c, &condition->for_days, "for days", 1, BY_WINDOW_MAX, true);
    if (status == BY_OK) {
        status = check_field(c, &condition->days_ago, "days ago", 0, BY_WINDOW_MAX, true);
    }
    if (status != BY_OK) {
        return status;
    }
    if (condition->kind == BY_COMPARE) {
        return check_compare(c, condition);
    }
    if (condition->child_count < 1) {
        return check_wrong(c, "has conditions to combine, and none are there");
    }
    if (condition->kind == BY_LATCH && condition->child_count != 2) {
        return check_wrong(c, "a latch has two conditions");
    }
    if (condition->kind == BY_AT_LEAST) {
        status = check_field(c, &condition->count, "at least", 0, BY_NODES_MAX, true);
    }
    return status == BY_OK ? check_children(c, tree->condition_links, tree->condition_link_count,
                                            condition->child_first, condition->child_count, index)
                           : status;
}

int32_t tree_condition_series(const by_tree *tree, int32_t condition) {
    const by_condition *at = &tree->conditions[condition];
    return at->kind != BY_COMPARE ? -1 : at->left > at->right ? at->left : at->right;
}

static void advance_series(tree_order *order, int32_t series) {
    order->series = series >= order->series ? series + 1 : order->series;
}

void tree_order_advance(const by_tree *tree, int32_t node, tree_order *order) {
    const by_node *at = &tree->nodes[node];
    if (at->kind == BY_IF) {
        for (; order->condition <= at->condition; order->condition++) {
            advance_series(order, tree_condition_series(tree, order->condition));
        }
    }
    if (at->kind == BY_FILTER) {
        advance_series(order, at->rank);
    }
    if (at->kind == BY_INVERSE_VOL ||
        (at->kind == BY_FILTER && at->weighting == BY_WEIGH_INVERSE_VOL)) {
        advance_series(order, at->volatility);
    }
    if (at->kind == BY_MIXED) {
        advance_series(order, at->series);
    }
}

by_status check_order(const checker *c, int32_t index, tree_order *order) {
    int32_t series = order->series;
    tree_order_advance(c->tree, index, order);
    for (; series < order->series; series++) {
        const by_series *at = &c->tree->series[series];
        if (at->form == BY_INDICATOR_OF && at->over < 0 && at->node >= index) {
            return check_wrong(c, "depends on a node that does not come before it");
        }
    }
    return BY_OK;
}
