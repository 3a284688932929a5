/* SPDX-License-Identifier: MIT */
#include "frames.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "calendar.h"
#include "timeframe.h"

enum { CLOSE, OPEN, HIGH, LOW, VOLUME, COLUMN_COUNT };

/* When a row of the panel ends. */
static int64_t end_of_row(const by_panel *panel, int32_t row) {
    return panel->time[row] + panel->bar_seconds;
}

/* When a bar of a frame ends. */
static int64_t end_of(const frame *at, int32_t bar) {
    return at->timeframe == 0 ? end_of_row(&at->bars, bar) : at->end[bar];
}

/* Counts the bars of a timeframe, and writes those that there is room for. A bar that is still open
 * on the last row is none. */
static int32_t cut(const by_panel *panel, frame *to, int32_t room) {
    const int64_t last_second = panel->bar_seconds > 0 ? panel->bar_seconds - 1 : 0;
    int32_t count = 0;
    int64_t begin = 0;
    int64_t end = INT64_MIN;
    for (int32_t row = 0; row < panel->bar_count; row++) {
        if (panel->time[row] + last_second < end) {
            continue;
        }
        calendar_period(to->timeframe, panel->time[row] + last_second, &begin, &end);
        if (count < room) {
            to->time[count] = begin;
            to->end[count] = end;
        }
        if (count <= room) {
            to->first_row[count] = row;
        }
        count++;
    }
    const bool open = end_of_row(panel, panel->bar_count - 1) < end;
    if (!open && count <= room) {
        to->first_row[count] = panel->bar_count;
    }
    return count - open;
}

static by_status open_frame(frame *to, const by_panel *panel, int32_t timeframe, by_error *err) {
    const size_t columns = (panel->open != NULL ? COLUMN_COUNT : 1) * (size_t)panel->symbol_count;
    *to = (frame){.timeframe = timeframe};
    int32_t unused;
    to->first_row = &unused;
    const int32_t count = cut(panel, to, 0);
    to->first_row = malloc(((size_t)count + 1) * sizeof *to->first_row);
    to->time = malloc(((size_t)count + 1) * sizeof *to->time);
    to->end = malloc(((size_t)count + 1) * sizeof *to->end);
    to->column = calloc(columns, sizeof *to->column);
    if (to->first_row == NULL || to->time == NULL || to->end == NULL || to->column == NULL) {
        return by_fail_nomem(err, columns * sizeof *to->column);
    }
    cut(panel, to, count);
    const double *const *column = (const double *const *)to->column;
    const size_t symbols = (size_t)panel->symbol_count;
    to->bars = (by_panel){.bar_count = count,
                          .symbol_count = panel->symbol_count,
                          .bar_seconds = timeframe,
                          .time = to->time,
                          .close = column};
    if (panel->open != NULL) {
        to->bars.open = column + OPEN * symbols;
        to->bars.high = column + HIGH * symbols;
        to->bars.low = column + LOW * symbols;
        to->bars.volume = column + VOLUME * symbols;
    }
    return BY_OK;
}

static by_status check(const by_panel *panel, int32_t timeframe, by_error *err) {
    if (panel->bar_seconds <= 0 || by_timeframe_is_above(timeframe, panel->bar_seconds)) {
        return BY_OK;
    }
    char of[BY_TIMEFRAME_TEXT];
    char own[BY_TIMEFRAME_TEXT];
    by_timeframe_text(timeframe, of);
    by_timeframe_text(panel->bar_seconds, own);
    return timeframe < panel->bar_seconds
               ? by_fail(err, BY_STRATEGY,
                         "strategy: bars of %s cannot be seen on bars of %s, which are longer; run "
                         "it on shorter bars or ask for a higher timeframe",
                         of, own)
               : by_fail(err, BY_STRATEGY, "strategy: bars of %s cannot be made of bars of %s%s",
                         of, own,
                         timeframe == panel->bar_seconds
                             ? ": they are those of the strategy itself, so leave b.on out"
                             : ", as they are no whole number of them");
}

static int compare(const void *a, const void *b) {
    const int32_t x = *(const int32_t *)a;
    const int32_t y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

by_status frames_open(frames *f, const by_panel *panel, int32_t timeframe_count,
                      const int32_t *timeframes, by_error *err) {
    const size_t count = (size_t)timeframe_count;
    int32_t *sorted = malloc((count + 1) * sizeof *sorted);
    *f = (frames){.panel = panel, .list = calloc(count + 1, sizeof *f->list)};
    by_status status = BY_OK;
    if (sorted == NULL || f->list == NULL) {
        free(sorted);
        return by_fail_nomem(err, (count + 1) * sizeof *f->list);
    }
    memcpy(sorted, timeframes, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, compare);
    f->list[0] = (frame){.bars = *panel};
    f->count = 1;
    for (size_t i = 0; i < count && status == BY_OK; i++) {
        if (sorted[i] != f->list[f->count - 1].timeframe) {
            status = check(panel, sorted[i], err);
            status =
                status == BY_OK ? open_frame(&f->list[f->count++], panel, sorted[i], err) : status;
        }
    }
    free(sorted);
    return status;
}

void frames_close(frames *f) {
    for (int32_t i = 1; i < f->count; i++) {
        frame *at = &f->list[i];
        for (int32_t s = 0; at->column != NULL && s < f->list[0].bars.symbol_count; s++) {
            free(at->column[s]); /* and those of its other columns, behind it */
        }
        free(at->time);
        free(at->end);
        free(at->first_row);
        free(at->column);
    }
    free(f->list);
    *f = (frames){.count = 0};
}

int32_t frames_find(const frames *f, int32_t timeframe) {
    int32_t i = 0;
    while (i + 1 < f->count && f->list[i].timeframe != timeframe) {
        i++;
    }
    return i;
}

/* Whether a panel filled a row in: nothing was traded at the last close. */
static bool is_filled(const by_panel *panel, int32_t symbol, int32_t row) {
    const double close = panel->close[symbol][row];
    return row > 0 && panel->volume[symbol][row] == 0.0 && close == panel->close[symbol][row - 1] &&
           panel->open[symbol][row] == close && panel->high[symbol][row] == close &&
           panel->low[symbol][row] == close;
}

/* The bar that rows first .. last of a symbol make together. */
static void join(const by_panel *panel, int32_t symbol, int32_t first, int32_t last,
                 double bar[COLUMN_COUNT]) {
    bar[OPEN] = bar[HIGH] = bar[LOW] = bar[VOLUME] = NAN;
    bar[CLOSE] = panel->close[symbol][last];
    bool any = false;
    for (int32_t row = first; row <= last; row++) {
        const double volume = panel->volume[symbol][row];
        if (is_filled(panel, symbol, row)) {
            continue;
        }
        any = true;
        bar[OPEN] = isnan(bar[OPEN]) ? panel->open[symbol][row] : bar[OPEN];
        bar[HIGH] = fmax(bar[HIGH], panel->high[symbol][row]);
        bar[LOW] = fmin(bar[LOW], panel->low[symbol][row]);
        bar[VOLUME] = isnan(bar[VOLUME]) ? volume : bar[VOLUME] + (isnan(volume) ? 0.0 : volume);
    }
    if (!any) {
        bar[OPEN] = bar[HIGH] = bar[LOW] = bar[CLOSE];
        bar[VOLUME] = 0.0;
    }
}

by_status frames_add_symbol(frames *f, int32_t position, int32_t symbol, by_error *err) {
    frame *to = &f->list[position];
    if (position == 0 || to->column[symbol] != NULL) {
        return BY_OK;
    }
    const bool full = f->panel->open != NULL;
    const size_t count = (size_t)to->bars.bar_count;
    const int32_t columns = full ? COLUMN_COUNT : 1;
    double *data = malloc(((size_t)columns * count + 1) * sizeof *data);
    if (data == NULL) {
        return by_fail_nomem(err, (size_t)columns * count * sizeof *data);
    }
    for (int32_t which = 0; which < columns; which++) {
        to->column[which * f->panel->symbol_count + symbol] = data + (size_t)which * count;
    }
    for (size_t i = 0; i < count; i++) {
        const int32_t last = to->first_row[i + 1] - 1;
        double bar[COLUMN_COUNT] = {f->panel->close[symbol][last]};
        if (full) {
            join(f->panel, symbol, to->first_row[i], last, bar);
        }
        for (int32_t which = 0; which < columns; which++) {
            data[(size_t)which * count + i] = bar[which];
        }
    }
    return BY_OK;
}

int32_t frames_seen(const frames *f, int32_t at, int32_t above, int32_t row) {
    const frame *to = &f->list[above];
    const int64_t now = end_of(&f->list[at], row);
    int32_t low = 0;
    int32_t high = to->bars.bar_count;
    while (low < high) {
        const int32_t middle = low + (high - low) / 2;
        if (to->end[middle] <= now) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low - 1;
}

int32_t frames_see(const frames *f, int32_t at, int32_t above, const double *values, int32_t first,
                   double *out) {
    const frame *from = &f->list[at];
    const frame *to = &f->list[above];
    const int32_t rows = from->bars.bar_count;
    int32_t found = rows;
    int32_t closed = 0;
    for (int32_t row = 0; row < rows; row++) {
        while (closed < to->bars.bar_count && to->end[closed] <= end_of(from, row)) {
            closed++;
        }
        out[row] = closed == 0 ? NAN : values[closed - 1];
        found = found == rows && closed > first ? row : found;
    }
    return found;
}
