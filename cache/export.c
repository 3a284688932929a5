/* SPDX-License-Identifier: MIT */
#include "export.h"

#include <string.h>

#include "asof.h"
#include "number_text.h"
#include "when.h"

static void write_pair(int64_t value, char *out) {
    out[0] = (char)('0' + value / 10);
    out[1] = (char)('0' + value % 10);
}

/* Bars of a day share the text of its date. */
typedef struct day_text {
    int64_t day; /* midnight UTC; INT64_MIN before the first */
    size_t length;
    char text[BY_WHEN_TEXT_SIZE];
} day_text;

static size_t write_time(int64_t time, int32_t clock, day_text *last, char *out) {
    int64_t rest = time % BY_DAY_SECONDS;
    rest += rest < 0 ? BY_DAY_SECONDS : 0;
    if (time - rest != last->day) {
        last->day = time - rest;
        last->length = strlen(by_when_text(last->day, last->text));
    }
    memcpy(out, last->text, last->length);
    if (!clock) {
        return last->length;
    }
    out += last->length;
    memcpy(out, "T00:00:00Z", 10);
    write_pair(rest / 3600, out + 1);
    write_pair(rest / 60 % 60, out + 4);
    write_pair(rest % 60, out + 7);
    return last->length + 10;
}

int32_t by_export_rows(const by_bars *bars, int32_t from, int32_t clock, char *text,
                       int64_t size_bytes, int64_t *length) {
    const double *const columns[] = {bars->open, bars->high, bars->low, bars->close, bars->volume};
    locale_t c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    day_text last = {.day = INT64_MIN};
    char *at = text, *full = text + size_bytes - BY_EXPORT_ROW_BYTES;
    int32_t i = from;
    for (; i < bars->count && at <= full; i++) {
        at += write_time(bars->time[i], clock, &last, at);
        for (size_t c = 0; c < sizeof columns / sizeof columns[0]; c++) {
            *at++ = ',';
            at += by_number_text(columns[c][i], c_locale, at);
        }
        *at++ = '\n';
    }
    freelocale(c_locale);
    *length = at - text;
    return i;
}

/* A midnight is written as the day that ends there, as that is how a day is read. */
static size_t write_known(int64_t known, char out[BY_WHEN_TEXT_SIZE]) {
    int64_t ends_day = known % BY_DAY_SECONDS == 0 ? BY_DAY_SECONDS : 0;
    return strlen(by_when_text(known - ends_day, out));
}

int32_t by_asof_export(const by_bars *bars, int32_t from, char *text, int64_t size_bytes,
                       int64_t *length) {
    locale_t c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    char *at = text, *full = text + size_bytes - BY_EXPORT_ROW_BYTES;
    int32_t i = from;
    for (; i < bars->count && at <= full; i++) {
        at += strlen(by_when_text((int64_t)bars->open[i], at));
        *at++ = ',';
        at += write_known(bars->time[i], at);
        *at++ = ',';
        at += by_number_text(bars->close[i], c_locale, at);
        *at++ = '\n';
    }
    freelocale(c_locale);
    *length = at - text;
    return i;
}
