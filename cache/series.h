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
enum { BY_RECORD_VERSION = 1, BY_COVERAGE_MAX = 1 << 20 };

/* A stretch of time that a source was asked for, both ends inclusive. */
typedef struct by_interval {
    int64_t first;
    int64_t last;
} by_interval;

/* The payload of a series' record; coverage[coverage_count] stands behind it. What a later version
 * adds goes between the two, and record_bytes grows. */
typedef struct by_record {
    uint32_t version;
    uint32_t record_bytes; /* where the coverage begins */
    int64_t bar_count;
    int64_t first_time;
    int64_t last_time;
    int64_t fetched_time;
    int32_t chunk_count;
    uint32_t coverage_count;
} by_record;

/* NULL when all three names of an id can be used in a key, else what is wrong. */
const char *by_series_fault(const by_series_id *id);
void by_series_record_key(const by_series_id *id, by_key *out);
void by_series_chunk_key(const by_series_id *id, int32_t chunk, by_key *out);
/* The id in the key of a record; 0 when it is not one. */
int by_series_of_key(const void *key, size_t size_bytes, by_series_id *out);
/* Copies the fixed part of the record in a value out. NULL or what is wrong with it. */
const char *by_record_read(const void *value, size_t size_bytes, const by_key *key, by_record *out);
void by_record_write(by_block *block, const by_record *record, const by_interval *coverage,
                     const by_key *key);

/* The columns of the chunk in a value (8-aligned), checksum verified. NULL or what is wrong. */
const char *by_chunk_read(const void *value, size_t size_bytes, const by_key *key, int32_t index,
                          by_bars *out);
/* Fills a block of by_block_size(count * BY_BAR_BYTES) bytes with bars [from, from + count). */
void by_chunk_write(by_block *block, const by_bars *bars, int32_t from, int32_t count,
                    int32_t index, const by_key *key);

#endif
