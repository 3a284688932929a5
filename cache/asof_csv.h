/* SPDX-License-Identifier: MIT
 *
 * CSV text into the values of a series from outside. Columns are found by their header in any order
 * and case: what a value is of (date | time | timestamp | datetime, as in csv.h), the value, and
 * optionally `known`, since when it is known; otherwise it is known since the time that it is of.
 *
 * A time of day is what it says (UTC unless an offset is given). A date alone, or midnight as it is
 * written, is a day: known since its end, 24:00 UTC, or with known_start since its beginning.
 *
 * Rows may come in any order. One without a value (an empty cell, ".", "-", "NaN", "NA", "N/A" or
 * "null") tells of nothing; one that repeats another is dropped. Refused, with line and reason, are
 * rows with an unreadable cell, and a second value of the same time that is known since the same
 * moment. Private to cache/.
 */
#ifndef BY_ASOF_CSV_H
#define BY_ASOF_CSV_H

#include "asof.h"

enum { BY_ASOF_ROWS_MAX = 10000000 };

typedef struct by_asof_csv {
    by_asof_row *rows; /* rising by known, then by of */
    int32_t count;
    int32_t empty_count;
    int32_t repeated_count;
    int32_t refused_count;
    by_csv_refusal refusals[BY_CSV_REFUSALS_KEPT];
} by_asof_csv;

/* Parses `size_bytes` of text (borrowed during the call); the caller frees out->rows. BY_DATA when
 * the header is unusable or no value is left, BY_LIMIT when there are more than BY_ASOF_ROWS_MAX
 * rows; `name` is used in messages. Thread-safe. */
by_status by_asof_csv_parse(const char *text, size_t size_bytes, const char *name,
                            int32_t known_start, by_asof_csv *out, by_error *err);

#endif
