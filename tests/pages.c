/* SPDX-License-Identifier: MIT */
#include "pages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "fixture.h"

enum { WAIT_MS = 60000 };

by_put_part pages_part(const char *symbol, int32_t index, int64_t first, int64_t end,
                       int64_t seconds) {
    return (by_put_part){.id = fixture_id(symbol),
                         .symbol = index,
                         .window = {first, end},
                         .cover = {first, end},
                         .final_end = INT64_MAX,
                         .timeframe_seconds = seconds,
                         .grid_seconds = seconds};
}

by_put_part pages_days(const char *symbol, int32_t first, int32_t end) {
    return pages_part(symbol, 0, (int64_t)first * DAY, (int64_t)end * DAY, DAY);
}

by_page *pages_of(const char *symbol, const by_bars *bars) {
    by_page *page;
    by_error err = {0};
    if (by_page_new(&page, &err) != BY_OK || by_page_add(page, symbol, bars, &err) != BY_OK) {
        fail_msg("%s", err.message);
    }
    return page;
}

by_writer *pages_writer(by_store *store) {
    by_writer *writer = NULL;
    by_error err = {0};
    if (by_writer_new(store, NULL, NULL, &writer, &err) != BY_OK) {
        fail_msg("%s", err.message);
    }
    return writer;
}

static int64_t last_id;

void pages_send(by_writer *writer, const by_bars *bars, const by_put_part *part) {
    by_error err = {0};
    by_page *page = bars != NULL ? pages_of(part->id.symbol, bars) : NULL;
    if (by_writer_put(writer, ++last_id, page, part, 1, 1000, &err) != BY_OK) {
        fail_msg("%s", err.message);
    }
}

void pages_await(by_writer *writer) {
    by_writer_done done;
    int64_t id = last_id - by_writer_pending(writer);
    while (by_writer_pending(writer) > 0) {
        assert_int_equal(by_writer_next(writer, WAIT_MS, &done), 1);
        assert_int_equal(done.id, ++id);
        if (done.status != BY_OK) {
            fail_msg("%s", done.message);
        }
        by_writer_done_free(&done);
    }
}

static by_writer_done put(by_writer *writer, const by_bars *bars, const by_put_part *part) {
    by_writer_done done;
    pages_send(writer, bars, part);
    assert_int_equal(by_writer_next(writer, WAIT_MS, &done), 1);
    assert_int_equal(done.id, last_id);
    assert_int_equal(done.part_count, 1);
    return done;
}

by_put_result pages_put(by_writer *writer, const by_bars *bars, const by_put_part *part) {
    by_writer_done done = put(writer, bars, part);
    if (done.status != BY_OK) {
        fail_msg("%s", done.message);
    }
    by_put_result result = done.results[0];
    by_writer_done_free(&done);
    return result;
}

void pages_refused(by_writer *writer, const by_bars *bars, const by_put_part *part,
                   by_status status, const char *part_of_message) {
    by_writer_done done = put(writer, bars, part);
    if (done.status != (int32_t)status || strstr(done.message, part_of_message) == NULL) {
        fail_msg("%d instead of %d, or '%s' is not in: %s", done.status, (int)status,
                 part_of_message, done.message);
    }
    by_writer_done_free(&done);
}

by_coverage pages_coverage(by_store *store, const by_series_id *id, by_span spans[2],
                           by_refusal refusals[4]) {
    by_snapshot *snapshot;
    by_coverage c;
    by_error err = {0};
    assert_int_equal(by_snapshot_open(store, &snapshot, &err), BY_OK);
    if (by_snapshot_coverage(snapshot, id, &c, &err) != BY_OK) {
        fail_msg("%s", err.message);
    }
    for (int32_t i = 0; i < c.span_count && i < 2; i++) {
        spans[i] = c.spans[i];
    }
    for (int32_t i = 0; i < c.refusal_count && i < 4; i++) {
        refusals[i] = c.refusals[i];
    }
    by_snapshot_close(snapshot);
    c.spans = NULL;
    c.refusals = NULL;
    return c;
}
