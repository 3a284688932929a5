/* SPDX-License-Identifier: MIT
 *
 * Cells of answers into rows of a page: what the decoders of JSON and CSV have in common. Private
 * to cache/.
 */
#ifndef BY_DECODE_ROOMS_H
#define BY_DECODE_ROOMS_H

#include <locale.h>

#include "decode.h"
#include "page_rooms.h"

/* The fields of a row: the columns of a page first, so that a column is its own slot. A set of them
 * is a mask of bits. */
enum { BY_SLOT_TIME = BY_PAGE_COLUMNS, BY_SLOT_SYMBOL, BY_SLOT_ADJUSTED, BY_SLOT_COUNT };
enum { BY_DECODE_EXCERPT_SIZE = 60 };

typedef struct by_decode_name {
    size_t length;
    char text[BY_PAGE_NAME_SIZE];
} by_decode_name;

typedef struct by_decode_row {
    int64_t time; /* the start of the bar */
    int32_t has_time;
    by_decode_name symbol; /* empty: that of the group */
    double value[BY_PAGE_COLUMNS];
    double adjusted; /* the close as adjusted */
} by_decode_row;

typedef struct by_decoder {
    const by_decode_spec *spec;
    by_page *page;
    locale_t c_locale;
    const char *field[BY_SLOT_COUNT]; /* names, NULL for none */
    int32_t adjusts;                  /* 1: prices are scaled to the adjusted close */
    by_decode_row row;                /* the one that is being read */
    by_decode_name group;             /* the symbol of rows that do not tell theirs */
    by_decode_name known;             /* the symbol that was looked up last, and its index */
    int32_t known_index;
    char date[10]; /* the date that was read last, as it was written, and its midnight */
    int64_t date_time;
    by_error fault; /* what went wrong first */
} by_decoder;

/* Notes what is wrong with the text (BY_DATA); returns 0. */
int by_decode_fault(by_decoder *d, const char *format, ...) BY_PRINTF(2, 3);

void by_decode_row_begin(by_decoder *d);
/* Puts the text of a value into the slots of `mask`. Returns 0 after a fault, as all of these. */
int by_decode_put(by_decoder *d, unsigned mask, const char *text, size_t length);
int by_decode_put_time(by_decoder *d, const char *text, size_t length, int64_t *start);
int by_decode_put_value(by_decoder *d, int slot, const char *text, size_t length, double *value);
int by_decode_put_name(by_decoder *d, const char *text, size_t length, by_decode_name *name);
/* The row is whole: it goes into the page, unless there was no trade. */
int by_decode_row_end(by_decoder *d);

/* What a slot is called in messages. */
const char *by_decode_slot_name(int slot);

/* 1 when there is nothing but white space. */
int by_decode_is_blank(const char *text, size_t size_bytes);
/* BY_DATA: the end of the text is missing. */
by_status by_decode_cut(const char *text, size_t size_bytes, const char *name, by_error *err);
by_status by_decode_json(by_decoder *d, const char *text, size_t size_bytes, const char *name,
                         by_error *err);
by_status by_decode_csv(by_decoder *d, const char *text, size_t size_bytes, const char *name,
                        by_error *err);

#endif
