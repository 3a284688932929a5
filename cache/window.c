/* SPDX-License-Identifier: MIT */
#include "window.h"

#include <stdlib.h>
#include <string.h>

#include "neighbours.h"
#include "rewrite.h"
#include "when.h"

/* Whether a time lies before the chunk behind `chunk`. */
static int belongs(by_window *w, const by_chunk *chunk, int64_t time, int *rc) {
    by_chunk behind;
    *rc = by_chunk_after(w->table, w->id, chunk->first_time, &behind);
    if (*rc == MDB_NOTFOUND) {
        *rc = 0;
        return 1;
    }
    return *rc == 0 && time < behind.first_time;
}

/* The chunks that bars[from .. *end) lie in: as many bars as there are neighbouring chunks. */
static int find_touched(by_window *w, const by_bars *bars, int32_t from, int32_t *end) {
    const by_series_id *id = w->id;
    int32_t most =
        bars->count - from < BY_WINDOW_BARS_MAX ? bars->count : from + BY_WINDOW_BARS_MAX;
    *end = most;
    int rc = by_chunk_upto(w->table, id, bars->time[from], &w->chunks[0]);
    if (rc == MDB_NOTFOUND) {
        w->at_start = 1;
        rc = by_chunk_after(w->table, id, bars->time[from], &w->chunks[0]);
    }
    while (rc == 0) {
        by_chunk *last = &w->chunks[w->chunk_count++], *next = last + 1;
        rc = by_chunk_after(w->table, id, last->first_time, next);
        int32_t here = rc == 0 ? by_time_find(bars->time, most, next->first_time) : most;
        if (rc != 0 || here == most) {
            break;
        }
        if (w->chunk_count == BY_TOUCHED_MAX || !belongs(w, next, bars->time[here], &rc)) {
            *end = here;
            break;
        }
    }
    w->at_end = rc == MDB_NOTFOUND;
    return rc == MDB_NOTFOUND ? 0 : rc;
}

static int open_chunk(by_window *w, int32_t index, by_error *err) {
    by_chunk *chunk = &w->chunks[index];
    const by_series_id *id = w->id;
    int rc = by_chunk_open(w->table, id, chunk, err);
    if (rc != 0) {
        return rc;
    }
    w->opened++;
    for (int32_t c = index > 0 ? index : 1; c <= index + 1 && c < w->opened; c++) {
        const by_bars *before = &w->chunks[c - 1].bars;
        if (before->time[before->count - 1] >= w->chunks[c].first_time) {
            char text[BY_WHEN_TEXT_SIZE];
            by_fail(err, BY_DATA,
                    "%s %s of %s: chunk of bars from %s is damaged: it does not come after the one "
                    "before it. Import it again with --replace, or drop it (banyan data drop) and "
                    "fetch it again",
                    id->symbol, id->timeframe, id->dataset,
                    by_when_text(w->chunks[c].first_time, text));
            return BY_ENV_FAILED;
        }
    }
    return 0;
}

/* Whether fewer bars than are needed to judge the new ones stand before `time`. */
static int lacks_before(const by_window *w, int64_t time) {
    int32_t count = 0;
    for (int32_t c = 0; c < w->chunk_count && count < BY_NEIGHBOUR_REACH; c++) {
        count += by_time_find(w->chunks[c].bars.time, w->chunks[c].bars.count, time);
    }
    return count < BY_NEIGHBOUR_REACH;
}

static int lacks_behind(const by_window *w, int64_t time) {
    int32_t count = 0;
    for (int32_t c = w->chunk_count - 1; c >= 0 && count < BY_NEIGHBOUR_REACH; c--) {
        const by_bars *bars = &w->chunks[c].bars;
        count += bars->count - by_time_find(bars->time, bars->count, time + 1);
    }
    return count < BY_NEIGHBOUR_REACH;
}

/* Whether a neighbour, which was not looked at yet, may have to be joined with `beside` and the new
 * bars. */
static int may_join(const by_window *w, const by_chunk *neighbour, const by_chunk *beside) {
    int64_t rows = (int64_t)beside->bars.count + w->new_bars;
    return beside->bars.count < BY_CHUNK_BARS / 2 &&
           (int64_t)(neighbour->value.mv_size / BY_BAR_BYTES) <= rows * w->join_ratio;
}

/* Takes in the chunk before the first when it is needed. *more tells whether to go on. */
static int take_before(by_window *w, int64_t time, int *more, by_error *err) {
    by_chunk before;
    int rc = by_chunk_upto(w->table, w->id, w->chunks[0].first_time - 1, &before);
    w->at_start = rc == MDB_NOTFOUND;
    *more = rc == 0 && (lacks_before(w, time) || may_join(w, &before, &w->chunks[0]));
    if (!*more) {
        return rc == MDB_NOTFOUND ? 0 : rc;
    }
    memmove(&w->chunks[1], &w->chunks[0], (size_t)w->chunk_count * sizeof before);
    w->chunks[0] = before;
    w->chunk_count++;
    return open_chunk(w, 0, err);
}

static int take_behind(by_window *w, int64_t time, int *more, by_error *err) {
    by_chunk *last = &w->chunks[w->chunk_count - 1];
    int rc = by_chunk_after(w->table, w->id, last->first_time, last + 1);
    w->at_end = rc == MDB_NOTFOUND;
    *more = rc == 0 && (lacks_behind(w, time) || may_join(w, last + 1, last));
    if (!*more) {
        return rc == MDB_NOTFOUND ? 0 : rc;
    }
    return open_chunk(w, w->chunk_count++, err);
}

/* Opens the chunks that bars of these times lie in, and their neighbours as far as needed. */
static int open_chunks(by_window *w, int64_t first, int64_t last, by_error *err) {
    int rc = 0;
    while (rc == 0 && w->opened < w->chunk_count) {
        rc = open_chunk(w, w->opened, err);
    }
    int more = !w->at_start;
    for (int32_t i = 0; rc == 0 && i < BY_BESIDE_MAX && more; i++) {
        rc = take_before(w, first, &more, err);
    }
    more = !w->at_end;
    for (int32_t i = 0; rc == 0 && i < BY_BESIDE_MAX && more; i++) {
        rc = take_behind(w, last, &more, err);
    }
    return rc;
}

int by_window_open(by_table *table, const by_series_id *id, const by_bars *bars, int32_t from,
                   int32_t *end, by_window *out, by_error *err) {
    *out = (by_window){.table = table, .id = id, .join_ratio = by_rewrite_join_ratio(id)};
    int rc = find_touched(out, bars, from, end);
    out->new_bars = *end - from;
    return rc == 0 ? open_chunks(out, bars->time[from], bars->time[*end - 1], err) : rc;
}

void by_window_close(by_window *window) {
    for (int32_t c = 0; c < window->chunk_count; c++) {
        free(window->chunks[c].copy);
    }
}
