/* SPDX-License-Identifier: MIT */
#include "csv_header.h"

#include <stdio.h>
#include <string.h>

/* The name in small letters without what vendors put between and behind the words. */
static void plain_name(by_csv_cell cell, char *out, size_t size_bytes) {
    size_t length = 0;
    for (size_t i = 0; i < cell.length && length + 1 < size_bytes; i++) {
        char c = cell.text[i];
        if (c >= 'A' && c <= 'Z') {
            c = (char)(c - 'A' + 'a');
        }
        if (strchr(" _-.*", c) == NULL || c == '\0') {
            out[length++] = c;
        }
    }
    out[length] = '\0';
}

typedef struct column_name {
    const char *name;
    by_csv_column column;
} column_name;

/* What one kind of file calls its columns. */
typedef struct header_kind {
    const column_name *names; /* the last one is NULL */
    const char *expected;
} header_kind;

static const column_name bar_names[] = {
    {"date", BY_CSV_DATE},
    {"time", BY_CSV_TIME},
    {"timestamp", BY_CSV_TIMESTAMP},
    {"datetime", BY_CSV_DATETIME},
    {"open", BY_CSV_OPEN},
    {"high", BY_CSV_HIGH},
    {"low", BY_CSV_LOW},
    {"close", BY_CSV_CLOSE},
    {"volume", BY_CSV_VOLUME},
    {"adjclose", BY_CSV_ADJ_CLOSE},
    {"adjustedclose", BY_CSV_ADJ_CLOSE},
    {NULL, BY_CSV_COLUMN_COUNT},
};
static const header_kind bars_kind = {
    bar_names, "date or time, close; optionally open, high, low, volume, adj_close"};

/* FRED calls them observation_date, and in its vintages realtime_start_date. */
static const column_name series_names[] = {
    {"date", BY_CSV_DATE},
    {"observationdate", BY_CSV_DATE},
    {"time", BY_CSV_TIME},
    {"timestamp", BY_CSV_TIMESTAMP},
    {"datetime", BY_CSV_DATETIME},
    {"value", BY_CSV_VALUE},
    {"close", BY_CSV_CLOSE},
    {"known", BY_CSV_KNOWN},
    {"knownsince", BY_CSV_KNOWN},
    {"realtimestart", BY_CSV_KNOWN},
    {"realtimestartdate", BY_CSV_KNOWN},
    {NULL, BY_CSV_COLUMN_COUNT},
};
static const header_kind series_kind = {series_names, "date or time, value; optionally known"};

static int column_named(const header_kind *kind, const char *plain) {
    for (const column_name *at = kind->names; at->name != NULL; at++) {
        if (strcmp(plain, at->name) == 0) {
            return (int)at->column;
        }
    }
    return -1;
}

/* "date, open, last" of what a header holds. */
static void list_names(const by_csv_cell *cells, int32_t count, char *out, size_t size_bytes) {
    size_t used = 0;
    out[0] = '\0';
    for (int32_t i = 0; i < count && used + 40 < size_bytes; i++) {
        char name[25];
        int wrote = snprintf(out + used, size_bytes - used, "%s%s", i == 0 ? "" : ", ",
                             by_csv_excerpt(cells[i], name, sizeof name));
        used += wrote > 0 ? (size_t)wrote : 0;
    }
}

/* The line of a header as it is read, and what messages say of it. */
typedef struct header_line {
    by_csv_cell cells[BY_CSV_COLUMNS_MAX];
    int32_t count;
    int32_t number;
    const char *file;
    const header_kind *kind;
} header_line;

static by_status missing(const header_line *line, const char *what, by_error *err) {
    char found[220];
    list_names(line->cells, line->count, found, sizeof found);
    return by_fail(
        err, BY_DATA,
        "%.120s: line %d: no %s column; found: %s. The first line must name the columns (%s)",
        line->file, line->number, what, found, line->kind->expected);
}

/* Finds the place of each column by its name. */
static by_status find_places(const header_line *line, int32_t *place, by_error *err) {
    for (int32_t c = 0; c < BY_CSV_COLUMN_COUNT; c++) {
        place[c] = -1;
    }
    for (int32_t i = 0; i < line->count; i++) {
        char plain[32];
        plain_name(line->cells[i], plain, sizeof plain);
        int column = column_named(line->kind, plain);
        if (column >= 0 && place[column] >= 0) {
            return by_fail(err, BY_DATA, "%.120s: line %d: two columns named %s; keep one",
                           line->file, line->number, plain);
        }
        if (column >= 0) {
            place[column] = i;
        }
    }
    return BY_OK;
}

static by_status read_line(const char *text, size_t length, header_line *line, by_csv_header *out,
                           by_error *err) {
    int32_t *place = out->place;
    out->separator = by_csv_separator((by_csv_cell){text, length});
    line->count = out->cell_count = by_csv_split(text, length, out->separator, line->cells);
    if (line->count < 0) {
        return by_fail(err, BY_DATA, "%.120s: line %d: %s", line->file, line->number,
                       line->count == -1 ? "a quote in the header is not closed"
                                         : "more than 256 columns; is this a CSV file of prices?");
    }
    by_status status = find_places(line, place, err);
    if (status != BY_OK) {
        return status;
    }
    int both = place[BY_CSV_DATE] >= 0 && place[BY_CSV_TIME] >= 0;
    out->clock = -1;
    out->when = place[BY_CSV_DATETIME] >= 0    ? place[BY_CSV_DATETIME]
                : place[BY_CSV_TIMESTAMP] >= 0 ? place[BY_CSV_TIMESTAMP]
                : place[BY_CSV_DATE] >= 0      ? place[BY_CSV_DATE]
                                               : place[BY_CSV_TIME];
    if (both && out->when == place[BY_CSV_DATE]) {
        out->clock = place[BY_CSV_TIME];
    }
    return out->when >= 0 ? BY_OK : missing(line, "date or time", err);
}

by_status by_csv_header_read(const char *line, size_t length, int32_t line_number, const char *name,
                             by_csv_header *out, by_error *err) {
    header_line read = {.number = line_number, .file = name, .kind = &bars_kind};
    by_status status = read_line(line, length, &read, out, err);
    if (status == BY_OK && out->place[BY_CSV_CLOSE] < 0) {
        status = missing(&read, "close", err);
    }
    return status;
}

/* The only column that is neither time nor known; -1 when there are several, or none. */
static int32_t only_other(const by_csv_header *header) {
    int32_t found = -1;
    for (int32_t i = 0; i < header->cell_count; i++) {
        if (i == header->when || i == header->clock || i == header->place[BY_CSV_KNOWN]) {
            continue;
        }
        if (found >= 0) {
            return -1;
        }
        found = i;
    }
    return found;
}

by_status by_csv_header_read_series(const char *line, size_t length, int32_t line_number,
                                    const char *name, by_csv_header *out, by_error *err) {
    header_line read = {.number = line_number, .file = name, .kind = &series_kind};
    by_status status = read_line(line, length, &read, out, err);
    if (status != BY_OK) {
        return status;
    }
    int32_t *value = &out->place[BY_CSV_VALUE];
    *value = *value >= 0 ? *value : out->place[BY_CSV_CLOSE];
    *value = *value >= 0 ? *value : only_other(out);
    return *value >= 0 ? BY_OK : missing(&read, "value", err);
}

by_csv_cell by_csv_header_when(const by_csv_header *header, const by_csv_cell *cells,
                               char joined[BY_CSV_WHEN_SIZE]) {
    by_csv_cell date = cells[header->when];
    if (header->clock < 0) {
        return date;
    }
    by_csv_cell clock = cells[header->clock];
    if (date.length + clock.length + 1 > BY_CSV_WHEN_SIZE) {
        return (by_csv_cell){0};
    }
    memcpy(joined, date.text, date.length);
    joined[date.length] = 'T';
    memcpy(joined + date.length + 1, clock.text, clock.length);
    return (by_csv_cell){joined, date.length + clock.length + 1};
}
