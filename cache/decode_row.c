/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "csv_text.h"
#include "decode_rooms.h"
#include "number.h"
#include "when.h"

/* A time as the vendor wrote it. */
typedef struct moment {
    int64_t time;      /* seconds; of the vendor's clock when it is `local` */
    int64_t local_day; /* midnight of the date that is written */
    int is_date;       /* a date alone: a label, not an instant */
    int is_local;      /* a text without "Z" or offset */
    int has_local_midnight;
} moment;

static const char out_of_range[] = "is not within the years 1900 to 2200";

int by_decode_fault(by_decoder *d, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(d->fault.message, sizeof d->fault.message, format, arguments);
    va_end(arguments);
    d->fault.status = BY_DATA;
    return 0;
}

const char *by_decode_slot_name(int slot) {
    static const char *const names[BY_SLOT_COUNT] = {"open",   "high", "low",    "close",
                                                     "volume", "time", "symbol", "adjusted close"};
    return names[slot];
}

static int bad_cell(by_decoder *d, int slot, const char *text, size_t length, const char *why) {
    char shown[BY_DECODE_EXCERPT_SIZE];
    return by_decode_fault(d, "%s '%s' %s", by_decode_slot_name(slot),
                           by_csv_excerpt((by_csv_cell){text, length}, shown, sizeof shown), why);
}

static int64_t floor_to(int64_t value, int64_t step) {
    int64_t rest = value % step;
    return value - (rest < 0 ? rest + step : rest);
}

/* The number at `text` when it has exactly two digits, else a value above all that it may be. */
static unsigned two_digits(const char *text) {
    unsigned high = (unsigned)(unsigned char)text[0] - '0';
    unsigned low = (unsigned)(unsigned char)text[1] - '0';
    return high <= 9 && low <= 9 ? high * 10 + low : 100;
}

/* YYYY-MM-DD and YYYY-MM-DDTHH:MM:SSZ of the same date as the time before, which nearly all are. */
static int read_known_date(const by_decoder *d, const char *text, size_t length, moment *out) {
    if ((length != 10 && length != 20) || memcmp(text, d->date, sizeof d->date) != 0) {
        return 0;
    }
    *out = (moment){.time = d->date_time, .local_day = d->date_time};
    if (length == 10) {
        out->is_date = 1;
        return 1;
    }
    unsigned hour = two_digits(text + 11), minute = two_digits(text + 14);
    unsigned second = two_digits(text + 17);
    if (text[10] != 'T' || text[13] != ':' || text[16] != ':' || text[19] != 'Z' || hour > 23 ||
        minute > 59 || second > 59) {
        return 0;
    }
    out->time += (int64_t)(hour * 3600 + minute * 60 + second);
    return 1;
}

static const char *read_text(by_decoder *d, const char *text, size_t length, moment *out) {
    if (read_known_date(d, text, length, out)) {
        return NULL;
    }
    by_when when;
    const char *fault = by_when_parse(text, length, &when);
    if (fault != NULL) {
        return fault;
    }
    int dashed = length >= 10 && text[4] == '-';
    int compact = length == 8 || (length > 8 && (text[8] == 'T' || text[8] == ' '));
    *out = (moment){.time = when.time, .local_day = when.local_day};
    out->is_date = dashed ? length == 10 : length == 8;
    out->is_local = (dashed || compact) && !when.has_offset && text[length - 1] != 'Z';
    out->has_local_midnight = when.is_midnight && (when.has_offset || out->is_local);
    if (dashed) {
        memcpy(d->date, text, sizeof d->date);
        d->date_time = when.local_day;
    }
    return NULL;
}

static const char *read_count(const by_decoder *d, const char *text, size_t length, moment *out) {
    static const int64_t units[] = {
        [BY_TIME_S] = 1, [BY_TIME_MS] = 1000, [BY_TIME_US] = 1000000, [BY_TIME_NS] = 1000000000};
    const int64_t unit = units[d->spec->time_unit];
    size_t at = length > 0 && text[0] == '-', start = at;
    uint64_t count = 0;
    while (at < length && text[at] >= '0' && text[at] <= '9' && at < start + 19) {
        count = count * 10 + (uint64_t)(text[at++] - '0');
    }
    if (at == length && at > start && count <= INT64_MAX) {
        out->time = floor_to(start == 0 ? (int64_t)count : -(int64_t)count, unit) / unit;
        return NULL;
    }
    double value;
    if (!by_number_parse(text, length, d->c_locale, &value)) {
        return "is not a number";
    }
    value = floor(value / (double)unit);
    if (!(value >= (double)BY_WHEN_MIN && value < (double)BY_WHEN_END)) {
        return out_of_range;
    }
    out->time = (int64_t)value;
    return NULL;
}

/* The start of the bar. A date is that of the session already. Local midnight is how some vendors
 * write a date, unless the description says how to come from instants to dates. */
static int64_t start_of(const by_decode_spec *spec, const moment *m) {
    int64_t time = m->time - (m->is_local && spec->local_time ? spec->zone_seconds : 0);
    if (spec->timeframe_seconds != BY_DAY_SECONDS) {
        return time - (spec->stamp_end ? spec->timeframe_seconds : 0);
    }
    if (m->is_date) {
        return m->local_day;
    }
    time += spec->day_shift_seconds;
    if (m->has_local_midnight && spec->day_shift_seconds == 0) {
        time = m->local_day;
    }
    return floor_to(time - (spec->stamp_end != 0), BY_DAY_SECONDS);
}

int by_decode_put_time(by_decoder *d, const char *text, size_t length, int64_t *start) {
    moment m = {0};
    const char *fault = d->spec->time_unit == BY_TIME_TEXT ? read_text(d, text, length, &m)
                                                           : read_count(d, text, length, &m);
    if (fault != NULL) {
        return bad_cell(d, BY_SLOT_TIME, text, length, fault);
    }
    if (m.time < BY_WHEN_MIN || m.time >= BY_WHEN_END) {
        return bad_cell(d, BY_SLOT_TIME, text, length, out_of_range);
    }
    *start = start_of(d->spec, &m);
    return (*start >= BY_WHEN_MIN && *start < BY_WHEN_END) ||
           bad_cell(d, BY_SLOT_TIME, text, length, out_of_range);
}

/* How programs write that they have no number. A bar without a price is refused later, alone. */
static int is_no_number(const char *text, size_t length) {
    static const char *const words[] = {"nan", "null", "none", "n/a", "na", "-"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strlen(words[i]) == length && strncasecmp(words[i], text, length) == 0) {
            return 1;
        }
    }
    return length == 0;
}

int by_decode_put_value(by_decoder *d, int slot, const char *text, size_t length, double *value) {
    if (by_number_parse(text, length, d->c_locale, value)) {
        return 1;
    }
    *value = (double)NAN;
    return is_no_number(text, length) || bad_cell(d, slot, text, length, "is not a number");
}

int by_decode_put_name(by_decoder *d, const char *text, size_t length, by_decode_name *name) {
    if (length >= sizeof name->text) {
        return bad_cell(d, BY_SLOT_SYMBOL, text, length, "is too long");
    }
    memcpy(name->text, text, length);
    name->length = length;
    return 1;
}

void by_decode_row_begin(by_decoder *d) {
    d->row.has_time = 0;
    d->row.symbol.length = 0;
    d->row.adjusted = (double)NAN;
    for (int c = 0; c < BY_PAGE_COLUMNS; c++) {
        d->row.value[c] = (double)NAN;
    }
}

int by_decode_put(by_decoder *d, unsigned mask, const char *text, size_t length) {
    for (; mask != 0; mask &= mask - 1) {
        int slot = __builtin_ctz(mask), ok;
        if (slot == BY_SLOT_TIME) {
            ok = d->row.has_time = by_decode_put_time(d, text, length, &d->row.time);
        } else if (slot == BY_SLOT_SYMBOL) {
            ok = by_decode_put_name(d, text, length, &d->row.symbol);
        } else if (slot == BY_SLOT_ADJUSTED) {
            ok = by_decode_put_value(d, slot, text, length, &d->row.adjusted);
        } else {
            ok = by_decode_put_value(d, slot, text, length, &d->row.value[slot]);
        }
        if (!ok) {
            return 0;
        }
    }
    return 1;
}

static int look_up(by_decoder *d, const by_decode_name *name) {
    d->known.length = 0;
    if (by_page_symbol(d->page, name->text, name->length, &d->known_index, &d->fault) != BY_OK) {
        return 0;
    }
    d->known = *name;
    return 1;
}

/* Without an adjusted close there is no price. */
static void adjust(by_decode_row *row) {
    const double factor = row->adjusted / row->value[BY_PAGE_CLOSE];
    row->value[BY_PAGE_OPEN] *= factor;
    row->value[BY_PAGE_HIGH] *= factor;
    row->value[BY_PAGE_LOW] *= factor;
    row->value[BY_PAGE_CLOSE] = row->adjusted;
}

int by_decode_row_end(by_decoder *d) {
    by_decode_row *row = &d->row;
    double close = row->value[BY_PAGE_CLOSE];
    if (!row->has_time) {
        return by_decode_fault(d, "there is no time");
    }
    if (d->spec->no_trade_rows && (isnan(close) || close == 0)) {
        d->page->no_trade_count++;
        return 1;
    }
    if (row->value[BY_PAGE_OPEN] == 0 && !isnan(close)) {
        row->value[BY_PAGE_OPEN] = (double)NAN;
    }
    if (d->adjusts) {
        adjust(row);
    }
    const by_decode_name *name = row->symbol.length > 0 ? &row->symbol : &d->group;
    if (name->length == 0) {
        return by_decode_fault(d, "there is no symbol");
    }
    if ((name->length != d->known.length || memcmp(name->text, d->known.text, name->length) != 0) &&
        !look_up(d, name)) {
        return 0;
    }
    return by_page_append(d->page, d->known_index, row->time, row->value, &d->fault) == BY_OK;
}
