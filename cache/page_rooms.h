/* SPDX-License-Identifier: MIT
 *
 * What a page is made of. Private to cache/.
 */
#ifndef BY_PAGE_ROOMS_H
#define BY_PAGE_ROOMS_H

#include "../engine/intern.h"
#include "decode.h"
#include "page.h"

typedef enum by_page_column {
    BY_PAGE_OPEN,
    BY_PAGE_HIGH,
    BY_PAGE_LOW,
    BY_PAGE_CLOSE,
    BY_PAGE_VOLUME,
    BY_PAGE_COLUMNS /* how many there are beside the time */
} by_page_column;

/* The rows of one symbol. All columns lie in one block, the time first. */
typedef struct by_page_series {
    int64_t *time;
    double *value[BY_PAGE_COLUMNS];
    int32_t count;
    int32_t room;
    int64_t first_time;
    int64_t last_time;
    int32_t rising;
} by_page_series;

typedef struct by_page_note {
    char *path; /* the text lies behind it in the same block */
    char *text;
    int32_t depth;
} by_page_note;

struct by_page {
    intern symbols; /* names with their NUL; the index is that of the series */
    by_page_series *series;
    int32_t series_room;
    int32_t has_rows;
    int64_t row_count;
    int64_t no_trade_count;
    int32_t note_count;
    int32_t note_depth;                       /* of the deepest */
    by_page_note notes[BY_DECODE_FIELDS_MAX]; /* the fields */
};

/* The index of a symbol, added when it is new; this may move all series. BY_DATA when the name is
 * empty, too long for BY_PAGE_NAME_SIZE or holds control characters. */
by_status by_page_symbol(by_page *page, const char *name, size_t length, int32_t *index,
                         by_error *err);
/* Keeps a field, unless there is one of that path. When there are as many as there may be, the
 * deepest gives way to one that stands nearer to the top (`depth` 1); BY_DATA when that has no
 * place at the top, or when a text is too long or holds a NUL. */
by_status by_page_note_add(by_page *page, const char *path, size_t path_length, int32_t depth,
                           const char *text, size_t length, by_error *err);
/* Room for more rows: at least one. */
by_status by_page_widen(by_page_series *series, by_error *err);
by_status by_page_full(by_error *err);

static inline by_status by_page_append(by_page *page, int32_t index, int64_t time,
                                       const double value[BY_PAGE_COLUMNS], by_error *err) {
    by_page_series *series = &page->series[index];
    if (page->row_count == BY_PAGE_ROWS_MAX) {
        return by_page_full(err);
    }
    if (series->count == series->room) {
        by_status status = by_page_widen(series, err);
        if (status != BY_OK) {
            return status;
        }
    }
    const int32_t row = series->count++;
    page->row_count++;
    if (row == 0) {
        series->first_time = series->last_time = time;
    } else {
        series->rising &= time > series->time[row - 1];
        series->first_time = time < series->first_time ? time : series->first_time;
        series->last_time = time > series->last_time ? time : series->last_time;
    }
    series->time[row] = time;
    for (int c = 0; c < BY_PAGE_COLUMNS; c++) {
        series->value[c][row] = value[c];
    }
    return BY_OK;
}

#endif
