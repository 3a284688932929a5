/* SPDX-License-Identifier: MIT */
#include "mend.h"

#include <errno.h>
#include <stdlib.h>

/* Counts a sound chunk; 0 when it does not come after those before it. */
static int count_chunk(by_record *record, const by_bars *bars) {
    if (record->chunk_count > 0 && bars->time[0] <= record->last_time) {
        return 0;
    }
    record->first_time = record->chunk_count == 0 ? bars->time[0] : record->first_time;
    record->last_time = bars->time[bars->count - 1];
    record->bar_count += bars->count;
    record->chunk_count++;
    return 1;
}

/* Walks the chunks, drops the damaged ones and counts the others. */
static int sift(by_table *table, const by_series_id *id, by_record *record, int *dropped) {
    by_chunk chunk;
    int64_t time = INT64_MIN;
    int rc;
    while ((rc = by_chunk_after(table, id, time, &chunk)) == 0) {
        int nomem;
        time = chunk.first_time;
        int sound = by_chunk_verify(id, &chunk, &nomem) == NULL;
        if (nomem) {
            return ENOMEM;
        }
        sound = sound && count_chunk(record, &chunk.bars);
        free(chunk.copy);
        if (!sound) {
            *dropped = 1;
            rc = by_chunk_delete(table, id, time);
        }
        if (rc != 0) {
            return rc;
        }
    }
    return rc == MDB_NOTFOUND ? 0 : rc;
}

int by_series_mend(by_table *table, const by_series_id *id, int *mended) {
    by_record record = {0}, found = {.version = BY_RECORD_VERSION, .record_bytes = sizeof found};
    by_key key;
    by_error ignored;
    *mended = 0;
    int damaged = by_record_get(table, id, &record, &ignored);
    if (damaged != 0 && damaged != MDB_NOTFOUND && damaged != BY_ENV_FAILED) {
        return damaged;
    }
    found.fetched_time = damaged == 0 ? record.fetched_time : 0;
    int rc = sift(table, id, &found, mended);
    if (rc != 0) {
        return rc;
    }
    *mended |= damaged == BY_ENV_FAILED || found.bar_count != record.bar_count ||
               found.chunk_count != record.chunk_count || found.first_time != record.first_time ||
               found.last_time != record.last_time;
    if (*mended == 0) {
        return 0;
    }
    by_series_record_key(id, &key);
    return found.chunk_count > 0 ? by_record_put(table, id, &found) : by_table_delete(table, &key);
}
