/* SPDX-License-Identifier: MIT */
#include "panel.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "tree.h"

/* What is known of one symbol while the panel is built: its slices and a position in them. */
typedef struct source {
    const by_bars *slices;
    int32_t slice_count;
    int32_t slice;
    int32_t bar;
    int64_t bar_count;
} source;

static int64_t first_time(const source *from) {
    return from->slices[0].time[0];
}

static bool at_end(const source *from) {
    return from->slice == from->slice_count;
}

static int64_t time_here(const source *from) {
    return from->slices[from->slice].time[from->bar];
}

static double close_here(const source *from) {
    return from->slices[from->slice].close[from->bar];
}

static void advance(source *from) {
    if (++from->bar == from->slices[from->slice].count) {
        from->slice++;
        from->bar = 0;
    }
}

static by_status open_sources(int32_t symbol_count, const char *const *names, const by_bars *slices,
                              const int32_t *slice_first, source *sources, by_error *err) {
    for (int32_t s = 0; s < symbol_count; s++) {
        source *to = &sources[s];
        to->slices = slices + slice_first[s];
        to->slice_count = slice_first[s + 1] - slice_first[s];
        for (int32_t i = 0; i < to->slice_count; i++) {
            to->bar_count += to->slices[i].count;
        }
        if (to->bar_count == 0) {
            return by_fail(err, BY_DATA, "data: no bars for %s; import or backfill them", names[s]);
        }
        if (to->bar_count > INT32_MAX / 4) {
            return by_fail(err, BY_LIMIT, "data: %s has more bars than fit (%d)", names[s],
                           INT32_MAX / 4);
        }
    }
    return BY_OK;
}

typedef struct layout {
    by_panel panel; /* first, so that a panel is its layout */
    int64_t *time;
    double *columns;
    double **close;
    double *forward;
    int32_t *first_bar;
    int32_t *last_bar;
    int32_t *filled_count;
} layout;

void by_panel_free(by_panel *panel) {
    layout *to = (layout *)panel;
    if (to != NULL) {
        free(to->time);
        free(to->columns);
        free(to->close);
        free(to->forward);
        free(to->first_bar);
        free(to);
    }
}

static layout *allocate(int32_t symbol_count, int32_t bar_count) {
    size_t symbols = (size_t)symbol_count;
    size_t bars = (size_t)bar_count;
    layout *to = calloc(1, sizeof *to);
    if (to == NULL) {
        return NULL;
    }
    to->time = calloc(bars, sizeof *to->time);
    to->close = calloc(symbols, sizeof *to->close);
    to->forward = calloc(symbols * bars, sizeof *to->forward);
    to->first_bar = calloc(3 * symbols, sizeof *to->first_bar);
    to->columns = malloc(symbols * bars * sizeof *to->columns);
    if (to->time == NULL || to->close == NULL || to->forward == NULL || to->first_bar == NULL ||
        to->columns == NULL) {
        by_panel_free(&to->panel);
        return NULL;
    }
    to->last_bar = to->first_bar + symbols;
    to->filled_count = to->last_bar + symbols;
    for (size_t s = 0; s < symbols; s++) {
        to->close[s] = to->columns + s * bars;
    }
    to->panel.bar_count = bar_count;
    to->panel.symbol_count = symbol_count;
    to->panel.time = to->time;
    to->panel.close = (const double *const *)to->close;
    to->panel.forward = to->forward;
    to->panel.first_bar = to->first_bar;
    to->panel.last_bar = to->last_bar;
    to->panel.filled_count = to->filled_count;
    return to;
}

/* Bars before `common`. */
static int32_t count_history(source from, int64_t common) {
    int32_t bars = 0;
    for (; !at_end(&from) && time_here(&from) < common; advance(&from)) {
        bars++;
    }
    return bars;
}

/* The sessions: every time from `common` on that any symbol has, rising. The array is the caller's.
 */
static int64_t *merge_times(const source *sources, int32_t symbol_count, int64_t common,
                            int32_t *count, by_error *err) {
    size_t size = 0;
    source *at = malloc((size_t)symbol_count * sizeof *at);
    int64_t *times = NULL;
    *count = 0;
    for (int64_t now = common; at != NULL; now++) {
        int64_t next = INT64_MAX;
        for (int32_t s = 0; s < symbol_count; s++) {
            at[s] = now == common ? sources[s] : at[s];
            while (!at_end(&at[s]) && time_here(&at[s]) < now) {
                advance(&at[s]);
            }
            if (!at_end(&at[s]) && time_here(&at[s]) < next) {
                next = time_here(&at[s]);
            }
        }
        if (next == INT64_MAX) {
            free(at);
            return times;
        }
        if ((size_t)*count == size) {
            size = size == 0 ? 4096 : size * 2;
            int64_t *grown = realloc(times, size * sizeof *times);
            if (grown == NULL) {
                break;
            }
            times = grown;
        }
        times[(*count)++] = now = next;
    }
    free(at);
    free(times);
    by_fail_nomem(err, size * sizeof *times);
    return NULL;
}

/* One symbol: its history packed in front of the sessions, then a close for each of them. */
static void fill_symbol(layout *to, int32_t symbol, source from) {
    const int32_t sessions = to->panel.first_common;
    double *close = to->close[symbol];
    int32_t first = sessions - count_history(from, to->time[sessions]);
    for (int32_t row = 0; row < first; row++) {
        close[row] = NAN;
    }
    int32_t row = first;
    for (; row < sessions; row++, advance(&from)) {
        close[row] = close_here(&from);
    }
    to->last_bar[symbol] = row - 1;
    int32_t missed = 0;
    for (; row < to->panel.bar_count; row++) {
        if (!at_end(&from) && time_here(&from) == to->time[row]) {
            close[row] = close_here(&from);
            advance(&from);
            to->last_bar[symbol] = row;
            to->filled_count[symbol] = missed;
        } else {
            close[row] = close[row - 1];
            missed++;
        }
    }
    to->first_bar[symbol] = first;
}

static void fill_forward(layout *to) {
    const size_t symbols = (size_t)to->panel.symbol_count;
    for (size_t bar = 0; bar + 1 < (size_t)to->panel.bar_count; bar++) {
        for (size_t s = 0; s < symbols; s++) {
            double now = to->close[s][bar];
            to->forward[bar * symbols + s] = isnan(now) ? 0.0 : to->close[s][bar + 1] / now - 1.0;
        }
    }
}

static by_status build(int32_t symbol_count, const char *const *names, const source *sources,
                       by_panel **out, by_error *err) {
    int32_t latest = 0;
    int32_t history = 0;
    int32_t session_count = 0;
    for (int32_t s = 1; s < symbol_count; s++) {
        latest = first_time(&sources[s]) > first_time(&sources[latest]) ? s : latest;
    }
    const int64_t common = first_time(&sources[latest]);
    for (int32_t s = 0; s < symbol_count; s++) {
        int32_t before = count_history(sources[s], common);
        if (before == sources[s].bar_count) {
            return by_fail(
                err, BY_DATA,
                "data: %s ends before %s begins, so there is no day with both; leave one "
                "of them out or fetch more bars",
                names[s], names[latest]);
        }
        history = before > history ? before : history;
    }
    int64_t *times = merge_times(sources, symbol_count, common, &session_count, err);
    if (times == NULL) {
        return BY_NOMEM;
    }
    layout *to = allocate(symbol_count, history + session_count);
    if (to == NULL) {
        free(times);
        return by_fail_nomem(err, (size_t)symbol_count * (size_t)(history + session_count) * 16);
    }
    memcpy(to->time + history, times, (size_t)session_count * sizeof *times);
    free(times);
    to->panel.first_common = history;
    to->panel.last_common = to->panel.bar_count - 1;
    for (int32_t s = 0; s < symbol_count; s++) {
        fill_symbol(to, s, sources[s]);
        if (to->last_bar[s] < to->panel.last_common) {
            to->panel.last_common = to->last_bar[s];
        }
    }
    fill_forward(to);
    *out = &to->panel;
    return BY_OK;
}

by_status by_panel_new(int32_t symbol_count, const char *const *names, const by_bars *slices,
                       const int32_t *slice_first, by_panel **out, by_error *err) {
    *out = NULL;
    if (symbol_count < 1 || symbol_count > BY_SYMBOLS_MAX) {
        return by_fail(err, BY_LIMIT, "data: a panel holds 1 to %d symbols, not %d", BY_SYMBOLS_MAX,
                       symbol_count);
    }
    source *sources = calloc((size_t)symbol_count, sizeof *sources);
    if (sources == NULL) {
        return by_fail_nomem(err, (size_t)symbol_count * sizeof *sources);
    }
    by_status status = open_sources(symbol_count, names, slices, slice_first, sources, err);
    if (status == BY_OK) {
        status = build(symbol_count, names, sources, out, err);
    }
    free(sources);
    return status;
}

uint64_t by_panel_hash(const by_panel *panel, int32_t last) {
    const size_t rows = (size_t)last + 1;
    uint64_t hash = by_hash(panel->time, rows * sizeof *panel->time, 0);
    for (int32_t s = 0; s < panel->symbol_count; s++) {
        size_t before = (size_t)panel->first_bar[s]; /* NaN there, whose bits may differ */
        before = before < rows ? before : rows;
        hash = by_hash(panel->close[s] + before, (rows - before) * sizeof(double), hash);
    }
    return hash;
}
