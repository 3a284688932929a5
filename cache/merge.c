/* SPDX-License-Identifier: MIT */
#include "merge.h"

#include <math.h>

#include "neighbours.h"
#include "rewrite.h"
#include "window.h"

/* The rows of the window with bars[from .. end) merged in. */
static int merge_rows(const by_window *w, by_merge *m, int32_t from, int32_t end) {
    by_rows_merge rules = {.replace = m->replace, .keep_open = m->open_previous};
    int64_t room = end - from + (m->asked != NULL ? BY_REFUSALS_KEPT : 0);
    for (int32_t c = 0; c < w->chunk_count; c++) {
        room += w->chunks[c].bars.count;
    }
    int rc = by_rows_reset(m->rows, room);
    if (rc != 0) {
        return rc;
    }
    for (int32_t c = 0; c < w->chunk_count; c++) {
        by_rows_merge_chunk(m->rows, &w->chunks[c].bars, m->bars, &from, end, &rules);
    }
    by_rows_add(m->rows, m->bars, from, end);
    if (m->counts.changed == 0) {
        m->counts.first_changed_time = rules.first_changed_time;
    }
    m->counts.unchanged += rules.unchanged;
    m->counts.changed += rules.changed;
    return 0;
}

/* Brings back what was kept aside within the window, to be judged again. */
static void put_aside(const by_window *w, by_merge *m) {
    const by_asked *asked = m->asked;
    by_rows *rows = m->rows;
    int64_t first = w->at_start ? INT64_MIN : rows->time[0];
    int64_t last = w->at_end ? INT64_MAX : rows->time[rows->count - 1];
    for (int32_t i = 0; i < asked->refusals.count; i++) {
        const by_refusal *bar = &asked->refusals.list[i];
        if (bar->time > first && bar->time < last && by_neighbours_is_spike(bar)) {
            by_rows_put_aside(rows, bar);
        }
    }
}

/* Counts and keeps what the judge has found in rows[from .. upto]. */
static int keep_found(by_merge *m, int32_t from, int32_t upto) {
    by_rows *rows = m->rows;
    for (int32_t i = from; i <= upto; i++) {
        int spike = (rows->mark[i] & (BY_ROW_DROPPED | BY_ROW_ASIDE)) == BY_ROW_DROPPED;
        int jump = (rows->mark[i] & BY_ROW_JUMP) != 0 && !by_asked_notes(m->asked, rows->time[i]);
        if ((spike || jump) && m->spike_count + m->jump_count == 0) {
            by_neighbours_tell(rows, i, &m->first);
        }
        m->spike_count += spike;
        m->jump_count += jump;
    }
    by_asked_forget_judged(m->asked, (by_span){rows->time[from], rows->time[upto] + 1});
    int rc = 0;
    for (int32_t i = from, kept = 0; rc == 0 && i <= upto && kept < BY_REFUSALS_KEPT; i++) {
        if ((rows->mark[i] & (BY_ROW_DROPPED | BY_ROW_JUMP)) != 0) {
            by_refusal found;
            by_neighbours_tell(rows, i, &found);
            rc = by_refusals_keep(&m->asked->refusals, &found);
            kept++;
        }
    }
    return rc;
}

static int judge(const by_window *w, by_merge *m) {
    by_rows *rows = m->rows;
    const uint8_t fresh = BY_ROW_NEW | BY_ROW_CHANGED;
    int32_t first = 0, last = -1;
    put_aside(w, m);
    while (first < rows->count && (rows->mark[first] & fresh) == 0) {
        first++;
    }
    for (int32_t i = first; i < rows->count; i++) {
        last = (rows->mark[i] & fresh) != 0 ? i : last;
    }
    if (last < 0) {
        return 0;
    }
    int32_t from, upto;
    upto = by_neighbours_judge(rows, first, last, m->open_previous, &from);
    return keep_found(m, from, upto);
}

/* Whether a row has to be written or, when it is dropped, removed from its chunk. */
static int is_dirty(const by_rows *rows, int32_t i) {
    const uint8_t other = BY_ROW_NEW | BY_ROW_CHANGED | BY_ROW_ASIDE | BY_ROW_FILLED;
    return (rows->mark[i] & BY_ROW_DROPPED) != 0 ? !isnan(rows->stored_close[i])
                                                 : (rows->mark[i] & other) != 0;
}

/* Counts the dirty rows, and tells between which times they lie. */
static int64_t find_dirty(by_merge *m, int64_t *first, int64_t *last) {
    const by_rows *rows = m->rows;
    int64_t count = 0;
    for (int32_t i = 0; i < rows->count; i++) {
        if (is_dirty(rows, i)) {
            *first = count++ == 0 ? rows->time[i] : *first;
            *last = rows->time[i];
            m->counts.added += (rows->mark[i] & (BY_ROW_NEW | BY_ROW_ASIDE)) != 0;
            m->counts.replaced |= (rows->mark[i] & BY_ROW_CHANGED) != 0;
        }
    }
    return count;
}

static int write_window(by_table *table, const by_window *w, by_merge *m, by_record *record) {
    by_extent extents[BY_WINDOW_MAX];
    by_rewrite rewrite = {.rows = m->rows,
                          .chunks = extents,
                          .chunk_count = w->chunk_count,
                          .at_start = w->at_start,
                          .at_end = w->at_end};
    if (find_dirty(m, &rewrite.first_dirty, &rewrite.last_dirty) == 0) {
        return 0;
    }
    for (int32_t c = 0; c < w->chunk_count; c++) {
        const by_bars *bars = &w->chunks[c].bars;
        extents[c] = (by_extent){bars->time[0], bars->time[bars->count - 1], bars->count, 0};
    }
    by_rows_pack(m->rows);
    record->first_time = w->at_start ? m->rows->time[0] : record->first_time;
    record->last_time = w->at_end ? m->rows->time[m->rows->count - 1] : record->last_time;
    m->wrote = 1;
    return by_rewrite_chunks(table, m->id, &rewrite, record);
}

/* Merges bars from `*from` on, as many as lie in one window, and moves it behind them. */
static int merge_piece(by_table *table, by_merge *m, int32_t *from, by_record *record,
                       by_error *err) {
    by_window w;
    int32_t end = *from;
    int rc = by_window_open(table, m->id, m->bars, *from, &end, &w, err);
    rc = rc == 0 ? merge_rows(&w, m, *from, end) : rc;
    if (rc == 0 && m->asked != NULL) {
        rc = judge(&w, m);
    }
    rc = rc == 0 ? write_window(table, &w, m, record) : rc;
    by_window_close(&w);
    *from = end;
    return rc;
}

int by_merge_bars(by_table *table, by_merge *m, by_error *err) {
    const by_series_id *id = m->id;
    by_record record;
    m->counts = (by_put_counts){0};
    m->spike_count = m->jump_count = 0;
    m->wrote = 0;
    int rc = by_record_get(table, id, &record, err);
    if (rc == MDB_NOTFOUND) {
        record = (by_record){.version = BY_RECORD_VERSION, .record_bytes = sizeof record};
        rc = 0;
    }
    if (rc == 0 && record.bar_count + m->bars->count > INT32_MAX) {
        by_fail(err, BY_LIMIT, "%s %s of %s: a series of over %d bars; split it", id->symbol,
                id->timeframe, id->dataset, INT32_MAX);
        return BY_ENV_FAILED;
    }
    for (int32_t at = 0; rc == 0 && at < m->bars->count;) {
        rc = merge_piece(table, m, &at, &record, err);
    }
    if (rc == 0 && m->wrote) {
        record.fetched_time = m->fetched_time;
        rc = by_record_put(table, id, &record);
    }
    return rc;
}
