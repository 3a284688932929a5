/* SPDX-License-Identifier: MIT
 *
 * How a series lies in the bar store: its keys, its record and its chunks. Private to cache/.
 */
#ifndef BY_SERIES_H
#define BY_SERIES_H

#include "block.h"
#include "store.h"

/* Header, six columns and the head of the page fill 32 pages of 4096 bytes to the last byte. */
enum { BY_CHUNK_BARS = 2729, BY_COLUMN_COUNT = 6, BY_BAR_BYTES = 8 * BY_COLUMN_COUNT };
enum { BY_CHUNKS_MAX = INT32_MAX / BY_CHUNK_BARS };
enum { BY_RECORD_VERSION = 2 };

/* The payload of a series' record. What a later version adds goes behind it, and record_bytes
 * grows. */
typedef struct by_record {
    uint32_t version;
    uint32_t record_bytes;
    int64_t bar_count;
    int64_t first_time;
    int64_t last_time;
    int64_t fetched_time;
    int32_t chunk_count;
    int32_t reserved;
} by_record;

/* NULL when all three names of an id can be used in a key, else what is wrong. */
const char *by_series_fault(const by_series_id *id);
void by_series_record_key(const by_series_id *id, by_key *out);
/* `first_time` is that of the chunk's first bar. */
void by_series_chunk_key(const by_series_id *id, int64_t first_time, by_key *out);
/* 1 and the time when `key` is one of a chunk of this series, else 0. */
int by_series_chunk_time(const by_series_id *id, const void *key, size_t size_bytes, int64_t *out);
void by_series_coverage_key(const by_series_id *id, by_key *out);
/* The same for all series of a provider and a symbol. */
void by_series_actions_key(const by_series_id *id, by_key *out);
/* The id in the key of a record; 0 when it is not one. */
int by_series_of_key(const void *key, size_t size_bytes, by_series_id *out);
/* Copies the record in a value out. NULL or what is wrong with it. */
const char *by_record_read(const void *value, size_t size_bytes, const by_key *key, by_record *out);
/* Fills a block of by_block_size(sizeof *record) bytes. */
void by_record_write(by_block *block, const by_record *record, const by_key *key);

/* The columns of the chunk in a value (8-aligned), checksum verified. NULL or what is wrong. */
const char *by_chunk_read(const void *value, size_t size_bytes, const by_key *key, by_bars *out);
/* Fills a block of by_block_size(count * BY_BAR_BYTES) bytes with bars [from, from + count). */
void by_chunk_write(by_block *block, const by_bars *bars, int32_t from, int32_t count,
                    const by_key *key);

#endif
