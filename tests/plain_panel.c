/* SPDX-License-Identifier: MIT */
#include "plain_panel.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

typedef struct input {
    int32_t symbol_count;
    const by_bars *slices;
    const int32_t *slice_first;
} input;

/* One bar; `time` is INT64_MAX when there is none. */
typedef struct bar {
    int64_t time;
    double open, high, low, close, volume;
} bar;

/* The first bar of `symbol` (of any, if it is negative) whose time is at least `from`. */
static bar bar_from(const input *in, int32_t symbol, int64_t from) {
    bar found = {.time = INT64_MAX};
    for (int32_t t = 0; t < in->symbol_count; t++) {
        for (int32_t s = in->slice_first[t]; s < in->slice_first[t + 1]; s++) {
            const by_bars *b = &in->slices[s];
            for (int32_t i = 0; i < b->count && (symbol < 0 || symbol == t); i++) {
                if (b->time[i] >= from && b->time[i] < found.time) {
                    found = (bar){b->time[i], b->open[i],  b->high[i],
                                  b->low[i],  b->close[i], b->volume[i]};
                }
            }
        }
    }
    return found;
}

/* Abortive: tests run out of memory nowhere else. */
static void *room(size_t count, size_t size) {
    void *memory = calloc(count, size);
    if (memory == NULL) {
        abort();
    }
    return memory;
}

/* The times at which any symbol has a bar. */
static int64_t *make_axis(const input *in, int32_t *count) {
    *count = 0;
    for (int64_t at = bar_from(in, -1, INT64_MIN).time; at != INT64_MAX;
         at = bar_from(in, -1, at + 1).time) {
        (*count)++;
    }
    int64_t *axis = room((size_t)*count + 1, sizeof *axis);
    int64_t from = INT64_MIN;
    for (int32_t row = 0; row < *count; row++) {
        axis[row] = bar_from(in, -1, from).time;
        from = axis[row] + 1;
    }
    return axis;
}

typedef enum column { OPEN, HIGH, LOW, CLOSE, VOLUME, COLUMNS } column;

typedef struct build {
    by_panel panel; /* first, so that the panel is its build */
    int64_t *time;
    double **column[COLUMNS]; /* [symbol][row] */
    double *forward;
    int32_t *first_bar;
    int32_t *last_bar;
    int32_t *filled_count;
} build;

static void fill_row(build *b, int32_t t, int32_t row, const bar *own, bool began) {
    bool here = own->time == b->time[row];
    double kept = row > 0 ? b->column[CLOSE][t][row - 1] : NAN;
    double values[COLUMNS] = {kept, kept, kept, kept, 0};
    if (here) {
        values[OPEN] = own->open;
        values[HIGH] = own->high;
        values[LOW] = own->low;
        values[CLOSE] = own->close;
        values[VOLUME] = own->volume;
    }
    for (int32_t c = 0; c < COLUMNS; c++) {
        b->column[c][t][row] = here || began ? values[c] : NAN;
    }
}

static void fill_symbol(build *b, const input *in, int32_t t) {
    int32_t missed = 0;
    bool began = false;
    for (int32_t row = 0; row < b->panel.bar_count; row++) {
        bar own = bar_from(in, t, b->time[row]);
        fill_row(b, t, row, &own, began);
        if (own.time == b->time[row]) {
            b->first_bar[t] = began ? b->first_bar[t] : row;
            b->last_bar[t] = row;
            b->filled_count[t] = missed;
            began = true;
        } else if (began) {
            missed++;
        }
    }
}

static void fill_forward(build *b) {
    size_t symbols = (size_t)b->panel.symbol_count;
    for (int32_t row = 0; row + 1 < b->panel.bar_count; row++) {
        for (size_t t = 0; t < symbols; t++) {
            const double *close = b->column[CLOSE][t];
            b->forward[(size_t)row * symbols + t] =
                isnan(close[row]) ? 0 : close[row + 1] / close[row] - 1;
        }
    }
}

static double rows_a_year(const int64_t *time, int32_t count) {
    int32_t days = 0;
    for (int32_t i = 0; i < count; i++) {
        days += i == 0 || floor((double)time[i] / 86400) > floor((double)time[i - 1] / 86400);
    }
    return 252.0 * count / days;
}

by_status plain_panel_new(int32_t symbol_count, const by_bars *slices, const int32_t *slice_first,
                          int32_t full, by_panel **out) {
    input in = {symbol_count, slices, slice_first};
    size_t symbols = (size_t)symbol_count;
    build *b = room(1, sizeof *b);
    by_panel *panel = &b->panel;
    panel->symbol_count = symbol_count;
    b->time = make_axis(&in, &panel->bar_count);
    size_t rows = (size_t)panel->bar_count;
    b->forward = room(rows * symbols, sizeof *b->forward);
    b->first_bar = room(symbols, sizeof *b->first_bar);
    b->last_bar = room(symbols, sizeof *b->last_bar);
    b->filled_count = room(symbols, sizeof *b->filled_count);
    for (int32_t c = 0; c < COLUMNS; c++) {
        b->column[c] = room(symbols, sizeof *b->column[c]);
        for (size_t t = 0; t < symbols; t++) {
            b->column[c][t] = room(rows, sizeof *b->column[c][t]);
        }
    }
    panel->last_common = panel->bar_count - 1;
    for (int32_t t = 0; t < symbol_count; t++) {
        fill_symbol(b, &in, t);
        bool later = b->first_bar[t] > panel->first_common;
        bool sooner = b->last_bar[t] < panel->last_common;
        panel->first_common = later ? b->first_bar[t] : panel->first_common;
        panel->last_common = sooner ? b->last_bar[t] : panel->last_common;
    }
    fill_forward(b);
    panel->periods_per_year = rows_a_year(b->time, panel->bar_count);
    panel->time = b->time;
    panel->open = full ? (const double *const *)b->column[OPEN] : NULL;
    panel->high = full ? (const double *const *)b->column[HIGH] : NULL;
    panel->low = full ? (const double *const *)b->column[LOW] : NULL;
    panel->close = (const double *const *)b->column[CLOSE];
    panel->volume = full ? (const double *const *)b->column[VOLUME] : NULL;
    panel->forward = b->forward;
    panel->first_bar = b->first_bar;
    panel->last_bar = b->last_bar;
    panel->filled_count = b->filled_count;
    *out = panel;
    if (panel->last_common < panel->first_common) {
        plain_panel_free(panel);
        *out = NULL;
        return BY_DATA;
    }
    return BY_OK;
}

void plain_panel_free(by_panel *panel) {
    build *b = (build *)panel;
    if (b == NULL) {
        return;
    }
    for (int32_t c = 0; c < COLUMNS; c++) {
        for (int32_t t = 0; t < b->panel.symbol_count; t++) {
            free(b->column[c][t]);
        }
        free((void *)b->column[c]);
    }
    free(b->time);
    free(b->forward);
    free(b->first_bar);
    free(b->last_bar);
    free(b->filled_count);
    free(b);
}
