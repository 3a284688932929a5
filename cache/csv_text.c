/* SPDX-License-Identifier: MIT */
#include "csv_text.h"

#include <stdio.h>
#include <string.h>

#include "csv.h"

int by_csv_next_line(by_csv_text *text, by_csv_cell *out) {
    if (text->at == text->end) {
        return 0;
    }
    const char *start = text->at, *stop = memchr(start, '\n', (size_t)(text->end - start));
    text->at = stop != NULL ? stop + 1 : text->end;
    stop = stop != NULL ? stop : text->end;
    if (stop > start && stop[-1] == '\r') {
        stop--;
    }
    text->line++;
    *out = (by_csv_cell){start, (size_t)(stop - start)};
    return 1;
}

static int is_blank(char c) {
    return c == ' ' || c == '\t';
}

int by_csv_next_row(by_csv_text *text, by_csv_cell *out) {
    while (by_csv_next_line(text, out)) {
        for (size_t i = 0; i < out->length; i++) {
            if (!is_blank(out->text[i])) {
                return 1;
            }
        }
    }
    return 0;
}

const char *by_csv_first_line(by_csv_text *text, by_csv_cell *out) {
    size_t size_bytes = (size_t)(text->end - text->at);
    if (size_bytes >= 2 &&
        (memcmp(text->at, "\xff\xfe", 2) == 0 || memcmp(text->at, "\xfe\xff", 2) == 0)) {
        return "the text is UTF-16; save it as UTF-8";
    }
    if (size_bytes >= 3 && memcmp(text->at, "\xef\xbb\xbf", 3) == 0) {
        text->at += 3;
    }
    if (!by_csv_next_row(text, out)) {
        return "the file is empty; it must begin with a line that names the columns, such as "
               "date,open,high,low,close,volume";
    }
    if (out->length > BY_CSV_LINE_MAX) {
        return "the first line is too long; is this a CSV file of prices?";
    }
    if (memchr(out->text, '\0', out->length) != NULL) {
        return "the first line is not text (it has NUL bytes); is this a CSV file of prices?";
    }
    if (memchr(out->text, '\r', out->length) != NULL) {
        return "lines end in CR alone; convert them to LF (tr '\\r' '\\n')";
    }
    return NULL;
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

int by_csv_split_row(by_csv_cell line, char separator, int32_t columns,
                     by_csv_cell cells[BY_CSV_COLUMNS_MAX], char why[BY_CSV_WHY_SIZE]) {
    if (line.length > BY_CSV_LINE_MAX) {
        (void)snprintf(why, BY_CSV_WHY_SIZE, "the line is longer than %d bytes", BY_CSV_LINE_MAX);
        return -1;
    }
    if (memchr(line.text, '\0', line.length) != NULL) {
        (void)snprintf(why, BY_CSV_WHY_SIZE,
                       "the line holds a NUL byte; the file is damaged or not text");
        return -1;
    }
    int32_t count = by_csv_split(line.text, line.length, separator, cells);
    if (count == -1) {
        (void)snprintf(why, BY_CSV_WHY_SIZE, "a quote is not closed on its line");
        return -1;
    }
    if (count < 0 || count > columns + 1 ||
        (count == columns + 1 && cells[count - 1].length != 0)) {
        (void)snprintf(why, BY_CSV_WHY_SIZE,
                       "more cells than the %d columns of the header (a decimal comma?)", columns);
        return -1;
    }
    if (count < columns) {
        (void)snprintf(why, BY_CSV_WHY_SIZE,
                       "%d cells, but the header has %d columns (a line cut short?)", count,
                       columns);
        return 0;
    }
    return 1;
}

char by_csv_separator(by_csv_cell line) {
    static const char candidates[] = {',', ';', '\t'};
    size_t most = 0;
    char best = ',';
    for (size_t c = 0; c < sizeof candidates; c++) {
        size_t count = 0;
        for (size_t i = 0; i < line.length; i++) {
            count += line.text[i] == candidates[c];
        }
        if (count > most) {
            most = count;
            best = candidates[c];
        }
    }
    return best;
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
