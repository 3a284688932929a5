/* SPDX-License-Identifier: MIT */
#include "random_parts.h"

#include <math.h>
#include <stdbool.h>

static const int32_t windows_of[] = {
#define WINDOWS(name, lua, windows, title) windows,
    BY_INDICATOR_MAP(WINDOWS)
#undef WINDOWS
};

by_field random_field(random_tree *t, random_draw value, int32_t extra) {
    by_field f = {.constant = 0, .param = -1};
    if (t->tree.param_count == 0 || !random_chance(&t->source, t->bind) ||
        t->tree.value_count + 8 > RANDOM_VALUES_MAX) {
        f.constant = value(t, extra);
        return f;
    }
    f.param = random_below(&t->source, t->tree.param_count);
    f.first = t->tree.value_count;
    for (int32_t i = 0; i < t->params[f.param].value_count; i++) {
        t->values[t->tree.value_count++] = value(t, extra);
    }
    return f;
}

/* `kind` is a by_indicator; 1 only where it has a deviation for sure, or is not one. */
static double draw_window(random_tree *t, int32_t kind) {
    static const int32_t usual[] = {2, 3, 5, 10, 14, 20, 30};
    int32_t most = t->bars->session_count / 6;
    if (t->nasty && random_chance(&t->source, 0.02)) {
        return random_chance(&t->source, 0.5)
                   ? 1
                   : 1 + random_below(&t->source, 2 * t->bars->session_count);
    }
    if (random_chance(&t->source, 0.6)) {
        int32_t window = usual[random_below(&t->source, 7)];
        return window < most ? window : most;
    }
    return kind == BY_SMA || kind == BY_RSI || kind == BY_EMA
               ? 1 + random_below(&t->source, most)
               : 2 + random_below(&t->source, most - 1);
}

double random_symbol(random_tree *t, int32_t unused) {
    (void)unused;
    return random_below(&t->source, t->bars->symbol_count);
}

static double draw_same_windows(random_tree *t, int32_t kind) {
    int32_t other;
    do {
        other = random_below(&t->source, BY_INDICATOR_COUNT);
    } while (windows_of[other] != windows_of[kind]);
    return other;
}

static double draw_comparator(random_tree *t, int32_t unused) {
    (void)unused;
    return random_below(&t->source, BY_COMPARATOR_COUNT);
}

/* Where the indicator of `extra` = kind + BY_INDICATOR_COUNT * symbol is likely to cross it, or
 * hits it exactly. */
static double draw_threshold(random_tree *t, int32_t extra) {
    double x = random_fraction(&t->source);
    int32_t symbol = extra / BY_INDICATOR_COUNT;
    switch (extra % BY_INDICATOR_COUNT) {
    case BY_CLOSE:
    case BY_SMA:
    case BY_EMA:
        return t->bars->close[symbol][random_below(&t->source, t->bars->bar_count[symbol])];
    case BY_RSI:
        return random_chance(&t->source, 0.1)   ? 50 * random_below(&t->source, 3)
               : random_chance(&t->source, 0.5) ? rint(30 + 40 * x)
                                                : 30 + 40 * x;
    case BY_STDEV_PRICE:
        return random_chance(&t->source, 0.1) ? 0 : t->bars->close[symbol][0] * 0.02 * x;
    case BY_STDEV_RETURN:
        return random_chance(&t->source, 0.1) ? 0 : 2 * x;
    case BY_MAX_DRAWDOWN:
        return random_chance(&t->source, 0.1) ? 0 : 10 * x;
    default:
        return random_chance(&t->source, 0.2) ? 0 : x - 0.5;
    }
}

double random_count(random_tree *t, int32_t children) {
    return 1 + random_below(&t->source, children + 1);
}

/* At most 1 / children each, so that the sum is at most 1 whatever the combo. */
double random_weight(random_tree *t, int32_t children) {
    double most = 1.0 / children;
    return random_chance(&t->source, 0.1)   ? 0
           : random_chance(&t->source, 0.5) ? most
                                            : most * random_fraction(&t->source);
}

static double draw_given(random_tree *t, int32_t kind) {
    return random_chance(&t->source, 0.5) ? kind : draw_same_windows(t, kind);
}

void random_indicator(random_tree *t, by_field *kind_field, by_field window[3]) {
    int32_t kind = random_below(&t->source, BY_INDICATOR_COUNT);
    *kind_field = random_field(t, draw_given, kind);
    if (kind_field->param < 0) {
        kind = (int32_t)kind_field->constant;
    } else {
        kind = windows_of[kind] == 1 ? BY_STDEV_RETURN : kind; /* the most careful windows */
    }
    for (int32_t i = 0; i < 3; i++) {
        window[i] = (by_field){.constant = 0, .param = -1};
        if (i < windows_of[kind]) {
            window[i] = random_field(t, draw_window, kind);
        }
    }
}

static int32_t add_series(random_tree *t) {
    int32_t index = t->tree.series_count;
    if (index > 0 && (random_chance(&t->source, 0.25) || index + 1 >= RANDOM_NODES_MAX)) {
        int32_t old = random_below(&t->source, index);
        if (random_chance(&t->source, 0.5) || index + 1 >= RANDOM_NODES_MAX) {
            return old;
        }
        t->series[index] = t->series[old]; /* equal, written twice */
        return t->tree.series_count++;
    }
    by_series *series = &t->series[index];
    t->tree.series_count++;
    random_indicator(t, &series->kind, series->window);
    series->symbol = random_field(t, random_symbol, 0);
    return index;
}

/* The value that a field has at first. */
static int32_t first_value(const random_tree *t, const by_field *f) {
    return (int32_t)(f->param < 0 ? f->constant : t->values[f->first]);
}

/* What `left` is compared with: often the same of another window, so that they cross. */
static int32_t add_other_series(random_tree *t, int32_t left) {
    int32_t index = t->tree.series_count;
    if (random_chance(&t->source, 0.3) || index + 1 >= RANDOM_NODES_MAX) {
        return add_series(t);
    }
    t->series[index] = t->series[left];
    by_series *series = &t->series[index];
    int32_t kind = first_value(t, &series->kind);
    if (kind <= BY_EMA && series->kind.param < 0) {
        kind = BY_SMA + random_below(&t->source, 2);
        series->kind.constant = kind;
    }
    bool known = series->kind.param < 0;
    for (int32_t i = 0; i < windows_of[kind]; i++) {
        series->window[i] = random_field(t, draw_window, known ? kind : BY_STDEV_RETURN);
    }
    return t->tree.series_count++;
}

int32_t random_condition(random_tree *t, int32_t depth) {
    int32_t count = t->tree.condition_count;
    if (count > 0 && (random_chance(&t->source, 0.1) || count + 16 > RANDOM_NODES_MAX ||
                      t->tree.condition_link_count + 16 > RANDOM_NODES_MAX)) {
        return random_below(&t->source, count);
    }
    by_condition condition = {.kind = BY_COMPARE, .left = -1, .right = -1};
    if (depth > 0 && random_chance(&t->source, 0.25)) {
        int32_t children[3] = {0};
        condition.kind = BY_ALL + random_below(&t->source, 3);
        condition.child_count = 1 + random_below(&t->source, 3);
        for (int32_t c = 0; c < condition.child_count; c++) {
            children[c] = random_condition(t, depth - 1);
        }
        condition.child_first = t->tree.condition_link_count;
        for (int32_t c = 0; c < condition.child_count; c++) {
            t->condition_links[t->tree.condition_link_count++] = children[c];
        }
        condition.comparator.param = condition.threshold.param = -1;
    } else {
        condition.left = add_series(t);
        condition.right = random_chance(&t->source, 0.4) ? add_other_series(t, condition.left) : -1;
        const by_series *left = &t->series[condition.left];
        int32_t kind = first_value(t, &left->kind);
        int32_t symbol = first_value(t, &left->symbol);
        condition.comparator = random_field(t, draw_comparator, 0);
        condition.threshold = random_field(t, draw_threshold, kind + BY_INDICATOR_COUNT * symbol);
    }
    t->conditions[t->tree.condition_count] = condition;
    if (random_chance(&t->source, 0.05)) { /* equal, written twice */
        by_condition *twin = &t->conditions[++t->tree.condition_count];
        *twin = condition;
        twin->child_first = t->tree.condition_link_count;
        for (int32_t c = 0; c < condition.child_count; c++) {
            t->condition_links[t->tree.condition_link_count++] =
                t->condition_links[condition.child_first + c];
        }
    }
    return t->tree.condition_count++;
}
