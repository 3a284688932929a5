/* SPDX-License-Identifier: MIT
 *
 * Sets of stretches of time: what a source was asked for, and what is missing.
 */
#ifndef BY_COVERAGE_H
#define BY_COVERAGE_H

#ifndef BY_CDEF
#include <stdint.h>
#endif

/* Seconds since 1970 UTC, `end` not included. */
typedef struct by_span {
    int64_t first;
    int64_t end;
} by_span;

#ifndef BY_CDEF
/* Adds a span to `count` rising spans that do not touch; the array has room for count + 1. Returns
 * the new count. */
int32_t by_spans_add(by_span *spans, int32_t count, by_span span);
#endif

#endif
