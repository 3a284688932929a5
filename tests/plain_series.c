/* SPDX-License-Identifier: MIT
 *
 * Columns of series. A template is a series of its own for each child that it stands for.
 */
#include "plain_indicator.h"
#include "plain_parts.h"

#include <math.h>
#include <stdlib.h>

/* What an indicator of a series is under the combo, and its second series, if it has one. */
typedef struct recipe {
    int32_t kind;
    const by_custom *custom; /* NULL for one of the engine's own */
    by_recipe of;
    const double *other;
} recipe;

static recipe read_recipe(plain_state *s, const by_series *series, int32_t child) {
    static const int32_t windows_of[] = {
#define WINDOWS(name, lua, windows, numbers, reads, options, title) windows,
        BY_INDICATOR_MAP(WINDOWS)
#undef WINDOWS
    };
    recipe r = {.kind = plain_integer(s, &series->kind),
                .of = {.variant = plain_integer(s, &series->variant)}};
    int32_t place = r.kind - BY_INDICATOR_COUNT;
    if (r.kind < 0 || place >= s->tree->custom_count) {
        s->status = BY_STRATEGY;
        return r;
    }
    r.custom = place >= 0 ? &s->tree->customs[place] : NULL;
    int32_t windows = place >= 0 ? r.custom->window_count : windows_of[r.kind];
    int32_t numbers = place >= 0 ? r.custom->number_count : by_indicator_number_count(r.kind);
    int32_t reads = place >= 0 ? r.custom->reads : by_indicator_reads(r.kind);
    for (int32_t i = 0; i < windows; i++) {
        r.of.window[i] = plain_integer(s, &series->window[i]);
        if (r.of.window[i] < 1 || r.of.window[i] > BY_WINDOW_MAX) {
            s->status = BY_STRATEGY;
        }
    }
    for (int32_t i = 0; i < numbers; i++) {
        r.of.number[i] = plain_value(s, &series->number[i]);
    }
    if ((reads & BY_READS_OTHER) != 0) {
        const plain_column *other = plain_series(s, series->with, child);
        r.other = other == NULL ? NULL : other->value;
    }
    return r;
}

/* The row of the first value. */
static int32_t over_symbol(plain_state *s, const by_panel *panel, recipe r, int32_t symbol,
                           double *out) {
    if (symbol < 0 || symbol >= panel->symbol_count) {
        s->status = BY_STRATEGY;
        return panel->bar_count;
    }
    by_inputs inputs = {.close = panel->close[symbol], .other = r.other, .time = panel->time};
    if (panel->open != NULL) {
        inputs.open = panel->open[symbol];
        inputs.high = panel->high[symbol];
        inputs.low = panel->low[symbol];
        inputs.volume = panel->volume[symbol];
    }
    return plain_kind(r.custom, r.kind, &r.of, &inputs, panel->bar_count, out, &s->status);
}

static int32_t over_column(plain_state *s, const by_panel *panel, recipe r,
                           const plain_column *source, double *out) {
    if (source == NULL) {
        return panel->bar_count;
    }
    const double *value = source->value;
    by_inputs inputs = {.open = value,
                        .high = value,
                        .low = value,
                        .close = value,
                        .other = r.other,
                        .time = panel->time};
    return plain_kind(r.custom, r.kind, &r.of, &inputs, panel->bar_count, out, &s->status);
}

/* Marks the symbols of all assets below a node. */
static void mark_symbols(const plain_state *s, int32_t index, bool *below) {
    const by_node *node = &s->tree->nodes[index];
    if (node->kind == BY_ASSET) {
        below[plain_integer(s, &node->symbol)] = true;
    }
    for (int32_t c = 0; c < node->child_count; c++) {
        if (plain_child_counts(s, node, c)) {
            mark_symbols(s, s->tree->links[node->child_first + c], below);
        }
    }
}

/* The mean, by weight, over what the node holds; `value` has a column for each symbol. */
static double mean_of_holdings(const plain_state *s, int32_t node, int32_t row, double **value,
                               double *held) {
    double sum = 0;
    double weights = 0;
    bool any = false;
    plain_settle(s, node, row, held);
    for (int32_t t = 0; t < s->panel->symbol_count; t++) {
        if (held[t] != 0) {
            sum += held[t] * value[t][row];
            weights += held[t];
            any = true;
        }
    }
    return any ? sum / weights : NAN;
}

static int32_t over_holdings(plain_state *s, recipe r, int32_t node, double *out) {
    int32_t rows = s->panel->bar_count;
    size_t symbols = (size_t)s->panel->symbol_count;
    bool *below = plain_room(s, symbols, sizeof *below);
    double **value = plain_room(s, symbols, sizeof *value);
    double *held = plain_room(s, symbols + 1, sizeof *held);
    int32_t ready = s->ready[node];
    if (s->status == BY_OK) {
        mark_symbols(s, node, below);
    }
    for (size_t t = 0; t < symbols && s->status == BY_OK; t++) {
        if (below[t]) {
            value[t] = plain_room(s, (size_t)rows, sizeof **value);
        }
        if (value[t] != NULL) {
            ready = plain_later(ready, over_symbol(s, s->panel, r, (int32_t)t, value[t]));
        }
    }
    for (int32_t row = 0; row < rows && s->status == BY_OK; row++) {
        out[row] = row < ready ? NAN : mean_of_holdings(s, node, row, value, held);
    }
    for (size_t t = 0; value != NULL && t < symbols; t++) {
        free(value[t]);
    }
    free(below);
    free((void *)value);
    free(held);
    return ready;
}

static int32_t over_node(plain_state *s, recipe r, int32_t node, const by_field *measure,
                         double *out) {
    return plain_integer(s, measure) == BY_MEASURE_HOLDINGS
               ? over_holdings(s, r, node, out)
               : over_column(s, s->panel, r, plain_equity(s, node), out);
}

static bool is_template(const by_series *series) {
    return series->symbol.param < 0 && series->symbol.constant == BY_TEMPLATE;
}

static int32_t indicator_of(plain_state *s, const by_panel *bars, const by_series *series,
                            int32_t child, double *out) {
    recipe r = read_recipe(s, series, child);
    const by_node *asset = child < 0 ? NULL : &s->tree->nodes[child];
    if (s->status != BY_OK) {
        return bars->bar_count;
    }
    if (r.kind == BY_MONTH) {
        return over_symbol(s, bars, r, 0, out); /* whatever it is over */
    }
    if (series->over >= 0) {
        return over_column(s, bars, r, plain_series(s, series->over, child), out);
    }
    if (series->node >= 0) {
        return over_node(s, r, series->node, &series->measure, out);
    }
    if (!is_template(series)) {
        return over_symbol(s, bars, r, plain_integer(s, &series->symbol), out);
    }
    if (asset != NULL && asset->kind == BY_ASSET) {
        return over_symbol(s, bars, r, plain_integer(s, &asset->symbol), out);
    }
    return over_node(s, r, child, &series->measure, out);
}

static int32_t combine(plain_state *s, const by_panel *bars, const by_series *series, int32_t child,
                       double *out) {
    const plain_column *left = plain_series(s, series->over, child);
    const plain_column *right = plain_series(s, series->with, child);
    int32_t rows = bars->bar_count;
    if (left == NULL || right == NULL) {
        return rows;
    }
    int32_t ready = plain_later(left->ready, right->ready);
    for (int32_t row = 0; row < rows; row++) {
        double x = left->value[row];
        double y = right->value[row];
        out[row] = row < ready                   ? NAN
                   : series->form == BY_ADD      ? x + y
                   : series->form == BY_SUBTRACT ? x - y
                   : series->form == BY_MULTIPLY ? x * y
                                                 : x / y;
    }
    return ready;
}

/* Of the last bar of a higher timeframe that has closed. */
static int32_t see(plain_state *s, const plain_frame *at, const by_series *series, int32_t child,
                   double *out) {
    const plain_column *values = plain_series(s, series->over, child);
    const plain_frame *above = plain_frame_of(s, s->tree->series[series->over].timeframe);
    int32_t rows = at->bars.bar_count;
    if (values == NULL || above == NULL) {
        return rows;
    }
    int32_t ready = rows;
    for (int32_t row = rows - 1; row >= 0; row--) {
        int32_t seen = plain_seen(at, row, above);
        out[row] = seen < 0 ? NAN : values->value[seen];
        ready = seen >= 0 && seen >= values->ready ? row : ready;
    }
    return ready;
}

/* From x of each row to the value, `days_ago` later. */
static void finish(plain_state *s, const by_series *series, int32_t rows, const double *x,
                   plain_column *out) {
    int32_t days_ago = plain_integer(s, &series->days_ago);
    double factor = plain_value(s, &series->factor);
    double offset = plain_value(s, &series->offset);
    out->ready = out->ready < rows - days_ago ? out->ready + days_ago : rows;
    for (int32_t row = 0; row < rows; row++) {
        out->value[row] = row < out->ready ? NAN : factor * x[row - days_ago] + offset;
    }
}

const plain_column *plain_series(plain_state *s, int32_t index, int32_t child) {
    const by_series *series = &s->tree->series[index];
    for (const plain_column *known = s->series[index]; known != NULL; known = known->next) {
        if (known->child == child) {
            return known;
        }
    }
    const plain_frame *frame = plain_frame_of(s, series->timeframe);
    size_t rows = frame == NULL ? 0 : (size_t)frame->bars.bar_count;
    double *x = plain_room(s, rows, sizeof *x);
    double *value = plain_room(s, rows, sizeof *value);
    plain_column *column = plain_room(s, 1, sizeof *column);
    if (s->status == BY_OK) {
        column->value = value;
        column->child = child;
        column->ready = series->form == BY_SEEN ? see(s, frame, series, child, x)
                        : series->form == BY_INDICATOR_OF
                            ? indicator_of(s, &frame->bars, series, child, x)
                            : combine(s, &frame->bars, series, child, x);
    }
    if (s->status != BY_OK) {
        free(x);
        free(value);
        free(column);
        return NULL;
    }
    finish(s, series, (int32_t)rows, x, column);
    free(x);
    column->next = s->series[index];
    s->series[index] = column;
    return column;
}
