/* SPDX-License-Identifier: MIT */
#include "csv.h"

#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv_header.h"
#include "number.h"
#include "range.h"
#include "when.h"

enum { VALUE_COUNT = BY_CSV_VOLUME + 1 }; /* open high low close volume */
enum { EXCERPT_SIZE = 32 };

static const char *const column_names[] = {"open", "high", "low", "close", "volume", "adj_close"};

typedef struct row {
    int64_t time;
    double value[VALUE_COUNT];
} row;

typedef struct parser {
    by_csv_text text;
    locale_t c_locale;
    const by_csv_options *options;
    by_csv_header header;
    by_csv *csv;
    int64_t *time;
    double *column[VALUE_COUNT];
} parser;

static int refuse(parser *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
static int refuse(parser *p, const char *format, ...) {
    int32_t index = p->csv->refused_count++;
    if (index < BY_CSV_REFUSALS_KEPT) {
        by_csv_refusal *refusal = &p->csv->refusals[index];
        va_list arguments;
        va_start(arguments, format);
        refusal->line = p->text.line;
        (void)vsnprintf(refusal->reason, sizeof refusal->reason, format, arguments);
        va_end(arguments);
    }
    return 0;
}

static int read_time(parser *p, const by_csv_cell *cells, int64_t *out) {
    char joined[BY_CSV_WHEN_SIZE], shown[EXCERPT_SIZE];
    by_csv_cell cell = by_csv_header_when(&p->header, cells, joined);
    if (cell.text == NULL) {
        return refuse(p, "the date and time cells are too long to be a time");
    }
    if (cell.length == 0) {
        return refuse(p, "the time is missing");
    }
    by_when when;
    const char *fault = by_when_parse(cell.text, cell.length, &when);
    if (fault != NULL) {
        return refuse(p, "'%s' %s", by_csv_excerpt(cell, shown, sizeof shown), fault);
    }
    int64_t frame = p->options->timeframe_seconds;
    int64_t rest = when.time % frame;
    rest += rest < 0 ? frame : 0;
    if (frame == BY_DAY_SECONDS) {
        *out = when.has_offset && when.is_midnight ? when.local_day : when.time - rest;
        return 1;
    }
    if (rest != 0) {
        return refuse(p, "'%s' is not the start of a bar of %lld seconds; check the timeframe",
                      by_csv_excerpt(cell, shown, sizeof shown), (long long)frame);
    }
    *out = when.time;
    return 1;
}

static int read_value(parser *p, const by_csv_cell *cells, int column, double *out) {
    by_csv_cell cell = cells[p->header.place[column]];
    char shown[EXCERPT_SIZE];
    int is_volume = column == BY_CSV_VOLUME;
    if (cell.length == 0) {
        *out = (double)NAN;
        return column != BY_CSV_CLOSE && column != BY_CSV_ADJ_CLOSE
                   ? 1
                   : refuse(p, "%s is missing", column_names[column]);
    }
    if (!by_number_parse(cell.text, cell.length, p->c_locale, out)) {
        return refuse(p, "%s '%s' is not a number", column_names[column],
                      by_csv_excerpt(cell, shown, sizeof shown));
    }
    by_csv_excerpt(cell, shown, sizeof shown);
    if (!isfinite(*out)) {
        return refuse(p, "%s %s is too large for a number", column_names[column], shown);
    }
    if (is_volume ? *out < 0 : !(*out > 0)) {
        return refuse(p, "%s %s is %s", column_names[column], shown,
                      is_volume ? "below 0" : "not above 0");
    }
    double most = is_volume ? BY_CSV_VOLUME_MAX : BY_CSV_PRICE_MAX;
    if (*out > most) {
        return refuse(p, "%s %s is above %g", column_names[column], shown, most);
    }
    *out = fabs(*out); /* a volume of -0 */
    return 1;
}

static int check_range(parser *p, const double *value) {
    char fault[BY_RANGE_TEXT_SIZE];
    double open = value[BY_CSV_OPEN], high = value[BY_CSV_HIGH], low = value[BY_CSV_LOW];
    if (by_range_sound(open, high, low, value[BY_CSV_CLOSE])) {
        return 1;
    }
    by_range_tell(open, high, low, value[BY_CSV_CLOSE], fault);
    return refuse(p, "%s", fault);
}

static int adjust(parser *p, const by_csv_cell *cells, double *value) {
    double adjusted;
    if (!read_value(p, cells, BY_CSV_ADJ_CLOSE, &adjusted)) {
        return 0;
    }
    double factor = adjusted / value[BY_CSV_CLOSE];
    for (int c = BY_CSV_OPEN; c < BY_CSV_CLOSE; c++) {
        value[c] *= factor;
        if (!isnan(value[c]) && !(value[c] > 0 && value[c] <= BY_CSV_PRICE_MAX)) {
            return refuse(p, "%s times adj_close / close is %g, which is no price", column_names[c],
                          value[c]);
        }
    }
    value[BY_CSV_CLOSE] = adjusted;
    return 1;
}

static int read_row(parser *p, by_csv_cell line, row *out) {
    by_csv_cell cells[BY_CSV_COLUMNS_MAX];
    char why[BY_CSV_WHY_SIZE];
    if (by_csv_split_row(line, p->header.separator, p->header.cell_count, cells, why) != 1) {
        return refuse(p, "%s", why);
    }
    if (!read_time(p, cells, &out->time)) {
        return 0;
    }
    for (int c = 0; c < VALUE_COUNT; c++) {
        out->value[c] = (double)NAN;
        if (p->header.place[c] >= 0 && !read_value(p, cells, c, &out->value[c])) {
            return 0;
        }
    }
    if (!check_range(p, out->value)) {
        return 0;
    }
    return !p->options->adjust || p->header.place[BY_CSV_ADJ_CLOSE] < 0 ||
           adjust(p, cells, out->value);
}

static int repeats_last(const parser *p, const row *r) {
    size_t last = (size_t)p->csv->bars.count - 1;
    for (int c = 0; c < VALUE_COUNT; c++) {
        double before = p->column[c][last];
        if (before != r->value[c] && !(isnan(before) && isnan(r->value[c]))) {
            return 0;
        }
    }
    return 1;
}

static void keep_row(parser *p, const row *r) {
    int32_t count = p->csv->bars.count;
    char now[BY_WHEN_TEXT_SIZE], before[BY_WHEN_TEXT_SIZE];
    if (count > 0 && r->time <= p->time[count - 1]) {
        by_when_text(r->time, now);
        if (r->time < p->time[count - 1]) {
            refuse(p, "%s comes after %s; sort the file from old to new", now,
                   by_when_text(p->time[count - 1], before));
        } else if (repeats_last(p, r)) {
            p->csv->repeated_count++;
        } else {
            refuse(p, "a second row of %s with other values%s", now,
                   p->options->timeframe_seconds == BY_DAY_SECONDS
                       ? " (or bars shorter than a day? give their timeframe)"
                       : "");
        }
        return;
    }
    p->time[count] = r->time;
    for (int c = 0; c < VALUE_COUNT; c++) {
        p->column[c][count] = r->value[c];
    }
    p->csv->bars.count++;
}

/* Room for as many rows as there are lines; what is not used is never touched. */
static by_status make_room(parser *p, by_error *err) {
    size_t lines = 1, shortest_row = 4;
    for (const char *at = p->text.at; at < p->text.end; at++) {
        lines += *at == '\n';
    }
    size_t most = (size_t)(p->text.end - p->text.at) / shortest_row + 1;
    lines = lines < most ? lines : most;
    size_t size_bytes = lines * (sizeof(int64_t) + VALUE_COUNT * sizeof(double));
    p->time = malloc(size_bytes);
    if (p->time == NULL) {
        return by_fail_nomem(err, size_bytes);
    }
    double *values = (double *)(void *)(p->time + lines);
    for (size_t c = 0; c < VALUE_COUNT; c++) {
        p->column[c] = values + c * lines;
    }
    p->csv->bars = (by_bars){.count = 0,
                             .time = p->time,
                             .open = p->column[BY_CSV_OPEN],
                             .high = p->column[BY_CSV_HIGH],
                             .low = p->column[BY_CSV_LOW],
                             .close = p->column[BY_CSV_CLOSE],
                             .volume = p->column[BY_CSV_VOLUME]};
    return BY_OK;
}

static by_status read_header(parser *p, const char *name, by_error *err) {
    by_csv_cell line;
    const char *fault = by_csv_first_line(&p->text, &line);
    if (fault != NULL) {
        return by_fail(err, BY_DATA, "%.120s: %s", name, fault);
    }
    return by_csv_header_read(line.text, line.length, p->text.line, name, &p->header, err);
}

static by_status read_all(parser *p, const char *name, by_error *err) {
    by_csv_cell line;
    row r;
    by_status status = read_header(p, name, err);
    status = status == BY_OK ? make_room(p, err) : status;
    if (status != BY_OK) {
        return status;
    }
    while (by_csv_next_row(&p->text, &line)) {
        if (read_row(p, line, &r)) {
            keep_row(p, &r);
        }
    }
    if (p->csv->bars.count > 0) {
        return BY_OK;
    }
    if (p->csv->refused_count > 0) {
        return by_fail(err, BY_DATA, "%.120s: none of its %d rows can be used; line %d: %s", name,
                       p->csv->refused_count, p->csv->refusals[0].line, p->csv->refusals[0].reason);
    }
    return by_fail(err, BY_DATA, "%.120s: there are no rows below the header", name);
}

by_status by_csv_parse(const char *text, size_t size_bytes, const char *name,
                       const by_csv_options *options, by_csv **out, by_error *err) {
    *out = NULL;
    if (options->timeframe_seconds <= 0) {
        return by_fail(err, BY_USAGE, "%.120s: a timeframe of %lld seconds; it must be at least 1",
                       name, (long long)options->timeframe_seconds);
    }
    if (size_bytes > INT32_MAX) {
        return by_fail(err, BY_LIMIT, "%.120s: more than 2 GiB of text; split the file", name);
    }
    parser p = {.text = {.at = ""}, .options = options};
    p.text.end = p.text.at;
    if (size_bytes > 0) {
        p.text.at = text;
        p.text.end = &text[size_bytes];
    }
    p.c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    p.csv = calloc(1, sizeof *p.csv);
    if (p.csv == NULL || p.c_locale == (locale_t)0) {
        if (p.c_locale != (locale_t)0) {
            freelocale(p.c_locale);
        }
        free(p.csv);
        return by_fail_nomem(err, sizeof *p.csv);
    }
    by_status status = read_all(&p, name, err);
    freelocale(p.c_locale);
    if (status != BY_OK) {
        by_csv_free(p.csv);
        return status;
    }
    *out = p.csv;
    return BY_OK;
}

void by_csv_free(by_csv *csv) {
    if (csv != NULL) {
        free((void *)(uintptr_t)csv->bars.time); /* all columns lie behind it */
        free(csv);
    }
}
