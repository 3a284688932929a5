/* SPDX-License-Identifier: MIT
 *
 * Finds and verifies the record and the chunks of a series. Private to cache/.
 *
 * Functions that return int answer 0, MDB_NOTFOUND, another code of LMDB or errno, or BY_ENV_FAILED
 * with `err` filled when something is damaged.
 */
#ifndef BY_CHUNKS_H
#define BY_CHUNKS_H

#include "env.h"
#include "series.h"
#include "table.h"

typedef struct by_chunk {
    int64_t first_time; /* as its key tells */
    MDB_val value;
    by_bars bars; /* from by_chunk_open on */
    void *copy;   /* of the value where the map has it unaligned; the caller's */
} by_chunk;

int by_record_get(by_table *table, const by_series_id *id, by_record *out, by_error *err);
int by_record_put(by_table *table, const by_series_id *id, const by_record *record);

/* The first chunk that begins behind `time`; its value is not looked at. */
int by_chunk_after(by_table *table, const by_series_id *id, int64_t time, by_chunk *out);
/* The last chunk that begins at or before `time`. */
int by_chunk_upto(by_table *table, const by_series_id *id, int64_t time, by_chunk *out);
/* NULL and the bars, or what is wrong with the chunk. `nomem` tells that memory was short. */
const char *by_chunk_verify(const by_series_id *id, by_chunk *chunk, int *nomem);
/* Verifies a chunk and sets its bars. They lie in the map, or in chunk->copy. */
int by_chunk_open(by_table *table, const by_series_id *id, by_chunk *chunk, by_error *err);
int by_chunk_put(by_table *table, const by_series_id *id, const by_bars *bars, int32_t from,
                 int32_t count);
int by_chunk_delete(by_table *table, const by_series_id *id, int64_t first_time);

/* The place of the first of `count` rising times that is not below `time`. */
int32_t by_time_find(const int64_t *times, int32_t count, int64_t time);

#endif
