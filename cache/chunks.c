/* SPDX-License-Identifier: MIT */
#include "chunks.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "when.h"

int by_record_get(by_table *table, const by_series_id *id, by_record *out, by_error *err) {
    by_key key;
    MDB_val value;
    by_series_record_key(id, &key);
    int rc = by_table_get(table, &key, &value);
    if (rc != 0) {
        return rc;
    }
    const char *fault = by_record_read(value.mv_data, value.mv_size, &key, out);
    if (fault != NULL) {
        by_fail(err, BY_DATA,
                "%s %s of %s: its record is damaged: %s. Import it again with --replace, or drop "
                "it (banyan data drop) and fetch it again",
                id->symbol, id->timeframe, id->dataset, fault);
        return BY_ENV_FAILED;
    }
    return 0;
}

int by_record_put(by_table *table, const by_series_id *id, const by_record *record) {
    by_key key;
    by_block *block;
    by_series_record_key(id, &key);
    int rc = by_table_reserve(table, &key, by_block_size(sizeof *record), &block);
    if (rc == 0) {
        by_record_write(block, record, &key);
    }
    return rc;
}

/* Takes an entry that was found for a chunk when it is one of the series. */
static int take(const by_series_id *id, const MDB_val *name, const MDB_val *value, by_chunk *out) {
    *out = (by_chunk){.value = *value};
    return by_series_chunk_time(id, name->mv_data, name->mv_size, &out->first_time) ? 0
                                                                                    : MDB_NOTFOUND;
}

int by_chunk_after(by_table *table, const by_series_id *id, int64_t time, by_chunk *out) {
    by_key key;
    MDB_val name, value;
    by_series_chunk_key(id, time < INT64_MAX ? time + 1 : time, &key);
    int rc = by_table_seek(table, &key, &name, &value);
    return rc == 0 ? take(id, &name, &value, out) : rc;
}

int by_chunk_upto(by_table *table, const by_series_id *id, int64_t time, by_chunk *out) {
    by_key key;
    MDB_val name, value;
    by_series_chunk_key(id, time < INT64_MAX ? time + 1 : time, &key);
    int rc = by_table_seek_below(table, &key, &name, &value);
    return rc == 0 ? take(id, &name, &value, out) : rc;
}

const char *by_chunk_verify(const by_series_id *id, by_chunk *chunk, int *nomem) {
    by_key key;
    const void *data = chunk->value.mv_data;
    by_series_chunk_key(id, chunk->first_time, &key);
    *nomem = 0;
    if ((uintptr_t)data % 8 != 0) {
        chunk->copy = malloc(chunk->value.mv_size);
        if (chunk->copy == NULL) {
            *nomem = 1;
            return NULL;
        }
        data = memcpy(chunk->copy, data, chunk->value.mv_size);
    }
    const char *fault = by_chunk_read(data, chunk->value.mv_size, &key, &chunk->bars);
    if (fault == NULL && chunk->bars.time[0] != chunk->first_time) {
        fault = "its times are wrong";
    }
    if (fault != NULL) {
        free(chunk->copy);
        chunk->copy = NULL;
        chunk->bars = (by_bars){0};
    }
    return fault;
}

/* Names the range: from the chunk's key to that of the next one. */
static int tell_damage(by_table *table, const by_series_id *id, const by_chunk *chunk,
                       const char *fault, by_error *err) {
    char first[BY_WHEN_TEXT_SIZE], next[BY_WHEN_TEXT_SIZE], upto[BY_WHEN_TEXT_SIZE + 16] = " on";
    by_chunk after;
    if (by_chunk_after(table, id, chunk->first_time, &after) == 0) {
        (void)snprintf(upto, sizeof upto, " to before %s", by_when_text(after.first_time, next));
    }
    by_fail(err, BY_DATA,
            "%s %s of %s: chunk of bars from %s%s is damaged: %s. Import it again with "
            "--replace, or drop it (banyan data drop) and fetch it again",
            id->symbol, id->timeframe, id->dataset, by_when_text(chunk->first_time, first), upto,
            fault);
    return BY_ENV_FAILED;
}

int by_chunk_open(by_table *table, const by_series_id *id, by_chunk *chunk, by_error *err) {
    int nomem;
    table->read_bytes += (int64_t)chunk->value.mv_size + BY_TABLE_FAULT_BYTES;
    const char *fault = by_chunk_verify(id, chunk, &nomem);
    if (fault != NULL) {
        return tell_damage(table, id, chunk, fault, err);
    }
    return nomem ? ENOMEM : 0;
}

int by_chunk_put(by_table *table, const by_series_id *id, const by_bars *bars, int32_t from,
                 int32_t count) {
    by_key key;
    by_block *block;
    by_series_chunk_key(id, bars->time[from], &key);
    int rc = by_table_reserve(table, &key, by_block_size((size_t)count * BY_BAR_BYTES), &block);
    if (rc == 0) {
        by_chunk_write(block, bars, from, count, &key);
    }
    return rc;
}

int by_chunk_delete(by_table *table, const by_series_id *id, int64_t first_time) {
    by_key key;
    by_series_chunk_key(id, first_time, &key);
    return by_table_delete(table, &key);
}

int32_t by_time_find(const int64_t *times, int32_t count, int64_t time) {
    int32_t low = 0, high = count;
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        if (times[middle] < time) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}
