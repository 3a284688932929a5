/* SPDX-License-Identifier: MIT */
#include "small.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

by_field small_value(double constant) {
    return (by_field){.constant = constant, .param = -1};
}

static void set_forward(small *s, int32_t symbol) {
    for (int32_t row = 0; row + 1 < s->panel.bar_count; row++) {
        const double *close = s->close[symbol];
        s->forward[row * SMALL_SYMBOLS + symbol] =
            isnan(close[row]) ? 0 : close[row + 1] / close[row] - 1;
    }
}

static void set_symbol(small *s, int32_t symbol, const double *close) {
    size_t size = (size_t)s->panel.bar_count * sizeof *close;
    memcpy(s->close[symbol], close, size);
    memcpy(s->open[symbol], close, size);
    s->close_of[symbol] = s->close[symbol];
    s->open_of[symbol] = s->open[symbol];
    while (isnan(close[s->first_bar[symbol]])) {
        s->first_bar[symbol]++;
    }
    s->last_bar[symbol] = s->panel.bar_count - 1;
    if (s->first_bar[symbol] > s->panel.first_common) {
        s->panel.first_common = s->first_bar[symbol];
    }
    set_forward(s, symbol);
}

void small_open(small *s, int32_t row_count, const double *close_a, const double *close_b) {
    static const char *const names[SMALL_SYMBOLS] = {"A", "B"};
    memset(s, 0, sizeof *s);
    s->panel = (by_panel){.bar_count = row_count,
                          .last_common = row_count - 1,
                          .symbol_count = SMALL_SYMBOLS,
                          .periods_per_year = 252.0,
                          .time = s->time,
                          .open = s->open_of,
                          .high = s->close_of,
                          .low = s->close_of,
                          .close = s->close_of,
                          .volume = s->close_of,
                          .forward = s->forward,
                          .first_bar = s->first_bar,
                          .last_bar = s->last_bar,
                          .filled_count = s->filled};
    set_symbol(s, A, close_a);
    set_symbol(s, B, close_b);
    for (int32_t row = 0; row < row_count; row++) {
        s->time[row] = INT64_C(86400) * (18624 + row);
    }
    by_field *fields = (by_field *)&s->trading;
    for (size_t i = 0; i < sizeof s->trading / sizeof *fields; i++) {
        fields[i] = small_value(0);
    }
    s->trading.capital = small_value(10000);
    s->tree = (by_tree){.nodes = s->nodes,
                        .series = s->series,
                        .conditions = s->conditions,
                        .links = s->links,
                        .weights = s->weights,
                        .condition_links = s->condition_links,
                        .values = s->values,
                        .params = &s->param,
                        .symbols = names,
                        .whole_shares = s->whole_shares,
                        .trading = &s->trading,
                        .symbol_count = SMALL_SYMBOLS};
}

int32_t small_series(small *s, by_indicator kind, int32_t symbol, int32_t window) {
    by_field zero = small_value(0);
    s->series[s->tree.series_count] = (by_series){.form = BY_INDICATOR_OF,
                                                  .over = -1,
                                                  .with = -1,
                                                  .node = -1,
                                                  .kind = small_value(kind),
                                                  .symbol = small_value(symbol),
                                                  .window = {small_value(window), zero, zero},
                                                  .number = {zero, zero},
                                                  .variant = zero,
                                                  .measure = zero,
                                                  .days_ago = zero,
                                                  .factor = small_value(1),
                                                  .offset = zero};
    return s->tree.series_count++;
}

static int32_t add_condition(small *s, by_condition condition) {
    condition.count = small_value(1);
    condition.for_days = small_value(1);
    condition.days_ago = small_value(0);
    s->conditions[s->tree.condition_count] = condition;
    return s->tree.condition_count++;
}

int32_t small_compare(small *s, int32_t left, by_comparator comparator, double threshold) {
    return add_condition(s, (by_condition){.kind = BY_COMPARE,
                                           .left = left,
                                           .right = -1,
                                           .comparator = small_value(comparator),
                                           .threshold = small_value(threshold)});
}

int32_t small_combine(small *s, by_condition_kind kind, int32_t count, const int32_t *children) {
    int32_t first = s->tree.condition_link_count;
    for (int32_t c = 0; c < count; c++) {
        s->condition_links[s->tree.condition_link_count++] = children[c];
    }
    return add_condition(s, (by_condition){.kind = (int32_t)kind,
                                           .left = -1,
                                           .right = -1,
                                           .child_first = first,
                                           .child_count = count});
}

int32_t small_node(small *s, by_node_kind kind, int32_t count, const int32_t *children) {
    by_field zero = small_value(0);
    s->nodes[s->tree.node_count] = (by_node){.kind = (int32_t)kind,
                                             .condition = -1,
                                             .child_first = s->tree.link_count,
                                             .child_count = count,
                                             .label = -1,
                                             .rank = -1,
                                             .volatility = -1,
                                             .series = -1,
                                             .symbol = zero,
                                             .count = small_value(1),
                                             .ties = zero,
                                             .merge = zero,
                                             .empty = zero,
                                             .low = zero,
                                             .high = zero};
    for (int32_t c = 0; c < count; c++) {
        s->weights[s->tree.link_count] = small_value(1.0 / count);
        s->links[s->tree.link_count++] = children[c];
    }
    return s->tree.node_count++;
}

int32_t small_leaf(small *s, by_node_kind kind, int32_t symbol) {
    int32_t index = small_node(s, kind, 0, NULL);
    s->nodes[index].symbol = small_value(symbol);
    return index;
}

int32_t small_blend(small *s, double weight_a, int32_t a, double weight_b, int32_t b) {
    int32_t children[] = {a, b};
    int32_t index = small_node(s, BY_WEIGHTED, 2, children);
    s->weights[s->nodes[index].child_first] = small_value(weight_a);
    s->weights[s->nodes[index].child_first + 1] = small_value(weight_b);
    return index;
}

plain_result *small_run(const small *s) {
    static const int32_t digits[1] = {0};
    plain_result *out = NULL;
    by_range all = {0, s->panel.bar_count - 1};
    assert_int_equal(plain_run(&s->tree, &s->panel, digits, all, &out), BY_OK);
    return out;
}

double small_target(const plain_result *r, int32_t day, int32_t symbol) {
    return r->weights[(size_t)day * (size_t)r->symbol_count + (size_t)symbol];
}

void small_assert_near(double value, double expected) {
    if (!(fabs(value - expected) <= 1e-13 * fmax(1, fabs(expected)))) {
        fail_msg("%.17g instead of %.17g", value, expected);
    }
}
