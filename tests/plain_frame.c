/* SPDX-License-Identifier: MIT
 *
 * Bars of higher timeframes, straight from the rows: for each symbol and bar all rows are asked
 * whether they belong to it.
 */
#include "plain_parts.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

enum { WEEK = 604800, MONTH = 2678400, DAY = 86400 };

/* When the period that a second lies in begins. */
static int64_t begin_of(int32_t timeframe, int64_t second) {
    time_t time = second;
    struct tm date;
    gmtime_r(&time, &date);
    if (timeframe <= DAY) {
        int64_t into = (date.tm_hour * 60 + date.tm_min) * 60 + date.tm_sec;
        return second - into % timeframe;
    }
    int32_t days = timeframe == MONTH ? date.tm_mday - 1 : (date.tm_wday + 6) % 7;
    date.tm_mday -= days;
    date.tm_hour = date.tm_min = date.tm_sec = 0;
    return timegm(&date);
}

/* When the period that begins with a second ends. */
static int64_t end_of(int32_t timeframe, int64_t begin) {
    return timeframe == MONTH ? begin_of(MONTH, begin + 31 * DAY + DAY / 2) : begin + timeframe;
}

/* The second by which a row is told from others: its last one, where it is known. */
static int64_t second_of(const by_panel *panel, int32_t row) {
    return panel->time[row] + (panel->bar_seconds > 0 ? panel->bar_seconds - 1 : 0);
}

static bool was_filled(const by_panel *panel, int32_t symbol, int32_t row) {
    if (row == 0 || panel->volume[symbol][row] != 0) {
        return false;
    }
    double last = panel->close[symbol][row - 1];
    return panel->open[symbol][row] == last && panel->high[symbol][row] == last &&
           panel->low[symbol][row] == last && panel->close[symbol][row] == last;
}

enum { CLOSE, OPEN, HIGH, LOW, VOLUME, COLUMNS };

static double first_known(double a, double b) {
    return isnan(a) ? b : a;
}

/* One bar of one symbol; `column` has COLUMNS values. */
static void make_bar(const by_panel *panel, const plain_frame *frame, int32_t symbol, int32_t bar,
                     double *column) {
    bool any = false;
    for (int32_t which = 0; which < COLUMNS; which++) {
        column[which] = NAN;
    }
    for (int32_t row = 0; row < panel->bar_count; row++) {
        if (frame->bar_of[row] != bar) {
            continue;
        }
        column[CLOSE] = panel->close[symbol][row];
        if (panel->open == NULL || was_filled(panel, symbol, row)) {
            continue;
        }
        any = true;
        double high = panel->high[symbol][row];
        double low = panel->low[symbol][row];
        double volume = panel->volume[symbol][row];
        column[OPEN] = first_known(column[OPEN], panel->open[symbol][row]);
        column[HIGH] = high > column[HIGH] ? high : first_known(column[HIGH], high);
        column[LOW] = low < column[LOW] ? low : first_known(column[LOW], low);
        column[VOLUME] = isnan(column[VOLUME]) || isnan(volume)
                             ? first_known(column[VOLUME], volume)
                             : column[VOLUME] + volume;
    }
    if (!any) {
        column[OPEN] = column[HIGH] = column[LOW] = column[CLOSE];
        column[VOLUME] = 0;
    }
}

static void fill(plain_state *s, plain_frame *frame, double *data, double **column) {
    const by_panel *panel = s->panel;
    int32_t bars = frame->bars.bar_count;
    double bar[COLUMNS];
    for (int32_t t = 0; t < panel->symbol_count; t++) {
        for (int32_t which = 0; which < COLUMNS; which++) {
            column[which * panel->symbol_count + t] =
                data + ((size_t)which * (size_t)panel->symbol_count + (size_t)t) * (size_t)bars;
        }
        for (int32_t i = 0; i < bars; i++) {
            make_bar(panel, frame, t, i, bar);
            for (int32_t which = 0; which < COLUMNS; which++) {
                column[which * panel->symbol_count + t][i] = bar[which];
            }
        }
    }
    const double *const *at = (const double *const *)column;
    const int32_t symbols = panel->symbol_count;
    frame->bars.close = at;
    if (panel->open != NULL) {
        frame->bars.open = at + OPEN * symbols;
        frame->bars.high = at + HIGH * symbols;
        frame->bars.low = at + LOW * symbols;
        frame->bars.volume = at + VOLUME * symbols;
    }
}

static void cut(plain_state *s, plain_frame *frame) {
    size_t rows = (size_t)s->panel->bar_count;
    frame->time = plain_room(s, rows, sizeof *frame->time);
    frame->end = plain_room(s, rows, sizeof *frame->end);
    frame->bar_of = plain_room(s, rows, sizeof *frame->bar_of);
    frame->bars.time = frame->time;
    int32_t count = 0;
    for (int32_t row = 0; s->status == BY_OK && row < s->panel->bar_count; row++) {
        int64_t begin = begin_of(frame->timeframe, second_of(s->panel, row));
        if (count == 0 || frame->time[count - 1] != begin) {
            frame->time[count] = begin;
            frame->end[count++] = end_of(frame->timeframe, begin);
        }
        frame->bar_of[row] = count - 1;
    }
    frame->bars.bar_count = count;
}

const plain_frame *plain_frame_of(plain_state *s, int32_t timeframe) {
    for (const plain_frame *known = s->frames; known != NULL; known = known->next) {
        if (known->timeframe == timeframe) {
            return known;
        }
    }
    plain_frame *frame = plain_room(s, 1, sizeof *frame);
    if (frame == NULL) {
        return NULL;
    }
    frame->next = s->frames;
    frame->timeframe = timeframe;
    s->frames = frame;
    frame->bars = *s->panel;
    if (timeframe == 0) {
        return frame;
    }
    cut(s, frame);
    size_t columns = (size_t)COLUMNS * (size_t)s->panel->symbol_count;
    frame->data = plain_room(s, columns * (size_t)frame->bars.bar_count, sizeof *frame->data);
    frame->column = plain_room(s, columns, sizeof *frame->column);
    if (s->status != BY_OK) {
        return NULL;
    }
    fill(s, frame, frame->data, frame->column);
    return frame;
}

void plain_frames_free(plain_state *s) {
    while (s->frames != NULL) {
        plain_frame *next = s->frames->next;
        free(s->frames->time);
        free(s->frames->end);
        free(s->frames->bar_of);
        free(s->frames->data);
        free((void *)s->frames->column);
        free(s->frames);
        s->frames = next;
    }
}

int32_t plain_seen(const plain_frame *at, int32_t row, const plain_frame *above) {
    int64_t now = at->timeframe == 0 ? at->bars.time[row] + at->bars.bar_seconds : at->end[row];
    int32_t seen = -1;
    for (int32_t bar = 0; bar < above->bars.bar_count; bar++) {
        if (above->end[bar] <= now) {
            seen = bar;
        }
    }
    return seen;
}
