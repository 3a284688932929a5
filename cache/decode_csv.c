/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <strings.h>

#include "csv_header.h"
#include "decode_rooms.h"

typedef struct sheet {
    by_decoder *d;
    by_csv_text text;
    by_csv_header header;         /* the place of the time, when the description names no columns */
    int32_t place[BY_SLOT_COUNT]; /* the cell of each slot, -1 for none */
} sheet;

static const char wants_names[] = "it must name the columns of the time and the close";

enum { NOT_THERE = -1, TWICE = -2 };

/* The column of a name; letters of the same case count before others ("T" beside "t"). */
static int32_t place_of(const char *field, const by_csv_cell *cells, int32_t count) {
    int32_t exact = NOT_THERE, folded = NOT_THERE;
    const size_t length = field != NULL ? strlen(field) : 0;
    for (int32_t i = 0; field != NULL && i < count; i++) {
        if (length != cells[i].length || strncasecmp(field, cells[i].text, length) != 0) {
            continue;
        }
        int32_t *found = memcmp(field, cells[i].text, length) == 0 ? &exact : &folded;
        *found = *found == NOT_THERE ? i : TWICE;
    }
    return exact != NOT_THERE ? exact : folded;
}

/* Finds the columns that the description names. Returns NULL, or what is wrong. */
static const char *find_named(sheet *s, by_csv_cell line) {
    by_csv_cell cells[BY_CSV_COLUMNS_MAX];
    s->header.separator = by_csv_separator(line);
    s->header.cell_count = by_csv_split(line.text, line.length, s->header.separator, cells);
    s->header.clock = -1;
    for (int slot = 0; slot < BY_SLOT_COUNT; slot++) {
        s->place[slot] = place_of(s->d->field[slot], cells, s->header.cell_count);
        if (s->place[slot] == TWICE) {
            return "two columns have the same name";
        }
    }
    s->header.when = s->place[BY_SLOT_TIME];
    return s->place[BY_SLOT_TIME] < 0 || s->place[BY_PAGE_CLOSE] < 0 ? wants_names : NULL;
}

/* Finds the columns by the names that vendors use. */
static const char *find_usual(sheet *s, by_csv_cell line) {
    static const by_csv_column columns[BY_PAGE_COLUMNS] = {BY_CSV_OPEN, BY_CSV_HIGH, BY_CSV_LOW,
                                                           BY_CSV_CLOSE, BY_CSV_VOLUME};
    if (by_csv_header_read(line.text, line.length, s->text.line, "", &s->header, NULL) != BY_OK) {
        return wants_names;
    }
    for (int c = 0; c < BY_PAGE_COLUMNS; c++) {
        s->place[c] = s->header.place[columns[c]];
    }
    s->place[BY_SLOT_TIME] = s->header.when;
    s->place[BY_SLOT_SYMBOL] = -1;
    s->place[BY_SLOT_ADJUSTED] = s->d->adjusts ? s->header.place[BY_CSV_ADJ_CLOSE] : -1;
    s->d->adjusts = s->place[BY_SLOT_ADJUSTED] >= 0;
    return NULL;
}

static by_status read_header(sheet *s, const char *name, by_error *err) {
    char shown[200];
    by_csv_cell line = {s->text.at, (size_t)(s->text.end - s->text.at)};
    const char *fault = by_csv_first_line(&s->text, &line);
    if (fault == NULL) {
        fault = s->d->spec->time != NULL ? find_named(s, line) : find_usual(s, line);
    }
    if (fault == NULL && s->d->adjusts && s->place[BY_SLOT_ADJUSTED] < 0) {
        fault = "it must name the column of the adjusted close";
    }
    if (fault == NULL && s->d->spec->symbol != NULL && s->place[BY_SLOT_SYMBOL] < 0 &&
        s->d->group.length == 0) {
        fault = "it must name the column of the symbol";
    }
    return fault == NULL ? BY_OK
                         : by_fail(err, BY_DATA, "%.120s: the first line is '%s': %s", name,
                                   by_csv_excerpt(line, shown, sizeof shown), fault);
}

static int read_cells(sheet *s, const by_csv_cell *cells) {
    char joined[BY_CSV_WHEN_SIZE];
    by_decode_row_begin(s->d);
    for (int slot = 0; slot < BY_SLOT_COUNT; slot++) {
        if (s->place[slot] < 0) {
            continue;
        }
        by_csv_cell cell = slot == BY_SLOT_TIME ? by_csv_header_when(&s->header, cells, joined)
                                                : cells[s->place[slot]];
        if (!by_decode_put(s->d, 1u << slot, cell.length > 0 ? cell.text : "", cell.length)) {
            return 0;
        }
    }
    return by_decode_row_end(s->d);
}

static by_status read_rows(sheet *s, const char *name, int is_ended, int *is_cut, by_error *err) {
    by_csv_cell line, cells[BY_CSV_COLUMNS_MAX];
    char why[BY_CSV_WHY_SIZE];
    while (by_csv_next_row(&s->text, &line)) {
        const int is_last = s->text.at == s->text.end;
        int whole = by_csv_split_row(line, s->header.separator, s->header.cell_count, cells, why);
        if (whole == 1 && read_cells(s, cells)) {
            continue;
        }
        const by_error *fault = &s->d->fault;
        by_status status = whole == 1 ? (by_status)fault->status : BY_DATA;
        *is_cut = is_last && (whole == 0 || (!is_ended && status == BY_DATA));
        return by_fail(err, status, "%.120s: line %d: %.300s", name, s->text.line,
                       whole == 1 ? fault->message : why);
    }
    return BY_OK;
}

by_status by_decode_csv(by_decoder *d, const char *text, size_t size_bytes, const char *name,
                        by_error *err) {
    sheet s = {.d = d, .text = {.at = text, .end = text + size_bytes}};
    const int is_ended = text[size_bytes - 1] == '\n';
    by_status status = read_header(&s, name, err);
    if (status != BY_OK) {
        return status;
    }
    /* Names without a line end are no empty answer: more was to come. */
    int is_cut = !is_ended && (d->spec->final_newline || s.text.at == s.text.end);
    if (!is_cut) {
        status = read_rows(&s, name, is_ended, &is_cut, err);
    }
    d->page->has_rows = 1;
    return is_cut ? by_decode_cut(text, size_bytes, name, err) : status;
}
