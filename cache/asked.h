/* SPDX-License-Identifier: MIT
 *
 * The coverage record of a series while it is changed: what its source was asked for, and the bars
 * that were kept aside. Private to cache/.
 */
#ifndef BY_ASKED_H
#define BY_ASKED_H

#include "chunks.h"
#include "refusals.h"

enum { BY_COVERAGE_VERSION = 1, BY_SPANS_MAX = 1 << 20 };

typedef struct by_asked {
    by_span *spans; /* room for one more */
    int32_t span_count;
    int32_t stale;
    int32_t stored; /* 1: the store has such a record */
    int32_t reserved;
    int64_t fetched_time;
    by_refusals refusals;
} by_asked;

/* What a value (8-aligned) tells; pointers into it. NULL, or what is wrong with it. */
const char *by_coverage_read(const void *value, size_t size_bytes, const by_key *key,
                             by_coverage *out);

by_status by_coverage_damaged(const by_series_id *id, const char *fault, by_error *err);

/* Loads the record, an empty one when there is none. Answers as those of chunks.h; by_asked_free
 * frees it whatever the answer. */
int by_asked_load(by_table *table, const by_series_id *id, by_asked *out, by_error *err);
/* An empty one. 0 or ENOMEM. */
int by_asked_none(by_asked *out);
int by_asked_store(by_table *table, const by_series_id *id, const by_asked *asked);
void by_asked_free(by_asked *asked);

/* Forgets the entries of bars in the span that were refused; those that were noted stay. */
void by_asked_forget(by_asked *asked, by_span span);
/* Forgets the entries in the span that tell of spikes and jumps. */
void by_asked_forget_judged(by_asked *asked, by_span span);
/* 1 when a bar of that time was noted. */
int by_asked_notes(const by_asked *asked, int64_t time);

#endif
