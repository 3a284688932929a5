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

static int column_named(const char *plain) {
    static const struct {
        const char *name;
        by_csv_column column;
    } names[] = {
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
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(plain, names[i].name) == 0) {
            return (int)names[i].column;
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

static by_status missing(const char *what, const by_csv_cell *cells, int32_t count, int32_t line,
                         const char *name, by_error *err) {
    char found[220];
    list_names(cells, count, found, sizeof found);
    return by_fail(err, BY_DATA,
                   "%.120s: line %d: no %s column; found: %s. The first line must name the columns "
                   "(date or time, close; optionally open, high, low, volume, adj_close)",
                   name, line, what, found);
}

by_status by_csv_header_read(const char *line, size_t length, int32_t line_number, const char *name,
                             by_csv_header *out, by_error *err) {
    by_csv_cell cells[BY_CSV_COLUMNS_MAX];
    int32_t *place = out->place;
    out->separator = by_csv_separator((by_csv_cell){line, length});
    int32_t count = out->cell_count = by_csv_split(line, length, out->separator, cells);
    if (count < 0) {
        return by_fail(err, BY_DATA, "%.120s: line %d: %s", name, line_number,
                       count == -1 ? "a quote in the header is not closed"
                                   : "more than 256 columns; is this a CSV file of prices?");
    }
    for (int32_t c = 0; c < BY_CSV_COLUMN_COUNT; c++) {
        place[c] = -1;
    }
    for (int32_t i = 0; i < count; i++) {
        char plain[32];
        plain_name(cells[i], plain, sizeof plain);
        int column = column_named(plain);
        if (column >= 0 && place[column] >= 0) {
            return by_fail(err, BY_DATA, "%.120s: line %d: two columns named %s; keep one", name,
                           line_number, plain);
        }
        if (column >= 0) {
            place[column] = i;
        }
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
    if (out->when < 0) {
        return missing("date or time", cells, count, line_number, name, err);
    }
    return place[BY_CSV_CLOSE] >= 0 ? BY_OK
                                    : missing("close", cells, count, line_number, name, err);
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
