/* SPDX-License-Identifier: MIT
 *
 * Merges bars into a series: what is there is compared in place, and only the chunks from the
 * first difference on are written again.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "store_rooms.h"

/* The series as it is, and what becomes of it. */
typedef struct state {
    MDB_txn *txn;
    MDB_dbi dbi;
    by_merge *merge;
    int32_t chunk_count;
    by_bars *chunks; /* count 0: damaged, to be dropped */
    void **copies;
    int32_t first_damaged; /* chunk_count when none is */
    int record_damaged;
    int64_t first_dirty_time;
    double *merged; /* memory of the columns */
} state;

static int same(double a, double b) {
    return a == b || (isnan(a) && isnan(b));
}

static int same_bar(const by_bars *a, int32_t i, const by_bars *b, int32_t j) {
    return same(a->open[i], b->open[j]) && same(a->high[i], b->high[j]) &&
           same(a->low[i], b->low[j]) && same(a->close[i], b->close[j]) &&
           same(a->volume[i], b->volume[j]);
}

/* How many chunks there are below a record that cannot be read. */
static int count_chunks(state *s, int32_t *out) {
    int rc = 0;
    for (*out = 0; *out < BY_CHUNKS_MAX; ++*out) {
        by_key key;
        by_series_chunk_key(s->merge->id, *out, &key);
        MDB_val name = by_env_key(&key), value;
        rc = mdb_get(s->txn, s->dbi, &name, &value);
        if (rc != 0) {
            break;
        }
    }
    return rc == MDB_NOTFOUND ? 0 : rc;
}

/* Damage is an error, unless the bars are to be replaced: then what is damaged is dropped. */
static int load(state *s, by_error *err) {
    by_record record;
    int rc = by_record_get(s->txn, s->dbi, s->merge->id, &record, err);
    if (rc == MDB_NOTFOUND) {
        return 0;
    }
    s->record_damaged = rc == BY_ENV_FAILED && s->merge->replace;
    s->chunk_count = rc == 0 ? record.chunk_count : 0;
    rc = s->record_damaged ? count_chunks(s, &s->chunk_count) : rc;
    if (rc != 0) {
        return rc;
    }
    size_t room = (size_t)s->chunk_count + 1;
    s->chunks = calloc(room, sizeof *s->chunks);
    s->copies = calloc(room, sizeof *s->copies);
    if (s->chunks == NULL || s->copies == NULL) {
        return ENOMEM;
    }
    s->first_damaged = s->chunk_count;
    for (int32_t c = 0; c < s->chunk_count; c++) {
        rc = by_chunk_get(s->txn, s->dbi, s->merge->id, s->record_damaged ? NULL : &record, c,
                          &s->chunks[c], &s->copies[c], err);
        if (rc == BY_ENV_FAILED && s->merge->replace) {
            s->chunks[c] = (by_bars){0};
            s->first_damaged = c < s->first_damaged ? c : s->first_damaged;
        } else if (rc != 0) {
            return rc;
        }
    }
    return 0;
}

static void note_dirty(state *s, int64_t time) {
    s->first_dirty_time = time < s->first_dirty_time ? time : s->first_dirty_time;
}

/* Counts what the new bars would add and change. */
static void compare(state *s) {
    const by_bars *bars = s->merge->bars;
    by_put_counts *counts = &s->merge->counts;
    int32_t c = 0, i = 0;
    *counts = (by_put_counts){0};
    s->first_dirty_time = INT64_MAX;
    for (int32_t j = 0; j < bars->count; j++) {
        int64_t time = bars->time[j];
        while (c < s->chunk_count &&
               (s->chunks[c].count == 0 || s->chunks[c].time[s->chunks[c].count - 1] < time)) {
            c++;
            i = 0;
        }
        while (c < s->chunk_count && s->chunks[c].time[i] < time) {
            i++;
        }
        if (c == s->chunk_count || s->chunks[c].time[i] != time) {
            counts->added++;
            note_dirty(s, time);
        } else if (same_bar(&s->chunks[c], i, bars, j)) {
            counts->unchanged++;
        } else {
            if (counts->changed++ == 0) {
                counts->first_changed_time = time;
            }
            if (s->merge->replace) {
                counts->replaced = 1;
                note_dirty(s, time);
            }
        }
    }
}

/* The first chunk that has to be written. */
static int32_t first_to_write(const state *s) {
    int32_t c = 0;
    while (c < s->first_damaged &&
           (s->chunks[c].time[s->chunks[c].count - 1] < s->first_dirty_time &&
            (c + 1 < s->chunk_count || s->chunks[c].count == BY_CHUNK_BARS))) {
        c++;
    }
    /* Dropping what is damaged could leave nothing to write: take a sound chunk along. */
    return s->record_damaged ? 0 : c > 0 && s->first_damaged < s->chunk_count ? c - 1 : c;
}

static int64_t bars_before(const state *s, int32_t chunk) {
    int64_t count = 0;
    for (int32_t c = 0; c < chunk; c++) {
        count += s->chunks[c].count;
    }
    return count;
}

static void copy_bars(double **column, int64_t *time, int32_t to, const by_bars *from, int32_t at,
                      int32_t count) {
    size_t size = (size_t)count * 8;
    memcpy(time + to, from->time + at, size);
    memcpy(column[0] + to, from->open + at, size);
    memcpy(column[1] + to, from->high + at, size);
    memcpy(column[2] + to, from->low + at, size);
    memcpy(column[3] + to, from->close + at, size);
    memcpy(column[4] + to, from->volume + at, size);
}

/* The bars of the chunks from `first` on together with the new ones. */
static int merge_bars(state *s, int32_t first, by_bars *out) {
    const by_bars *bars = s->merge->bars;
    int64_t most = bars->count;
    int64_t after = first > 0 ? s->chunks[first - 1].time[s->chunks[first - 1].count - 1] : 0;
    for (int32_t c = first; c < s->chunk_count; c++) {
        most += s->chunks[c].count;
    }
    if (most > INT32_MAX) {
        return ENOMEM;
    }
    s->merged = malloc((size_t)most * BY_BAR_BYTES);
    if (s->merged == NULL) {
        return ENOMEM;
    }
    int64_t *time = (int64_t *)(void *)s->merged;
    double *column[5];
    for (int i = 0; i < 5; i++) {
        column[i] = s->merged + (i + 1) * most;
    }
    int32_t n = 0, j = 0;
    while (first > 0 && j < bars->count && bars->time[j] <= after) {
        j++;
    }
    for (int32_t c = first; c < s->chunk_count; c++) {
        const by_bars *old = &s->chunks[c];
        for (int32_t i = 0; i < old->count; i++) {
            for (; j < bars->count && bars->time[j] < old->time[i]; j++) {
                copy_bars(column, time, n++, bars, j, 1);
            }
            int both = j < bars->count && bars->time[j] == old->time[i];
            int take_new = both && s->merge->replace;
            copy_bars(column, time, n++, take_new ? bars : old, take_new ? j : i, 1);
            j += both;
        }
    }
    copy_bars(column, time, n, bars, j, bars->count - j);
    *out =
        (by_bars){n + bars->count - j, time, column[0], column[1], column[2], column[3], column[4]};
    return 0;
}

static int write_record(state *s, int32_t chunk_count, int64_t bar_count, int64_t first_time,
                        int64_t last_time) {
    by_key key;
    by_block *block;
    by_interval coverage = {first_time, last_time};
    by_record record = {.version = BY_RECORD_VERSION,
                        .record_bytes = sizeof record,
                        .bar_count = bar_count,
                        .first_time = first_time,
                        .last_time = last_time,
                        .fetched_time = s->merge->fetched_time,
                        .chunk_count = chunk_count,
                        .coverage_count = 1};
    by_series_record_key(s->merge->id, &key);
    int rc = by_env_reserve(s->txn, s->dbi, &key, by_block_size(sizeof record + sizeof coverage),
                            &block);
    if (rc == 0) {
        by_record_write(block, &record, &coverage, &key);
    }
    return rc;
}

/* Writes `bars` as the chunks from `first` on, and the record. */
static int write_chunks(state *s, int32_t first, const by_bars *bars) {
    int64_t kept = bars_before(s, first);
    int64_t first_time = first > 0 ? s->chunks[0].time[0] : bars->time[0];
    int32_t chunk = first;
    for (int32_t from = 0; from < bars->count; from += BY_CHUNK_BARS, chunk++) {
        int32_t left = bars->count - from, count = left < BY_CHUNK_BARS ? left : BY_CHUNK_BARS;
        by_key key;
        by_block *block;
        by_series_chunk_key(s->merge->id, chunk, &key);
        int rc = by_env_reserve(s->txn, s->dbi, &key, by_block_size((size_t)count * BY_BAR_BYTES),
                                &block);
        if (rc != 0) {
            return rc;
        }
        by_chunk_write(block, bars, from, count, chunk, &key);
    }
    for (int32_t gone = chunk; gone < s->chunk_count; gone++) {
        by_key key;
        by_series_chunk_key(s->merge->id, gone, &key);
        MDB_val name = by_env_key(&key);
        int rc = mdb_del(s->txn, s->dbi, &name, NULL);
        if (rc != 0 && rc != MDB_NOTFOUND) {
            return rc;
        }
    }
    return write_record(s, chunk, kept + bars->count, first_time, bars->time[bars->count - 1]);
}

static int merge_and_write(state *s) {
    by_bars merged;
    if (s->chunk_count == 0) {
        return write_chunks(s, 0, s->merge->bars);
    }
    int32_t first = first_to_write(s);
    int rc = merge_bars(s, first, &merged);
    if (rc != 0) {
        return rc;
    }
    if (bars_before(s, first) + merged.count > INT32_MAX) {
        return ENOMEM;
    }
    return write_chunks(s, first, &merged);
}

int by_merge_job(MDB_txn *txn, MDB_dbi dbi, void *context, by_error *err) {
    state s = {.txn = txn, .dbi = dbi, .merge = context};
    int rc = load(&s, err);
    if (rc == 0) {
        compare(&s);
        int dirty =
            s.first_dirty_time != INT64_MAX || s.first_damaged < s.chunk_count || s.record_damaged;
        rc = dirty ? merge_and_write(&s) : BY_ENV_NOTHING;
    }
    for (int32_t c = 0; s.copies != NULL && c < s.chunk_count; c++) {
        free(s.copies[c]);
    }
    free(s.copies);
    free(s.chunks);
    free(s.merged);
    return rc;
}
