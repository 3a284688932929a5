/* SPDX-License-Identifier: MIT
 *
 * CSV text into bars. Columns are found by their header in any order and case: date | time |
 * timestamp | datetime (date and time may be two columns), close, and optionally open, high, low,
 * volume, adj_close ("adj close", "adjusted close"); others are ignored. Comma, semicolon or tab;
 * LF or CRLF; quotes; a BOM; blank lines. Times are ISO dates or date-times (UTC unless an offset
 * is given; eight digits are YYYYMMDD) or seconds or milliseconds since 1970, in the years 1900 ..
 * 2200.
 *
 * A bad row is refused with its line and reason, and the rest is kept: an unreadable cell or an
 * empty close (other empty cells are only "not told"), a price that is not finite and positive or
 * above BY_CSV_PRICE_MAX, a volume below 0 or above BY_CSV_VOLUME_MAX, high below low, open or
 * close outside of low .. high by more than BY_CSV_ROUNDING, a time that does not rise, a time that
 * is there already with other values. A row that repeats the row before it exactly is dropped.
 */
#ifndef BY_CSV_H
#define BY_CSV_H

#include "../engine/bars.h"
#include "../engine/status.h"

enum { BY_CSV_LINE_MAX = 65536 };
enum { BY_CSV_REFUSALS_KEPT = 20 };
#define BY_CSV_PRICE_MAX 1e15
#define BY_CSV_VOLUME_MAX 1e18
/* Relative. Adjusted prices are products that vendors round one by one. */
#define BY_CSV_ROUNDING 1e-6

typedef struct by_csv_refusal {
    int32_t line; /* 1-based */
    char reason[124];
} by_csv_refusal;

typedef struct by_csv {
    by_bars bars;           /* open, high, low, volume are never NULL; NaN where not told */
    int32_t refused_count;  /* all refused rows */
    int32_t repeated_count; /* rows that repeat the row before them exactly; dropped, not refused */
    by_csv_refusal refusals[BY_CSV_REFUSALS_KEPT]; /* the first of them */
} by_csv;

typedef struct by_csv_options {
    /* 86400: times are cut to their UTC day, but local midnight with an offset is the day that is
     * written. Else times must be multiples of it. */
    int64_t timeframe_seconds;
    int32_t adjust; /* 1: scale prices by adj_close / close where there is such a column */
    int32_t reserved;
} by_csv_options;

/* Parses `size_bytes` of text (borrowed during the call). BY_DATA when the header is unusable or no
 * bar is left, with a message that names the missing column and those that were found; `name` is
 * used in messages. Thread-safe. */
BY_API by_status by_csv_parse(const char *text, size_t size_bytes, const char *name,
                              const by_csv_options *options, by_csv **out, by_error *err);
BY_API void by_csv_free(by_csv *csv);

#endif
