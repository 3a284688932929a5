/* SPDX-License-Identifier: MIT
 *
 * Times as text: ISO dates and date-times, and numbers of seconds or milliseconds since 1970.
 */
#ifndef BY_WHEN_H
#define BY_WHEN_H

#include <stddef.h>
#include <stdint.h>

enum { BY_DAY_SECONDS = 86400 };
enum { BY_WHEN_TEXT_SIZE = 24 };
#define BY_WHEN_MIN INT64_C(-2208988800) /* 1900-01-01 */
#define BY_WHEN_END INT64_C(7289654400)  /* 2201-01-01 */

/* What is wrong with a time: NULL from by_when_parse when nothing is, else text to be put behind
 * the cell. */
typedef struct by_when {
    int64_t time;      /* seconds since 1970 UTC */
    int64_t local_day; /* midnight UTC of the date as it is written */
    int32_t has_offset;
    int32_t is_midnight; /* the clock, as it is written, says 00:00:00 */
} by_when;

/* Parses "YYYY-MM-DD", "YYYYMMDD", either with "T" or a blank and "HH:MM[:SS[.fraction]]" and "Z"
 * or an offset ("+01:00", "-0500", "+01") behind it, or a number of seconds (milliseconds when that
 * is the only way to lie in the years 1900 .. 2200). Returns NULL, or why it is none. */
const char *by_when_parse(const char *text, size_t length, by_when *out);
/* Writes "YYYY-MM-DD", with "THH:MM:SSZ" when it is not midnight UTC; returns `buffer`. */
const char *by_when_text(int64_t time, char buffer[BY_WHEN_TEXT_SIZE]);

#endif
