/* SPDX-License-Identifier: MIT */
#include "panel.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "as_of.h"
#include "axis.h"
#include "clones.h"
#include "hash.h"
#include "tree.h"

enum { DAY_SECONDS = 86400 };
enum { TILE_ROWS = 16 }; /* of forward returns, while they are turned from columns to rows */

/* Columns of the panel, in the order of their pointers. */
enum { CLOSE, OPEN, HIGH, LOW, VOLUME, COLUMN_COUNT };

typedef struct layout {
    by_panel panel; /* first, so that a panel is its layout */
    double *data;
    double **column; /* [which][symbol] */
    double *forward;
    int32_t *first_bar;
    int32_t *last_bar;
    int32_t *filled_count;
} layout;

void by_panel_free(by_panel *panel) {
    layout *to = (layout *)panel;
    if (to != NULL) {
        free((void *)to->panel.time);
        free(to->data);
        free(to->column);
        free(to->forward);
        free(to->first_bar);
        free(to);
    }
}

static layout *allocate(int32_t symbol_count, int32_t bar_count, bool full) {
    const size_t symbols = (size_t)symbol_count;
    const size_t bars = (size_t)bar_count;
    const size_t columns = (full ? COLUMN_COUNT : 1) * symbols;
    layout *to = calloc(1, sizeof *to);
    if (to == NULL) {
        return NULL;
    }
    to->column = calloc(columns, sizeof *to->column);
    to->data = malloc(columns * bars * sizeof *to->data);
    to->forward = malloc(symbols * bars * sizeof *to->forward);
    to->first_bar = calloc(3 * symbols, sizeof *to->first_bar);
    if (to->column == NULL || to->data == NULL || to->forward == NULL || to->first_bar == NULL) {
        by_panel_free(&to->panel);
        return NULL;
    }
    to->last_bar = to->first_bar + symbols;
    to->filled_count = to->last_bar + symbols;
    for (size_t c = 0; c < columns; c++) {
        to->column[c] = to->data + c * bars;
    }
    const double *const *column = (const double *const *)to->column;
    to->panel = (by_panel){.bar_count = bar_count,
                           .symbol_count = symbol_count,
                           .close = column + CLOSE * symbols,
                           .open = full ? column + OPEN * symbols : NULL,
                           .high = full ? column + HIGH * symbols : NULL,
                           .low = full ? column + LOW * symbols : NULL,
                           .volume = full ? column + VOLUME * symbols : NULL,
                           .forward = to->forward,
                           .first_bar = to->first_bar,
                           .last_bar = to->last_bar,
                           .filled_count = to->filled_count};
    return to;
}

static const double *column_of(const by_bars *bars, int32_t which) {
    const double *const columns[COLUMN_COUNT] = {[CLOSE] = bars->close,
                                                 [OPEN] = bars->open,
                                                 [HIGH] = bars->high,
                                                 [LOW] = bars->low,
                                                 [VOLUME] = bars->volume};
    return columns[which];
}

/* Lays one column of a symbol onto the axis. Closes are filled before the others, whose gaps they
 * fill. */
static void fill_column(layout *to, int32_t symbol, int32_t which, const axis_source *from) {
    const int64_t *time = to->panel.time;
    const double *close = to->panel.close[symbol];
    double *column = to->column[which * to->panel.symbol_count + symbol];
    const int32_t first = to->first_bar[symbol];
    int32_t row = 0;
    int32_t last = 0;
    int32_t missed = 0;
    for (; row < first; row++) {
        column[row] = NAN;
    }
    for (int32_t s = 0; s < from->slice_count; s++) {
        const by_bars *bars = &from->slices[s];
        const double *values = column_of(bars, which);
        for (int32_t i = 0; i < bars->count; i++, row++) {
            for (; time[row] != bars->time[i]; row++, missed++) {
                column[row] = which == VOLUME ? 0.0 : close[row - 1];
            }
            column[row] = values[i];
            last = row;
        }
    }
    for (; row < to->panel.bar_count; row++) {
        column[row] = which == VOLUME ? 0.0 : close[row - 1];
    }
    to->last_bar[symbol] = last;
    to->filled_count[symbol] = missed;
}

/* Opens, highs and lows of a series from outside are what they are of an indicator: its value. */
static void fill_as_of(layout *to, int32_t symbol, const axis_source *from, bool full) {
    const size_t rows = (size_t)to->panel.bar_count;
    double *values = to->column[symbol];
    as_of_fill(from, to->panel.time, to->panel.bar_count, values);
    for (int32_t which = OPEN; full && which < COLUMN_COUNT; which++) {
        double *column = to->column[which * to->panel.symbol_count + symbol];
        for (size_t row = 0; row < rows; row++) {
            column[row] = which == VOLUME ? NAN : values[row];
        }
    }
    to->last_bar[symbol] = to->panel.bar_count - 1;
}

/* Of up to TILE_ROWS rows, for which `close` has one more. */
BY_CLONES static void forward_of(const double *close, int32_t count, double *out) {
    for (int32_t i = 0; i < count; i++) {
        double forward = close[i + 1] / close[i] - 1.0;
        out[i] = close[i] == close[i] ? forward : 0.0;
    }
}

static void fill_forward(layout *to, const axis_source *sources) {
    const int32_t symbols = to->panel.symbol_count;
    const int32_t last = to->panel.bar_count - 1;
    double tile[TILE_ROWS];
    for (int32_t row = 0; row < last; row += TILE_ROWS) {
        const int32_t count = last - row < TILE_ROWS ? last - row : TILE_ROWS;
        for (int32_t s = 0; s < symbols; s++) {
            double *out = to->forward + (size_t)row * (size_t)symbols + s;
            if (sources[s].as_of) {
                memset(tile, 0, sizeof tile);
            } else {
                forward_of(to->panel.close[s] + row, count, tile);
            }
            for (int32_t i = 0; i < count; i++) {
                out[(size_t)i * (size_t)symbols] = tile[i];
            }
        }
    }
    memset(to->forward + (size_t)last * (size_t)symbols, 0, (size_t)symbols * sizeof(double));
}

/* The rows between which all symbols have data. */
static by_status find_common(layout *to, const char *const *names, const axis_source *sources,
                             by_error *err) {
    int32_t latest = 0;
    int32_t earliest = -1;
    for (int32_t s = 0; s < to->panel.symbol_count; s++) {
        latest = to->first_bar[s] > to->first_bar[latest] ? s : latest;
        if (!sources[s].as_of && (earliest < 0 || to->last_bar[s] < to->last_bar[earliest])) {
            earliest = s;
        }
    }
    to->panel.first_common = to->first_bar[latest];
    to->panel.last_common = to->last_bar[earliest];
    if (to->panel.last_common < to->panel.first_common) {
        return by_fail(err, BY_DATA,
                       "data: %s ends before %s begins, so there is no day with both; leave one of "
                       "them out or fetch more bars",
                       names[earliest], names[latest]);
    }
    return BY_OK;
}

static int64_t day_of(int64_t time) {
    return time / DAY_SECONDS - (time % DAY_SECONDS < 0);
}

/* Years have 252 days with bars, however few of them are on the axis. */
static double rows_a_year(const int64_t *time, int32_t count) {
    int32_t days = 1;
    for (int32_t i = 1; i < count; i++) {
        days += day_of(time[i]) != day_of(time[i - 1]);
    }
    return 252.0 * count / days;
}

/* Lays a series onto the axis. */
static by_status fill(layout *to, int32_t symbol, const char *name, const axis_source *from,
                      bool full, by_error *err) {
    to->first_bar[symbol] = axis_find(to->panel.time, to->panel.bar_count, from->first_time);
    if (from->as_of && to->first_bar[symbol] == to->panel.bar_count) {
        return by_fail(err, BY_DATA,
                       "data: the first value of %s is known only after the last bar; fetch more "
                       "bars or take values that were known before",
                       name);
    }
    if (from->as_of) {
        fill_as_of(to, symbol, from, full);
        return BY_OK;
    }
    for (int32_t which = 0; which < (full ? COLUMN_COUNT : 1); which++) {
        fill_column(to, symbol, which, from);
    }
    return BY_OK;
}

static by_status build(int32_t symbol_count, const char *const *names, const axis_source *sources,
                       bool full, by_panel **out, by_error *err) {
    int64_t *time;
    int32_t bar_count;
    by_status status = axis_new(symbol_count, sources, &time, &bar_count, err);
    if (status != BY_OK) {
        return status;
    }
    layout *to = allocate(symbol_count, bar_count, full);
    if (to == NULL) {
        free(time);
        return by_fail_nomem(err, (size_t)symbol_count * (size_t)bar_count * sizeof(double) *
                                      (full ? COLUMN_COUNT + 1 : 2));
    }
    to->panel.time = time;
    for (int32_t s = 0; s < symbol_count && status == BY_OK; s++) {
        status = fill(to, s, names[s], &sources[s], full, err);
    }
    status = status == BY_OK ? find_common(to, names, sources, err) : status;
    if (status != BY_OK) {
        by_panel_free(&to->panel);
        return status;
    }
    fill_forward(to, sources);
    to->panel.periods_per_year = rows_a_year(time, bar_count);
    *out = &to->panel;
    return BY_OK;
}

by_status by_panel_new_as_of(int32_t symbol_count, const char *const *names, const by_bars *slices,
                             const int32_t *slice_first, const uint8_t *as_of, int32_t full,
                             by_panel **out, by_error *err) {
    *out = NULL;
    if (symbol_count < 1 || symbol_count > BY_SYMBOLS_MAX) {
        return by_fail(err, BY_LIMIT, "data: a panel holds 1 to %d symbols, not %d", BY_SYMBOLS_MAX,
                       symbol_count);
    }
    axis_source *sources = calloc((size_t)symbol_count, sizeof *sources);
    if (sources == NULL) {
        return by_fail_nomem(err, (size_t)symbol_count * sizeof *sources);
    }
    by_status status = BY_OK;
    for (int32_t s = 0; s < symbol_count && status == BY_OK; s++) {
        sources[s].slices = slices + slice_first[s];
        sources[s].slice_count = slice_first[s + 1] - slice_first[s];
        sources[s].as_of = as_of != NULL && as_of[s] != 0;
        status = axis_check(&sources[s], names[s], err);
    }
    if (status == BY_OK) {
        status = build(symbol_count, names, sources, full != 0, out, err);
    }
    free(sources);
    return status;
}

by_status by_panel_new(int32_t symbol_count, const char *const *names, const by_bars *slices,
                       const int32_t *slice_first, int32_t full, by_panel **out, by_error *err) {
    return by_panel_new_as_of(symbol_count, names, slices, slice_first, NULL, full, out, err);
}

uint64_t by_panel_hash(const by_panel *panel, int32_t last) {
    const double *const *const columns[COLUMN_COUNT] = {[CLOSE] = panel->close,
                                                        [OPEN] = panel->open,
                                                        [HIGH] = panel->high,
                                                        [LOW] = panel->low,
                                                        [VOLUME] = panel->volume};
    const size_t rows = (size_t)last + 1;
    uint64_t hash = by_hash(panel->time, rows * sizeof *panel->time, 0);
    for (int32_t which = 0; which < COLUMN_COUNT && columns[which] != NULL; which++) {
        for (int32_t s = 0; s < panel->symbol_count; s++) {
            size_t before = (size_t)panel->first_bar[s]; /* NaN there, whose bits may differ */
            before = before < rows ? before : rows;
            hash = by_hash(columns[which][s] + before, (rows - before) * sizeof(double), hash);
        }
    }
    return hash;
}
