/* SPDX-License-Identifier: MIT */
#include "rewrite.h"

/* A neighbour may be this many times as long as what is joined to it: else bars that come one by
 * one would have their whole chunk written again each time. The number is another one for each
 * series: else series that grow together would all be joined in the same transaction, which keeps
 * what it writes in memory. */
enum { JOIN_RATIO_LEAST = 8, JOIN_RATIO_RANGE = 16 };

typedef struct plan {
    int32_t from; /* rows */
    int32_t end;
    int32_t first_chunk; /* chunks that are replaced */
    int32_t end_chunk;
    int32_t join_ratio;
} plan;

int32_t by_rewrite_join_ratio(const by_series_id *id) {
    by_key key;
    by_series_record_key(id, &key);
    return JOIN_RATIO_LEAST +
           (int32_t)(by_hash_words(key.word, key.size_bytes / 8, 0) % JOIN_RATIO_RANGE);
}

static int32_t pieces_of(int64_t count) {
    return (int32_t)((count + BY_CHUNK_BARS - 1) / BY_CHUNK_BARS);
}

static int32_t find(const by_rewrite *r, int64_t time) {
    return by_time_find(r->rows->time, r->rows->count, time);
}

/* The chunks that hold dirty rows, and all rows from their first to their last. */
static plan choose(const by_rewrite *r) {
    plan p = {0};
    while (p.first_chunk < r->chunk_count && r->chunks[p.first_chunk].last_time < r->first_dirty) {
        p.first_chunk++;
    }
    p.end_chunk = p.first_chunk;
    while (p.end_chunk < r->chunk_count && r->chunks[p.end_chunk].first_time <= r->last_dirty) {
        p.end_chunk++;
    }
    int64_t first = r->first_dirty, last = r->last_dirty;
    if (p.first_chunk < p.end_chunk) {
        const by_extent *a = &r->chunks[p.first_chunk], *b = &r->chunks[p.end_chunk - 1];
        first = a->first_time < first ? a->first_time : first;
        last = b->last_time > last ? b->last_time : last;
    }
    p.from = find(r, first);
    p.end = find(r, last + 1);
    return p;
}

/* Whether a neighbour of `count` bars should be written again together with the rows. */
static int joins(const plan *p, int32_t count, int fills) {
    int32_t rows = p->end - p->from;
    return count <= (int64_t)rows * p->join_ratio &&
           (fills || pieces_of((int64_t)rows + count) == pieces_of(rows));
}

static void join(const by_rewrite *r, plan *p) {
    while (p->first_chunk > 0) {
        const by_extent *left = &r->chunks[p->first_chunk - 1];
        int last = r->at_end && p->end_chunk == r->chunk_count;
        if (!joins(p, left->count, last && left->count < BY_CHUNK_BARS)) {
            break;
        }
        p->from = find(r, left->first_time);
        p->first_chunk--;
    }
    while (p->end_chunk < r->chunk_count && joins(p, r->chunks[p->end_chunk].count, 0)) {
        p->end = find(r, r->chunks[p->end_chunk++].last_time + 1);
    }
}

/* Where piece `i` of `pieces` begins. */
static int32_t cut(const by_rewrite *r, const plan *p, int32_t i, int32_t pieces) {
    int32_t count = p->end - p->from;
    if (i == 0 || i == pieces) {
        return i == 0 ? p->from : p->end;
    }
    if (r->at_end && p->end_chunk == r->chunk_count) {
        return p->from + i * BY_CHUNK_BARS;
    }
    if (r->at_start && p->first_chunk == 0) {
        return p->end - (pieces - i) * BY_CHUNK_BARS;
    }
    return p->from + (int32_t)((int64_t)count * i / pieces);
}

static int is_cut(const by_rewrite *r, const plan *p, int32_t pieces, int64_t time) {
    for (int32_t i = 0; i < pieces; i++) {
        if (r->rows->time[cut(r, p, i, pieces)] == time) {
            return 1;
        }
    }
    return 0;
}

int by_rewrite_chunks(by_table *table, const by_series_id *id, by_rewrite *rewrite,
                      by_record *record) {
    plan p = choose(rewrite);
    p.join_ratio = by_rewrite_join_ratio(id);
    join(rewrite, &p);
    by_bars bars = by_rows_bars(rewrite->rows);
    int32_t pieces = pieces_of(p.end - p.from);
    for (int32_t c = p.first_chunk; c < p.end_chunk; c++) {
        record->bar_count -= rewrite->chunks[c].count;
        int rc = is_cut(rewrite, &p, pieces, rewrite->chunks[c].first_time)
                     ? 0
                     : by_chunk_delete(table, id, rewrite->chunks[c].first_time);
        if (rc != 0) {
            return rc;
        }
    }
    for (int32_t i = 0; i < pieces; i++) {
        int32_t from = cut(rewrite, &p, i, pieces);
        int rc = by_chunk_put(table, id, &bars, from, cut(rewrite, &p, i + 1, pieces) - from);
        if (rc != 0) {
            return rc;
        }
    }
    record->bar_count += p.end - p.from;
    record->chunk_count += pieces - (p.end_chunk - p.first_chunk);
    return 0;
}
