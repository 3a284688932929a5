/* SPDX-License-Identifier: MIT */
#include "random_parts.h"

#include "../engine/kind.h"

#include <math.h>

bool random_measure(random_tree *t, int32_t node) {
    if (t->measured[node] == 0 &&
        t->measured_bill + t->expanded[node] <= (int64_t)RANDOM_MEASURED_MAX) {
        t->measured[node] = 1;
        t->measured_bill += t->expanded[node];
    }
    return t->measured[node] != 0;
}

/* `kind` is a by_indicator; 1 only where it has a deviation for sure, or is not one. */
static double draw_window(random_tree *t, int32_t kind) {
    static const int32_t usual[] = {2, 3, 4, 5, 10, 14};
    int32_t most = t->bars->session_count / 10;
    if (t->nasty && random_chance(&t->source, 0.02)) {
        return random_chance(&t->source, 0.5)
                   ? 1
                   : 1 + random_below(&t->source, 2 * t->bars->session_count);
    }
    if (random_chance(&t->source, 0.85)) {
        int32_t window = usual[random_below(&t->source, 6)];
        return window < most ? window : most;
    }
    return kind == BY_SMA || kind == BY_RSI || kind == BY_EMA
               ? 1 + random_below(&t->source, most)
               : 2 + random_below(&t->source, most - 1);
}

/* Those that need a year of bars leave many a run without a session: seldom, and where it may do.
 */
static int32_t draw_kind(random_tree *t) {
    static const by_recipe shortest = {.window = {1, 1, 1}};
    for (;;) {
        int32_t kind = random_below(&t->source, BY_INDICATOR_COUNT + RANDOM_CUSTOMS);
        bool usual = by_indicator_closes_needed(kind, &shortest) < 100;
        if (usual || (t->bars->session_count > 320 && random_chance(&t->source, 0.25))) {
            return kind;
        }
    }
}

static bool reads_volume(const random_tree *t, int32_t kind) {
    return (kind_reads(&t->tree, kind) & BY_READS_VOLUME) != 0;
}

static bool reads_other(const random_tree *t, int32_t kind) {
    return (kind_reads(&t->tree, kind) & BY_READS_OTHER) != 0;
}

static double draw_same_windows(random_tree *t, int32_t kind) {
    int32_t other;
    do {
        other = draw_kind(t);
    } while (kind_window_count(&t->tree, other) != kind_window_count(&t->tree, kind) ||
             kind_number_count(&t->tree, other) > kind_number_count(&t->tree, kind) ||
             (reads_volume(t, other) && !reads_volume(t, kind)) ||
             (reads_other(t, other) && !reads_other(t, kind)));
    return other;
}

static double draw_given(random_tree *t, int32_t kind) {
    return random_chance(&t->source, 0.5) ? kind : draw_same_windows(t, kind);
}

/* RSI takes any number of bars as its history. */
static double draw_variant(random_tree *t, int32_t kind) {
    int32_t most = kind_variant_max(&t->tree, kind);
    return random_below(&t->source, most < 40 ? most + 1 : 40);
}

static double draw_number(random_tree *t, int32_t unused) {
    (void)unused;
    static const double usual[] = {0.02, 0.2, 1, 2};
    return random_chance(&t->source, 0.8) ? usual[random_below(&t->source, 4)]
                                          : 0.001 + 3 * random_fraction(&t->source);
}

static double draw_factor(random_tree *t, int32_t unused) {
    (void)unused;
    static const double usual[] = {2, -1, 0.5, 0};
    return random_chance(&t->source, 0.5) ? usual[random_below(&t->source, 4)]
                                          : 0.5 + random_fraction(&t->source);
}

static double draw_offset(random_tree *t, int32_t unused) {
    (void)unused;
    return random_chance(&t->source, 0.5) ? random_below(&t->source, 11) - 5
                                          : random_fraction(&t->source) - 0.5;
}

by_series random_blank_series(random_tree *t) {
    by_field zero = random_constant(0);
    by_series series = {.form = BY_INDICATOR_OF,
                        .over = -1,
                        .with = -1,
                        .node = -1,
                        .kind = zero,
                        .symbol = zero,
                        .window = {zero, zero, zero},
                        .number = {random_constant(1), random_constant(1)},
                        .variant = zero,
                        .measure = zero};
    series.days_ago = random_rarely(t, 0.1, random_whole, 6, 0);
    series.factor = random_rarely(t, 0.1, draw_factor, 0, 1);
    series.offset = random_rarely(t, 0.08, draw_offset, 0, 0);
    return series;
}

static bool is_template(const random_tree *t, int32_t index) {
    const by_series *series = &t->series[index];
    if (series->with >= 0 && is_template(t, series->with)) {
        return true;
    }
    return series->over >= 0 ? is_template(t, series->over)
                             : series->node < 0 && random_first(t, &series->symbol) < 0;
}

/* Any series that stands for itself, or -1. */
static int32_t find_series(random_tree *t) {
    for (int32_t tries = 0; tries < 4 && t->tree.series_count > 0; tries++) {
        int32_t found = random_below(&t->source, t->tree.series_count);
        if (!is_template(t, found) && t->series[found].timeframe == 0) {
            return found;
        }
    }
    return -1;
}

/* Only bars have a volume: not what a template may stand for. */
static void set_indicator(random_tree *t, by_series *series, int32_t kind) {
    bool of_bars = series->over < 0 && series->node < 0;
    bool template = random_first(t, &series->symbol) < 0 && !random_chance(&t->source, 0.1);
    const int32_t other = find_series(t);
    while ((reads_volume(t, kind) && (!of_bars || template)) ||
           (reads_other(t, kind) && other < 0)) {
        kind = draw_kind(t);
    }
    series->with = reads_other(t, kind) ? other : -1;
    series->kind = random_field(t, draw_given, kind);
    bool known = series->kind.param < 0;
    if (known) {
        kind = (int32_t)series->kind.constant;
        series->variant = random_rarely(t, 0.3, draw_variant, kind, 0);
    }
    for (int32_t i = 0; i < kind_window_count(&t->tree, kind);
         i++) { /* careful ones where any may be asked for */
        series->window[i] = random_field(t, draw_window, known ? kind : BY_STDEV_RETURN);
    }
    for (int32_t i = 0; i < kind_number_count(&t->tree, kind); i++) {
        series->number[i] = random_field(t, draw_number, 0);
    }
}

int32_t random_append(random_tree *t, by_series series) {
    t->series[t->tree.series_count] = series;
    return t->tree.series_count++;
}

static bool is_full(const random_tree *t) {
    return t->tree.series_count + 8 >= RANDOM_NODES_MAX;
}

static int32_t add_operation(random_tree *t) {
    by_series series = random_blank_series(t);
    series.form = BY_ADD + random_below(&t->source, BY_SEEN - BY_ADD);
    series.over = random_series(t);
    series.with = random_other_series(t, series.over);
    return random_append(t, series);
}

static int32_t add_indicator(random_tree *t) {
    by_series series = random_blank_series(t);
    series.symbol = random_field(t, random_symbol, 0);
    if (t->tree.node_count > 0 && random_chance(&t->source, t->measure)) {
        int32_t node = random_below(&t->source, t->tree.node_count);
        if (random_measure(t, node)) {
            series.node = node;
            series.measure = random_rarely(t, 0.4, random_whole, BY_MEASURE_COUNT, 0);
        }
    } else if (random_chance(&t->source, 0.5 * t->measure)) {
        series.over = random_series(t);
    }
    bool place = series.over >= 0 && random_chance(&t->source, 0.5);
    set_indicator(t, &series, place ? BY_PERCENTILE + random_below(&t->source, 2) : draw_kind(t));
    return random_append(t, series);
}

int32_t random_series(random_tree *t) {
    int32_t old = find_series(t);
    if (old >= 0 && (is_full(t) || random_chance(&t->source, 0.25))) {
        /* the same, or an equal one written twice */
        return is_full(t) || random_chance(&t->source, 0.5) ? old
                                                            : random_append(t, t->series[old]);
    }
    int32_t made =
        random_chance(&t->source, 0.4 * t->measure) ? add_operation(t) : add_indicator(t);
    return random_chance(&t->source, 0.3 * t->measure) ? random_seen(t, made) : made;
}

int32_t random_other_series(random_tree *t, int32_t left) {
    if (random_chance(&t->source, 0.3) || is_full(t) || t->series[left].form != BY_INDICATOR_OF) {
        return random_series(t);
    }
    by_series series = t->series[left];
    bool known = series.kind.param < 0;
    int32_t kind = (int32_t)random_first(t, &series.kind);
    if (kind <= BY_EMA && known) {
        kind = BY_SMA + random_below(&t->source, 2);
        series.kind.constant = kind;
        series.variant = random_constant(0);
    }
    for (int32_t i = 0; i < kind_window_count(&t->tree, kind); i++) {
        series.window[i] = random_field(t, draw_window, known ? kind : BY_STDEV_RETURN);
    }
    return random_append(t, series);
}

static int32_t add_template(random_tree *t, int32_t kind) {
    by_series series = random_blank_series(t);
    series.symbol = random_constant(BY_TEMPLATE);
    set_indicator(t, &series, kind);
    series.measure = random_rarely(t, 0.2, random_whole, BY_MEASURE_COUNT, 0);
    return random_append(t, series);
}

int32_t random_rank(random_tree *t) {
    int32_t index = add_template(t, draw_kind(t));
    if (random_chance(&t->source, 0.3 * t->measure)) {
        by_series series = random_blank_series(t);
        series.over = index;
        set_indicator(t, &series, BY_PERCENTILE);
        return random_append(t, series);
    }
    return index;
}

int32_t random_volatility(random_tree *t) {
    bool usual = random_chance(&t->source, 0.8);
    return add_template(t, usual ? BY_STDEV_RETURN : draw_kind(t));
}

/* Where the indicator of a symbol or node is likely to be. */
static double level_of(random_tree *t, const by_series *series) {
    double x = random_fraction(&t->source);
    int32_t symbol = (int32_t)random_first(t, &series->symbol);
    bool over_node = series->node >= 0 || symbol < 0;
    double price =
        over_node ? 90 + 20 * x
                  : t->bars->close[symbol][random_below(&t->source, t->bars->bar_count[symbol])];
    switch ((int32_t)random_first(t, &series->kind)) {
    case BY_CLOSE:
    case BY_SMA:
    case BY_EMA:
    case BY_ULTIMATE_SMOOTHER:
        return series->over >= 0 ? random_level(t, series->over) : price;
    case BY_RSI:
    case BY_PERCENTILE:
    case BY_STOCHASTIC:
    case BY_STOCHASTIC_K:
    case BY_AROON_UP:
    case BY_AROON_DOWN:
    case BY_TREND_CLARITY:
    case BY_ADX:
    case BY_MFI:
        return random_chance(&t->source, 0.1)   ? 50 * random_below(&t->source, 3)
               : random_chance(&t->source, 0.5) ? rint(30 + 40 * x)
                                                : 30 + 40 * x;
    case BY_MONTH:
        return 1 + random_below(&t->source, 12);
    case BY_STDEV_PRICE:
        return random_chance(&t->source, 0.1) ? 0 : price * 0.02 * x;
    case BY_STDEV_RETURN:
        return random_chance(&t->source, 0.1) ? 0 : 2 * x;
    case BY_MAX_DRAWDOWN:
        return random_chance(&t->source, 0.1) ? 0 : 10 * x;
    default:
        return random_chance(&t->source, 0.2) ? 0 : x - 0.5;
    }
}

double random_level(random_tree *t, int32_t index) {
    const by_series *series = &t->series[index];
    double factor = random_first(t, &series->factor);
    double offset = random_first(t, &series->offset);
    if (series->form == BY_INDICATOR_OF) {
        return factor * level_of(t, series) + offset;
    }
    if (series->form == BY_SEEN) {
        return factor * random_level(t, series->over) + offset;
    }
    double left = random_level(t, series->over);
    double right = random_level(t, series->with);
    double x = series->form == BY_ADD        ? left + right
               : series->form == BY_SUBTRACT ? left - right
               : series->form == BY_MULTIPLY ? left * right
               : right != 0                  ? left / right
                                             : 1;
    return factor * x + offset;
}
