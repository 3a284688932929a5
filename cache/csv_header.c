/* SPDX-License-Identifier: MIT */
#include "csv_header.h"

#include <stdio.h>
#include <string.h>

static int is_blank(char c) {
    return c == ' ' || c == '\t';
}

static by_csv_cell trim(const char *start, const char *end) {
    while (start < end && is_blank(*start)) {
        start++;
    }
    while (end > start && is_blank(end[-1])) {
        end--;
    }
    return (by_csv_cell){start, (size_t)(end - start)};
}

/* A quoted cell at `at`; returns where its separator (or the end) is, or NULL. */
static const char *quoted(const char *at, const char *end, char separator, by_csv_cell *cell) {
    const char *start = ++at;
    while (at < end && (*at != '"' || (at + 1 < end && at[1] == '"'))) {
        at += *at == '"' ? 2 : 1;
    }
    if (at >= end) {
        return NULL;
    }
    *cell = trim(start, at++);
    while (at < end && *at != separator && is_blank(*at)) {
        at++;
    }
    return at == end || *at == separator ? at : NULL;
}

int32_t by_csv_split(const char *line, size_t length, char separator,
                     by_csv_cell cells[BY_CSV_COLUMNS_MAX]) {
    const char *at = line, *end = line + length;
    for (int32_t count = 0; count < BY_CSV_COLUMNS_MAX; at++) {
        while (at < end && *at == ' ') {
            at++;
        }
        if (at < end && *at == '"') {
            at = quoted(at, end, separator, &cells[count++]);
            if (at == NULL) {
                return -1;
            }
        } else {
            const char *start = at;
            while (at < end && *at != separator) {
                at++;
            }
            cells[count++] = trim(start, at);
        }
        if (at == end) {
            return count;
        }
    }
    return -2;
}

const char *by_csv_excerpt(by_csv_cell cell, char *buffer, size_t size_bytes) {
    size_t room = size_bytes - 1, length = cell.length < room ? cell.length : room;
    for (size_t i = 0; i < length; i++) {
        char c = cell.text[i];
        buffer[i] = c >= ' ' && c <= '~' ? c : '?';
    }
    if (cell.length > room && room >= 3) {
        memcpy(buffer + length - 3, "...", 3);
    }
    buffer[length] = '\0';
    return buffer;
}

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

static char separator_of(const char *line, size_t length) {
    static const char candidates[] = {',', ';', '\t'};
    size_t most = 0;
    char best = ',';
    for (size_t c = 0; c < sizeof candidates; c++) {
        size_t count = 0;
        for (size_t i = 0; i < length; i++) {
            count += line[i] == candidates[c];
        }
        if (count > most) {
            most = count;
            best = candidates[c];
        }
    }
    return best;
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
    out->separator = separator_of(line, length);
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
