/* SPDX-License-Identifier: MIT
 *
 * In which of many spans a series has bars, chunk by chunk, without keeping the map in memory.
 */
#include <stdlib.h>
#include <string.h>

#include "chunks.h"
#include "store_rooms.h"

/* So much of the map may be looked at before it is let go; a look at a whole store would otherwise
 * count all of it as memory of the process. */
enum { READ_MAX = 8 << 20 };

/* Marks the spans from *at on that a chunk has bars in, and leaves *at at the first that later
 * chunks may have bars in. */
static void mark(const by_bars *bars, const by_span *spans, int32_t count, int32_t *at,
                 uint8_t *present) {
    int64_t last = bars->time[bars->count - 1];
    int32_t from = 0;
    for (int32_t i = *at; i < count && spans[i].first <= last; i++) {
        from += by_time_find(bars->time + from, bars->count - from, spans[i].first);
        present[i] |= from < bars->count && bars->time[from] < spans[i].end;
        *at = spans[i].end <= last + 1 ? i + 1 : *at;
    }
}

/* The chunk that may have a bar at or behind `time`. */
static int find(by_table *table, const by_series_id *id, int64_t time, int first, by_chunk *out) {
    int rc = first ? by_chunk_upto(table, id, time, out) : MDB_NOTFOUND;
    return rc == MDB_NOTFOUND ? by_chunk_after(table, id, time, out) : rc;
}

static int scan(by_snapshot *snapshot, const by_series_id *id, const by_span *spans, int32_t count,
                uint8_t *present, by_error *err) {
    by_table *table = &snapshot->table;
    by_chunk chunk;
    int32_t at = 0;
    int64_t time = count > 0 ? spans[0].first : 0;
    for (int first = 1; at < count; first = 0) {
        int rc = find(table, id, time, first, &chunk);
        if (rc != 0 || chunk.first_time >= spans[count - 1].end) {
            return rc == MDB_NOTFOUND ? 0 : rc;
        }
        rc = by_chunk_open(table, id, &chunk, err);
        if (rc != 0) {
            return rc;
        }
        mark(&chunk.bars, spans, count, &at, present);
        time = chunk.bars.time[chunk.bars.count - 1];
        free(chunk.copy);
        if (table->read_bytes > READ_MAX) {
            by_env_trim(snapshot->env);
            table->read_bytes = 0;
        }
    }
    return 0;
}

by_status by_snapshot_presence(by_snapshot *snapshot, const by_series_id *id, const by_span *spans,
                               int32_t count, uint8_t *present, by_error *err) {
    const char *fault = by_series_fault(id);
    if (fault != NULL) {
        return by_fail(err, BY_USAGE, "bar store: %s", fault);
    }
    memset(present, 0, count > 0 ? (size_t)count : 0);
    pthread_mutex_lock(&snapshot->lock);
    int rc = scan(snapshot, id, spans, count, present, err);
    pthread_mutex_unlock(&snapshot->lock);
    if (rc != 0) {
        return rc == BY_ENV_FAILED ? BY_DATA : by_env_fail(snapshot->env, rc, "read", err);
    }
    return BY_OK;
}
