/* SPDX-License-Identifier: MIT */
#include "rows.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "chunks.h"

enum { ROW_BYTES = sizeof(int64_t) + (BY_ROW_COLUMNS + 1) * sizeof(double) + 1 };

int by_rows_reset(by_rows *rows, int64_t room) {
    rows->count = 0;
    if (room <= rows->room) {
        return 0;
    }
    by_rows_free(rows);
    if (room > INT32_MAX) {
        return ENOMEM;
    }
    rows->time = malloc((size_t)room * ROW_BYTES);
    if (rows->time == NULL) {
        return ENOMEM;
    }
    double *values = (double *)(void *)(rows->time + room);
    for (int c = 0; c < BY_ROW_COLUMNS; c++) {
        rows->column[c] = values + c * room;
    }
    rows->stored_close = values + BY_ROW_COLUMNS * room;
    rows->mark = (uint8_t *)(rows->stored_close + room);
    rows->room = (int32_t)room;
    return 0;
}

void by_rows_free(by_rows *rows) {
    free(rows->time); /* all columns lie behind it */
    *rows = (by_rows){0};
}

static void columns_of(const by_bars *bars, const double *out[BY_ROW_COLUMNS]) {
    out[BY_OPEN] = bars->open;
    out[BY_HIGH] = bars->high;
    out[BY_LOW] = bars->low;
    out[BY_CLOSE] = bars->close;
    out[BY_VOLUME] = bars->volume;
}

static void append(by_rows *rows, const by_bars *from, int32_t at, int32_t count, uint8_t mark) {
    const double *column[BY_ROW_COLUMNS];
    size_t to = (size_t)rows->count, size = (size_t)count * 8;
    columns_of(from, column);
    memcpy(rows->time + to, from->time + at, size);
    for (int c = 0; c < BY_ROW_COLUMNS; c++) {
        memcpy(rows->column[c] + to, column[c] + at, size);
    }
    if (mark == 0) {
        memcpy(rows->stored_close + to, from->close + at, size);
    } else {
        for (size_t i = to; i < to + (size_t)count; i++) {
            rows->stored_close[i] = (double)NAN;
        }
    }
    memset(rows->mark + to, mark, (size_t)count);
    rows->count += count;
}

static int same(double a, double b) {
    return a == b || (isnan(a) && isnan(b));
}

/* A time that is there and comes again. */
static void append_both(by_rows *rows, const by_bars *stored, int32_t i, const by_bars *fresh,
                        int32_t j, by_rows_merge *merge) {
    double open = merge->keep_open && isnan(fresh->open[j]) ? stored->open[i] : fresh->open[j];
    append(rows, stored, i, 1, 0);
    if (same(stored->open[i], open) && same(stored->high[i], fresh->high[j]) &&
        same(stored->low[i], fresh->low[j]) && same(stored->close[i], fresh->close[j]) &&
        same(stored->volume[i], fresh->volume[j])) {
        merge->unchanged++;
        return;
    }
    if (merge->changed++ == 0) {
        merge->first_changed_time = fresh->time[j];
    }
    if (merge->replace) {
        int32_t row = rows->count - 1;
        rows->column[BY_OPEN][row] = open;
        rows->column[BY_HIGH][row] = fresh->high[j];
        rows->column[BY_LOW][row] = fresh->low[j];
        rows->column[BY_CLOSE][row] = fresh->close[j];
        rows->column[BY_VOLUME][row] = fresh->volume[j];
        rows->mark[row] = BY_ROW_CHANGED;
    }
}

void by_rows_merge_chunk(by_rows *rows, const by_bars *stored, const by_bars *fresh, int32_t *at,
                         int32_t end, by_rows_merge *merge) {
    int32_t j = *at;
    for (int32_t i = 0; i < stored->count;) {
        int32_t run = j;
        while (run < end && fresh->time[run] < stored->time[i]) {
            run++;
        }
        append(rows, fresh, j, run - j, BY_ROW_NEW);
        j = run;
        if (j < end && fresh->time[j] == stored->time[i]) {
            append_both(rows, stored, i++, fresh, j++, merge);
            continue;
        }
        int32_t next = i + 1;
        next = j == end
                   ? stored->count
                   : next + by_time_find(stored->time + next, stored->count - next, fresh->time[j]);
        append(rows, stored, i, next - i, 0);
        i = next;
    }
    *at = j;
}

void by_rows_add(by_rows *rows, const by_bars *fresh, int32_t at, int32_t end) {
    append(rows, fresh, at, end - at, BY_ROW_NEW);
}

void by_rows_put_aside(by_rows *rows, const by_refusal *bar) {
    int32_t at = by_time_find(rows->time, rows->count, bar->time);
    if (at < rows->count && rows->time[at] == bar->time) {
        return;
    }
    const double value[BY_ROW_COLUMNS] = {bar->open, bar->high, bar->low, bar->close, bar->volume};
    size_t size = (size_t)(rows->count - at) * 8;
    memmove(rows->time + at + 1, rows->time + at, size);
    memmove(rows->stored_close + at + 1, rows->stored_close + at, size);
    memmove(rows->mark + at + 1, rows->mark + at, (size_t)(rows->count - at));
    for (int c = 0; c < BY_ROW_COLUMNS; c++) {
        memmove(rows->column[c] + at + 1, rows->column[c] + at, size);
        rows->column[c][at] = value[c];
    }
    rows->time[at] = bar->time;
    rows->stored_close[at] = (double)NAN;
    rows->mark[at] = BY_ROW_ASIDE | BY_ROW_DROPPED;
    rows->count++;
}

void by_rows_pack(by_rows *rows) {
    int32_t kept = 0;
    for (int32_t i = 0; i < rows->count; i++) {
        if (rows->mark[i] & BY_ROW_DROPPED) {
            continue;
        }
        if (kept < i) {
            rows->time[kept] = rows->time[i];
            rows->stored_close[kept] = rows->stored_close[i];
            rows->mark[kept] = rows->mark[i];
            for (int c = 0; c < BY_ROW_COLUMNS; c++) {
                rows->column[c][kept] = rows->column[c][i];
            }
        }
        kept++;
    }
    rows->count = kept;
}

by_bars by_rows_bars(const by_rows *rows) {
    return (by_bars){rows->count,
                     rows->time,
                     rows->column[BY_OPEN],
                     rows->column[BY_HIGH],
                     rows->column[BY_LOW],
                     rows->column[BY_CLOSE],
                     rows->column[BY_VOLUME]};
}
