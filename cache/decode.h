/* SPDX-License-Identifier: MIT
 *
 * Answers of vendors into pages, as a description of their shape tells. JSON is read as a stream of
 * values by yajl: no tree of the document is ever built.
 */
#ifndef BY_DECODE_H
#define BY_DECODE_H

#include "page.h"

enum { BY_DECODE_DEPTH_MAX = 64, BY_DECODE_FIELDS_MAX = 64, BY_DECODE_FIELD_SIZE_MAX = 65536 };

typedef enum by_decode_layout {
    BY_LAYOUT_ROWS,        /* [ {t, o, h, l, c, v} | [t, o, h, l, c, v], … ] */
    BY_LAYOUT_MAP_OF_ROWS, /* { symbol: rows, … } */
    BY_LAYOUT_COLUMNS,     /* { t: […], o: […], … }: fields are paths below `path` */
    BY_LAYOUT_KEYED,       /* { time: {o, h, l, c, v} | […], … } */
    BY_LAYOUT_CSV          /* a header line that names the fields, and rows */
} by_decode_layout;

typedef enum by_time_unit {
    BY_TIME_TEXT, /* ISO 8601 date or date-time (by_when_parse); numbers are taken as seconds or ms
                   */
    BY_TIME_S,
    BY_TIME_MS,
    BY_TIME_US,
    BY_TIME_NS
} by_time_unit;

/* Texts are borrowed during the call. A field is the key of an object, the number of an array's
 * element ("0" is the first), or the name of a CSV column; NULL when the vendor has none. Values
 * may be numbers or texts of numbers; null, "", "NaN", "N/A" and the like, and missing are NaN, and
 * so is an open of 0 when there is a close. */
typedef struct by_decode_spec {
    int32_t layout;     /* a by_decode_layout */
    int32_t time_unit;  /* a by_time_unit */
    const char *path;   /* where the rows stand: keys and numbers joined by dots, "" for the top */
    const char *symbol; /* field with the symbol of a row; NULL: all rows are of `default_symbol` */
    const char *default_symbol;
    const char *time, *open, *high, *low, *close, *volume;
    /* A field with the close as the vendor has adjusted it, where the other prices are raw: all are
     * scaled to it. NULL for none; not for COLUMNS. Where CSV is read by its header, any text says
     * that adj_close is used if there is one. */
    const char *adjusted;
    int64_t timeframe_seconds;
    /* Seconds to add to an instant so that its UTC date is the session's date; for days only. 0 for
     * vendors that stamp midnight of New York, or UTC, or write dates. */
    int64_t day_shift_seconds;
    int32_t stamp_end;     /* 1: the time is the end of the bar */
    int32_t no_trade_rows; /* 1: a row whose close is 0 or missing says that nothing was traded */
    int32_t final_newline; /* CSV: 1: a text that does not end with a line end was cut */
    int32_t local_time;    /* 1: date-times without offset are of the vendor's zone, not UTC:
                              `zone_seconds` is subtracted */
    int64_t zone_seconds;
} by_decode_spec;

/* Decodes `size_bytes` of `text` (borrowed). Beside the rows, texts, numbers and booleans that
 * stand outside of them are kept as fields of the page, as they are written: at most
 * BY_DECODE_FIELDS_MAX, those nearer to the top rather than deeper ones, then the first. None at
 * the top is left out, as it may say where the next page is: more than BY_DECODE_FIELDS_MAX there
 * are BY_DATA; so is, wherever it stands, one longer than BY_DECODE_FIELD_SIZE_MAX or with a NUL.
 * Columns stand in an answer, in the sense of by_page_has_rows, when that of the time does; other
 * arrays beside them are no fields. An empty array in the place of an object of rows or columns
 * says that there are none, and stands for rows. BY_DATA with place and reason when the text is
 * not of that form, was cut, or is nested too deep; `name` is used in messages. Daily bars get
 * midnight UTC of their session. Thread-safe. */
BY_API by_status by_decode(const by_decode_spec *spec, const char *text, size_t size_bytes,
                           const char *name, by_page **out, by_error *err);
/* The same for a file on disk, plain or gzip. */
BY_API by_status by_decode_file(const by_decode_spec *spec, const char *path, const char *name,
                                by_page **out, by_error *err);

#endif
