/* SPDX-License-Identifier: MIT
 *
 * Pages into the bar store, on a thread of its own: bars are checked, merged, and committed
 * together with the coverage that they stand for and the bars that were kept aside. A page is never
 * split between two transactions; pages that wait meanwhile share one.
 *
 * Rows that were refused earlier within what a page covers give way to what it brings. A series
 * that is found to be damaged is mended: what cannot be read is dropped, and only what pages cover
 * from then on counts as fetched.
 */
#ifndef BY_WRITER_H
#define BY_WRITER_H

#include "page.h"
#include "store.h"

typedef struct by_writer by_writer;

enum {
    BY_PUT_ADJUSTED = 1, /* prices are adjusted: a change of old bars by one ratio says that the
                            vendor adjusted all of them anew; see by_put_result.readjusted */
    BY_PUT_OPEN_PREVIOUS = 2, /* an open that is not told is the close before */
    BY_PUT_OPEN_CLOSE = 4     /* an open that is not told is the bar's own close */
};

/* What one symbol of a page becomes. */
typedef struct by_put_part {
    by_series_id id;
    int32_t symbol; /* index in the page, -1: it has no bars, only coverage */
    int32_t flags;
    by_span window;    /* bars outside of it are refused */
    by_span cover;     /* becomes coverage; end <= first: none */
    int64_t final_end; /* bars from here on are not finished: left out, and no coverage either */
    int64_t timeframe_seconds;
    int64_t grid_seconds; /* what a bar's time is a multiple of, behind grid_offset */
    int64_t grid_offset;
} by_put_part;

typedef struct by_put_result {
    by_put_counts counts;
    int64_t refused_count;    /* kept aside, with the reason */
    int64_t repeated_count;   /* equal to a row of the same page; dropped */
    int64_t unfinished_count; /* left out */
    int64_t noted_count;      /* stored, though remarkable (a jump) */
    int32_t readjusted;       /* 1: nothing was stored; the series is marked stale */
    int32_t reserved;
    double ratio;       /* new to old close, when readjusted */
    by_refusal refusal; /* the first, when there are any */
} by_put_result;

/* What became of a page. */
typedef struct by_writer_done {
    int64_t id;
    int32_t status; /* a by_status; BY_OK: committed, durably */
    int32_t part_count;
    by_put_result *results; /* one a part; the caller's until by_writer_done_free */
    char message[508];
} by_writer_done;

typedef struct by_writer_stats {
    int64_t pages;
    int64_t bars; /* rows that came in pages */
    int64_t transactions;
    double check_seconds; /* of the processor: checking and merging, on the writer's thread */
    double store_seconds; /* of the processor: in LMDB, commits included */
    double
        wait_seconds; /* transactions beyond that: for the disk, or another process that writes */
} by_writer_stats;

/* `store` is borrowed, and nobody else writes to it meanwhile. `wake(context)` is called from the
 * writer's thread whenever a page is done; NULL for none. */
BY_API by_status by_writer_new(by_store *store, void (*wake)(void *), void *context,
                               by_writer **out, by_error *err);
/* Finishes what waits, and frees. */
BY_API void by_writer_free(by_writer *writer);
/* Hands a page over (page NULL: only coverage); it is the writer's whatever the answer. `parts` are
 * copied. */
BY_API by_status by_writer_put(by_writer *writer, int64_t id, by_page *page,
                               const by_put_part *parts, int32_t part_count, int64_t fetched_time,
                               by_error *err);
/* Pages that were handed over and not yet taken back by by_writer_next. */
BY_API int32_t by_writer_pending(const by_writer *writer);
/* The next page that is done, in the order of by_writer_put; waits up to timeout_ms for it. Returns
 * 1, or 0. */
BY_API int32_t by_writer_next(by_writer *writer, int32_t timeout_ms, by_writer_done *out);
BY_API void by_writer_done_free(by_writer_done *done);
BY_API void by_writer_get_stats(const by_writer *writer, by_writer_stats *out);

#endif
