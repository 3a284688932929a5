/* SPDX-License-Identifier: MIT */
#include "asof_csv.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "csv_header.h"
#include "number.h"
#include "when.h"

enum { EXCERPT_SIZE = 32, FIRST_ROOM = 1024 };

typedef struct parser {
    by_csv_text text;
    locale_t c_locale;
    by_csv_header header;
    int32_t known_start;
    int32_t room;
    by_asof_csv *out;
} parser;

static int refuse(parser *p, int32_t line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static int refuse(parser *p, int32_t line, const char *format, ...) {
    int32_t index = p->out->refused_count++;
    if (index < BY_CSV_REFUSALS_KEPT) {
        by_csv_refusal *refusal = &p->out->refusals[index];
        va_list arguments;
        va_start(arguments, format);
        refusal->line = line;
        (void)vsnprintf(refusal->reason, sizeof refusal->reason, format, arguments);
        va_end(arguments);
    }
    return 0;
}

static int read_when(parser *p, by_csv_cell cell, const char *what, by_when *out) {
    char shown[EXCERPT_SIZE];
    if (cell.text == NULL) {
        return refuse(p, p->text.line, "the date and time cells are too long to be a time");
    }
    if (cell.length == 0) {
        return refuse(p, p->text.line, "the %s is missing", what);
    }
    const char *fault = by_when_parse(cell.text, cell.length, out);
    if (fault != NULL) {
        return refuse(p, p->text.line, "'%s' %s", by_csv_excerpt(cell, shown, sizeof shown), fault);
    }
    return 1;
}

/* Midnight is how files write a day. */
static int64_t of_time(const by_when *when) {
    return when->is_midnight ? when->local_day : when->time;
}

static int64_t known_time(const parser *p, const by_when *when) {
    int64_t end_of_day = p->known_start ? 0 : BY_DAY_SECONDS;
    return when->is_midnight ? when->local_day + end_of_day : when->time;
}

static int tells_nothing(by_csv_cell cell) {
    static const char *const words[] = {"", ".", "-", "nan", "na", "n/a", "null"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (cell.length == strlen(words[i]) && strncasecmp(cell.text, words[i], cell.length) == 0) {
            return 1;
        }
    }
    return 0;
}

static int read_value(parser *p, by_csv_cell cell, double *out) {
    char shown[EXCERPT_SIZE];
    by_csv_excerpt(cell, shown, sizeof shown);
    if (!by_number_parse(cell.text, cell.length, p->c_locale, out)) {
        return refuse(p, p->text.line, "value '%s' is not a number", shown);
    }
    if (!isfinite(*out)) {
        return refuse(p, p->text.line, "value %s is too large for a number", shown);
    }
    *out += 0.0; /* not -0, which would differ from 0 */
    return 1;
}

static int read_row(parser *p, by_csv_cell line, by_asof_row *out) {
    by_csv_cell cells[BY_CSV_COLUMNS_MAX];
    char why[BY_CSV_WHY_SIZE], joined[BY_CSV_WHEN_SIZE];
    by_when of, known;
    if (by_csv_split_row(line, p->header.separator, p->header.cell_count, cells, why) != 1) {
        return refuse(p, p->text.line, "%s", why);
    }
    if (!read_when(p, by_csv_header_when(&p->header, cells, joined), "time", &of)) {
        return 0;
    }
    known = of;
    int32_t place = p->header.place[BY_CSV_KNOWN];
    if (place >= 0 && !read_when(p, cells[place], "time since when it is known", &known)) {
        return 0;
    }
    by_csv_cell value = cells[p->header.place[BY_CSV_VALUE]];
    if (tells_nothing(value)) {
        p->out->empty_count++;
        return 0;
    }
    *out = (by_asof_row){.known = known_time(p, &known), .of = of_time(&of), .line = p->text.line};
    return read_value(p, value, &out->value);
}

static by_status keep(parser *p, const by_asof_row *row, const char *name, by_error *err) {
    by_asof_csv *out = p->out;
    if (out->count == BY_ASOF_ROWS_MAX) {
        return by_fail(err, BY_LIMIT, "%.120s: more than %d values; split it into several series",
                       name, BY_ASOF_ROWS_MAX);
    }
    if (out->count == p->room) {
        int32_t room = p->room == 0 ? FIRST_ROOM : p->room * 2;
        by_asof_row *larger = realloc(out->rows, (size_t)room * sizeof *larger);
        if (larger == NULL) {
            return by_fail_nomem(err, (size_t)room * sizeof *larger);
        }
        out->rows = larger;
        p->room = room;
    }
    out->rows[out->count++] = *row;
    return BY_OK;
}

static int compare_lines(const void *a, const void *b) {
    const by_asof_row *left = a, *right = b;
    int order = by_asof_compare(left, right);
    return order != 0 ? order : (left->line > right->line) - (left->line < right->line);
}

/* Sorts, and leaves the first row of each time and moment. */
static void tidy(parser *p) {
    by_asof_csv *out = p->out;
    by_asof_row *rows = out->rows;
    int32_t kept = 0;
    char text[BY_WHEN_TEXT_SIZE];
    qsort(rows, (size_t)out->count, sizeof *rows, compare_lines);
    for (int32_t i = 0; i < out->count; i++) {
        if (kept == 0 || by_asof_compare(&rows[kept - 1], &rows[i]) != 0) {
            rows[kept++] = rows[i];
        } else if (rows[kept - 1].value == rows[i].value) {
            out->repeated_count++;
        } else {
            refuse(p, rows[i].line, "a second value of %s, known since the same moment",
                   by_when_text(rows[i].of, text));
        }
    }
    out->count = kept;
}

static by_status read_all(parser *p, const char *name, by_error *err) {
    by_csv_cell line;
    by_asof_row row;
    const by_asof_csv *out = p->out;
    const char *fault = by_csv_first_line(&p->text, &line);
    if (fault != NULL) {
        return by_fail(err, BY_DATA, "%.120s: %s", name, fault);
    }
    by_status status =
        by_csv_header_read_series(line.text, line.length, p->text.line, name, &p->header, err);
    while (status == BY_OK && by_csv_next_row(&p->text, &line)) {
        if (read_row(p, line, &row)) {
            status = keep(p, &row, name, err);
        }
    }
    if (status != BY_OK) {
        return status;
    }
    if (out->count > 0) {
        tidy(p);
        return BY_OK;
    }
    if (out->refused_count > 0) {
        return by_fail(err, BY_DATA, "%.120s: none of its rows can be used; line %d: %s", name,
                       out->refusals[0].line, out->refusals[0].reason);
    }
    return by_fail(err, BY_DATA, "%.120s: there are no values below the header", name);
}

by_status by_asof_csv_parse(const char *text, size_t size_bytes, const char *name,
                            int32_t known_start, by_asof_csv *out, by_error *err) {
    *out = (by_asof_csv){0};
    if (size_bytes > INT32_MAX) {
        return by_fail(err, BY_LIMIT, "%.120s: more than 2 GiB of text; split the file", name);
    }
    parser p = {.text = {.at = ""}, .known_start = known_start, .out = out};
    p.text.end = p.text.at;
    if (size_bytes > 0) {
        p.text.at = text;
        p.text.end = &text[size_bytes];
    }
    p.c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (p.c_locale == (locale_t)0) {
        return by_fail_nomem(err, sizeof p);
    }
    by_status status = read_all(&p, name, err);
    freelocale(p.c_locale);
    if (status != BY_OK) {
        free(out->rows);
        out->rows = NULL;
        out->count = 0;
    }
    return status;
}
