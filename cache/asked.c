/* SPDX-License-Identifier: MIT */
#include "asked.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "neighbours.h"

/* The head of the payload; spans and refusals stand behind it. What a later version adds goes
 * between, and head_bytes grows. */
typedef struct head {
    uint32_t version;
    uint32_t head_bytes;
    int64_t fetched_time;
    int32_t span_count;
    int32_t refusal_count;
    int32_t stale;
    int32_t reserved;
} head;

_Static_assert(sizeof(by_refusal) == 128 && sizeof(by_span) == 16 && sizeof(head) == 32,
               "the layout on disk");

static const char *lists_fault(const by_coverage *coverage) {
    for (int32_t i = 0; i < coverage->span_count; i++) {
        const by_span *span = &coverage->spans[i];
        if (span->end <= span->first || (i > 0 && span->first <= span[-1].end)) {
            return "its spans do not rise";
        }
    }
    for (int32_t i = 0; i < coverage->refusal_count; i++) {
        const by_refusal *refusal = &coverage->refusals[i];
        if (memchr(refusal->reason, '\0', sizeof refusal->reason) == NULL ||
            (i > 0 && refusal->time < refusal[-1].time)) {
            return "its refusals are out of order";
        }
    }
    return NULL;
}

const char *by_coverage_read(const void *value, size_t size_bytes, const by_key *key,
                             by_coverage *out) {
    const char *fault = by_block_fault(value, size_bytes, BY_BLOCK_COVERAGE, key);
    *out = (by_coverage){0};
    if (fault != NULL) {
        return fault;
    }
    const by_block *block = value;
    const head *h = (const head *)(const void *)(block + 1);
    if (block->payload_bytes < sizeof *h || h->version < 1 || h->head_bytes < sizeof *h ||
        h->head_bytes % 8 != 0 || h->head_bytes > block->payload_bytes || h->span_count < 0 ||
        h->span_count > BY_SPANS_MAX || h->refusal_count < 0 ||
        h->refusal_count > BY_REFUSALS_KEPT ||
        block->payload_bytes - h->head_bytes != (size_t)h->span_count * sizeof(by_span) +
                                                    (size_t)h->refusal_count * sizeof(by_refusal)) {
        return "its counts are wrong";
    }
    const by_span *spans = (const by_span *)(const void *)((const char *)h + h->head_bytes);
    *out = (by_coverage){
        .spans = spans,
        .span_count = h->span_count,
        .refusal_count = h->refusal_count,
        .refusals = (const by_refusal *)(const void *)(spans + h->span_count),
        .fetched_time = h->fetched_time,
        .stale = h->stale,
    };
    return lists_fault(out);
}

static int copy_lists(by_asked *asked, const by_coverage *from) {
    asked->spans = malloc(((size_t)from->span_count + 1) * sizeof *asked->spans);
    if (asked->spans == NULL) {
        return ENOMEM;
    }
    asked->span_count = from->span_count;
    asked->stale = from->stale;
    asked->fetched_time = from->fetched_time;
    if (from->span_count > 0) {
        memcpy(asked->spans, from->spans, (size_t)from->span_count * sizeof *asked->spans);
    }
    for (int32_t i = 0; i < from->refusal_count; i++) {
        if (by_refusals_keep(&asked->refusals, &from->refusals[i]) != 0) {
            return ENOMEM;
        }
    }
    return 0;
}

int by_asked_none(by_asked *out) {
    const by_coverage none = {0};
    *out = (by_asked){0};
    return copy_lists(out, &none);
}

by_status by_coverage_damaged(const by_series_id *id, const char *fault, by_error *err) {
    return by_fail(err, BY_DATA,
                   "%s %s of %s: the record of what was fetched is damaged: %s. Drop the series "
                   "and fetch it again",
                   id->symbol, id->timeframe, id->dataset, fault);
}

int by_asked_load(by_table *table, const by_series_id *id, by_asked *out, by_error *err) {
    by_key key;
    MDB_val value;
    by_coverage coverage;
    void *copy = NULL;
    *out = (by_asked){0};
    by_series_coverage_key(id, &key);
    int rc = by_table_get(table, &key, &value);
    if (rc == MDB_NOTFOUND) {
        return by_asked_none(out);
    }
    if (rc != 0) {
        return rc;
    }
    const void *data = value.mv_data;
    if ((uintptr_t)data % 8 != 0) {
        copy = malloc(value.mv_size);
        if (copy == NULL) {
            return ENOMEM;
        }
        data = memcpy(copy, data, value.mv_size);
    }
    const char *fault = by_coverage_read(data, value.mv_size, &key, &coverage);
    if (fault != NULL) {
        by_coverage_damaged(id, fault, err);
        rc = BY_ENV_FAILED;
    } else {
        out->stored = 1;
        rc = copy_lists(out, &coverage);
    }
    free(copy);
    return rc;
}

int by_asked_store(by_table *table, const by_series_id *id, const by_asked *asked) {
    by_key key;
    by_block *block;
    size_t span_bytes = (size_t)asked->span_count * sizeof *asked->spans;
    size_t refusal_bytes = (size_t)asked->refusals.count * sizeof(by_refusal);
    head h = {.version = BY_COVERAGE_VERSION,
              .head_bytes = sizeof h,
              .fetched_time = asked->fetched_time,
              .span_count = asked->span_count,
              .refusal_count = asked->refusals.count,
              .stale = asked->stale};
    size_t size = sizeof h + span_bytes + refusal_bytes;
    by_series_coverage_key(id, &key);
    int rc = by_table_reserve(table, &key, by_block_size(size), &block);
    if (rc != 0) {
        return rc;
    }
    *block = (by_block){.kind = BY_BLOCK_COVERAGE, .payload_bytes = size, .count = 1};
    char *at = memcpy(block + 1, &h, sizeof h);
    memcpy(at + sizeof h, asked->spans, span_bytes);
    if (refusal_bytes > 0) {
        memcpy(at + sizeof h + span_bytes, asked->refusals.list, refusal_bytes);
    }
    by_block_seal(block, &key);
    return 0;
}

void by_asked_free(by_asked *asked) {
    free(asked->spans);
    asked->spans = NULL;
    by_refusals_free(&asked->refusals);
}

static int is_refused(const by_refusal *refusal) {
    return refusal->kept == 0;
}

static int is_judged(const by_refusal *refusal) {
    return refusal->kept != 0 || by_neighbours_is_spike(refusal);
}

void by_asked_forget(by_asked *asked, by_span span) {
    by_refusals_forget(&asked->refusals, span, is_refused);
}

void by_asked_forget_judged(by_asked *asked, by_span span) {
    by_refusals_forget(&asked->refusals, span, is_judged);
}

int by_asked_notes(const by_asked *asked, int64_t time) {
    for (int32_t i = 0; i < asked->refusals.count; i++) {
        if (asked->refusals.list[i].kept && asked->refusals.list[i].time == time) {
            return 1;
        }
    }
    return 0;
}
