/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "page_rooms.h"

/* Small, as a page of one day has thousands of symbols with a row each. */
enum { ROWS_FIRST = 4, SERIES_FIRST = 16 };
enum { ROW_BYTES = sizeof(int64_t) + BY_PAGE_COLUMNS * sizeof(double) };

by_status by_page_new(by_page **out, by_error *err) {
    *out = calloc(1, sizeof **out);
    return *out != NULL ? BY_OK : by_fail_nomem(err, sizeof **out);
}

void by_page_free(by_page *page) {
    if (page == NULL) {
        return;
    }
    for (int32_t i = 0; i < page->symbols.count; i++) {
        free(page->series[i].time);
    }
    for (int32_t i = 0; i < page->note_count; i++) {
        free(page->notes[i].path);
    }
    free(page->series);
    intern_free(&page->symbols);
    free(page);
}

by_status by_page_full(by_error *err) {
    return by_fail(err, BY_LIMIT, "a page of more than %d rows; ask for fewer at once",
                   BY_PAGE_ROWS_MAX);
}

by_status by_page_widen(by_page_series *series, by_error *err) {
    const size_t room = series->room == 0 ? ROWS_FIRST : (size_t)series->room * 2;
    const size_t used = (size_t)series->count;
    int64_t *block = malloc(room * ROW_BYTES);
    if (block == NULL) {
        return by_fail_nomem(err, room * ROW_BYTES);
    }
    double *values = (double *)(void *)(block + room);
    if (used > 0) {
        memcpy(block, series->time, used * sizeof *block);
    }
    for (size_t c = 0; c < BY_PAGE_COLUMNS; c++) {
        if (used > 0) {
            memcpy(values + c * room, series->value[c], used * sizeof *values);
        }
        series->value[c] = values + c * room;
    }
    free(series->time);
    series->time = block;
    series->room = (int32_t)room;
    return BY_OK;
}

static by_status check_name(const char *name, size_t length, by_error *err) {
    if (length == 0 || length >= BY_PAGE_NAME_SIZE) {
        return by_fail(err, BY_DATA, "a symbol of %zu bytes; it must have 1 to %d", length,
                       BY_PAGE_NAME_SIZE - 1);
    }
    for (size_t i = 0; i < length; i++) {
        if ((unsigned char)name[i] < ' ' || name[i] == 0x7f) {
            return by_fail(err, BY_DATA, "a symbol with a control character");
        }
    }
    return BY_OK;
}

by_status by_page_symbol(by_page *page, const char *name, size_t length, int32_t *index,
                         by_error *err) {
    char key[BY_PAGE_NAME_SIZE];
    by_status status = check_name(name, length, err);
    if (status != BY_OK) {
        return status;
    }
    memcpy(key, name, length);
    key[length] = '\0';
    if (page->symbols.count == page->series_room) {
        const int32_t room = page->series_room == 0 ? SERIES_FIRST : page->series_room * 2;
        by_page_series *series = realloc(page->series, (size_t)room * sizeof *series);
        if (series == NULL) {
            return by_fail_nomem(err, (size_t)room * sizeof *series);
        }
        page->series = series;
        page->series_room = room;
    }
    bool added;
    const int32_t at = intern_add(&page->symbols, key, length + 1, &added);
    if (at < 0) {
        return by_fail_nomem(err, length);
    }
    if (added) {
        page->series[at] = (by_page_series){.rising = 1};
        status = by_page_widen(&page->series[at], err); /* so that no column is ever NULL */
    }
    *index = at;
    return status;
}

by_status by_page_add(by_page *page, const char *symbol, const by_bars *bars, by_error *err) {
    const double *columns[BY_PAGE_COLUMNS] = {bars->open, bars->high, bars->low, bars->close,
                                              bars->volume};
    double value[BY_PAGE_COLUMNS];
    int32_t index;
    by_status status = by_page_symbol(page, symbol, strlen(symbol), &index, err);
    for (int32_t i = 0; status == BY_OK && i < bars->count; i++) {
        for (int c = 0; c < BY_PAGE_COLUMNS; c++) {
            value[c] = columns[c] != NULL ? columns[c][i] : (double)NAN;
        }
        status = by_page_append(page, index, bars->time[i], value, err);
    }
    page->has_rows |= status == BY_OK;
    return status;
}

static by_page_note *deepest(by_page *page) {
    by_page_note *found = &page->notes[0];
    for (int32_t i = 1; i < page->note_count; i++) {
        found = page->notes[i].depth >= found->depth ? &page->notes[i] : found;
    }
    return found;
}

/* Where the next field goes: to a new place, or to that of the deepest. */
static by_page_note *make_place(by_page *page) {
    if (page->note_count < BY_DECODE_FIELDS_MAX) {
        return &page->notes[page->note_count++];
    }
    by_page_note *place = deepest(page);
    free(place->path);
    return place;
}

/* A text is kept whole or not at all: it may be the token of the next page, and without it bars
 * would be lost without a word. */
static by_status check_text(const char *text, size_t length, by_error *err) {
    if (length > BY_DECODE_FIELD_SIZE_MAX) {
        return by_fail(err, BY_DATA, "%zu bytes, and what stands beside the rows may have %d",
                       length, BY_DECODE_FIELD_SIZE_MAX);
    }
    return memchr(text, '\0', length) == NULL ? BY_OK : by_fail(err, BY_DATA, "a NUL in a text");
}

static int has_note(const by_page *page, const char *path, size_t path_length) {
    for (int32_t i = 0; i < page->note_count; i++) {
        if (strncmp(page->notes[i].path, path, path_length) == 0 &&
            page->notes[i].path[path_length] == '\0') {
            return 1;
        }
    }
    return 0;
}

by_status by_page_note_add(by_page *page, const char *path, size_t path_length, int32_t depth,
                           const char *text, size_t length, by_error *err) {
    const int is_full = page->note_count == BY_DECODE_FIELDS_MAX && depth >= page->note_depth;
    by_status status = check_text(text, length, err);
    if (status != BY_OK || (is_full && depth > 1)) {
        return status; /* at once, as there may be millions */
    }
    if (memchr(path, '\0', path_length) != NULL || has_note(page, path, path_length)) {
        return BY_OK; /* nobody can ask for it, or the first of the name stays */
    }
    if (is_full) { /* not at the top, for the same reason */
        return by_fail(err, BY_DATA, "more than %d values at the top, beside the rows",
                       BY_DECODE_FIELDS_MAX);
    }
    char *block = malloc(path_length + length + 2);
    if (block == NULL) {
        return by_fail_nomem(err, path_length + length + 2);
    }
    memcpy(block, path, path_length);
    block[path_length] = '\0';
    char *copy = block + path_length + 1;
    memcpy(copy, text, length);
    copy[length] = '\0';
    *make_place(page) = (by_page_note){.path = block, .text = copy, .depth = depth};
    page->note_depth = deepest(page)->depth;
    return BY_OK;
}

int32_t by_page_symbol_count(const by_page *page) {
    return page->symbols.count;
}

int64_t by_page_row_count(const by_page *page) {
    return page->row_count;
}

void by_page_rows_at(const by_page *page, int32_t index, by_page_rows *out) {
    if (index < 0 || index >= page->symbols.count) {
        *out = (by_page_rows){.symbol = ""};
        return;
    }
    const by_page_series *series = &page->series[index];
    *out = (by_page_rows){.symbol = intern_key(&page->symbols, index),
                          .bars = {.count = series->count,
                                   .time = series->time,
                                   .open = series->value[BY_PAGE_OPEN],
                                   .high = series->value[BY_PAGE_HIGH],
                                   .low = series->value[BY_PAGE_LOW],
                                   .close = series->value[BY_PAGE_CLOSE],
                                   .volume = series->value[BY_PAGE_VOLUME]},
                          .first_time = series->first_time,
                          .last_time = series->last_time,
                          .rising = series->rising};
}

int32_t by_page_find(const by_page *page, const char *symbol) {
    return intern_find(&page->symbols, symbol, strlen(symbol) + 1);
}

const char *by_page_field(const by_page *page, const char *path) {
    for (int32_t i = 0; i < page->note_count; i++) {
        if (strcmp(page->notes[i].path, path) == 0) {
            return page->notes[i].text;
        }
    }
    return NULL;
}

int32_t by_page_has_rows(const by_page *page) {
    return page->has_rows;
}

int64_t by_page_no_trade_count(const by_page *page) {
    return page->no_trade_count;
}
