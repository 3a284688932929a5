/* SPDX-License-Identifier: MIT
 *
 * The bar store: series of bars in one LMDB environment, read in place from its map.
 *
 * Keys: "b" dataset NUL timeframe NUL symbol NUL time of the first bar (big endian, so that chunks
 * lie in order) -> a chunk of bars (versioned header with count, first and last time, checksum,
 * then the columns time, open, high, low, close, volume, 8-aligned, little endian); "s" dataset NUL
 * timeframe NUL symbol -> the series' record (chunk and bar counts, span, fetch time); "c" the same
 * -> what the source was asked for, and the bars that were kept aside; "a" provider NUL NUL symbol
 * -> the splits of its shares (actions.h). All of a series changes in one transaction. A dataset
 * whose name ends with "~" is one that is being fetched anew: it is not listed.
 *
 * One environment a process: by_store_open of the same directory twice in one process is refused
 * (BY_STORE). A snapshot is a read transaction; what it hands out lives until it is closed. Close
 * the snapshots of the process before writing: a write that has to make the map larger while one is
 * open is refused (BY_LIMIT), and pages that a snapshot holds cannot be used again. Functions on
 * one store or one snapshot may be called by several threads. A store must not be used across a
 * fork.
 */
#ifndef BY_STORE_H
#define BY_STORE_H

#include "../engine/bars.h"
#include "../engine/status.h"
#include "coverage.h"

enum { BY_SYMBOL_SIZE = 32 }; /* bytes of a symbol, NUL included */
enum {
    BY_DATASET_SIZE = 48
}; /* bytes of a dataset name such as "csv/all" or "sim/all", NUL included */
enum { BY_TIMEFRAME_SIZE = 8 }; /* bytes of a timeframe: "1d" "1h" "5m" "1m", NUL included */

typedef struct by_store by_store;
typedef struct by_snapshot by_snapshot;

typedef struct by_series_id {
    char dataset[BY_DATASET_SIZE];
    char timeframe[BY_TIMEFRAME_SIZE];
    char symbol[BY_SYMBOL_SIZE];
} by_series_id;

typedef struct by_series_info {
    by_series_id id;
    int64_t bar_count;  /* -1: the record is damaged, by_snapshot_check tells how */
    int64_t first_time; /* seconds since 1970 UTC */
    int64_t last_time;
    int64_t fetched_time;
    int64_t size_bytes;
    int32_t chunk_count;
    int32_t reserved;
} by_series_info;

typedef enum by_store_mode { BY_STORE_READ, BY_STORE_WRITE } by_store_mode;

/* What a put did. `changed` bars have other values in the store than in the new bars. */
typedef struct by_put_counts {
    int64_t added;
    int64_t unchanged;
    int64_t changed;
    int64_t first_changed_time; /* time of the first changed bar */
    int32_t replaced;           /* 1 when the changed bars were written */
    int32_t reserved;
} by_put_counts;

/* A bar that was kept aside (kept: stored all the same), and why. */
enum { BY_REFUSAL_REASON_SIZE = 72, BY_REFUSALS_KEPT = 256 };
typedef struct by_refusal {
    int64_t time;
    double open, high, low, close, volume;
    int64_t kept;
    char reason[BY_REFUSAL_REASON_SIZE];
} by_refusal;

/* What a source was asked for, of one series. Lives as long as the snapshot. */
typedef struct by_coverage {
    const by_span *spans; /* rising, not touching */
    int32_t span_count;   /* 0: never asked, or imported from files */
    int32_t refusal_count;
    const by_refusal *refusals; /* by time; the first BY_REFUSALS_KEPT */
    int64_t fetched_time;       /* of the last page */
    int32_t stale; /* 1: the source adjusted its history anew; wait for by_store_adopt */
    int32_t reserved;
} by_coverage;

/* Opens the store in `directory`; WRITE creates it with the folders above it. The structure of the
 * file is proven first, because LMDB crashes on one that was cut short. BY_DATA when there is none
 * or it is damaged, BY_STORE when it cannot be written or belongs to another version or program,
 * BY_LIMIT when the disk is full. */
BY_API by_status by_store_open(const char *directory, int32_t mode, by_store **out, by_error *err);
BY_API void by_store_close(by_store *store);

/* Merges `bars` into a series in one transaction: new times are added (in front, between or
 * behind), equal bars are left alone, changed ones are counted, and written only with `replace`.
 * Nothing is written when nothing is new. Columns other than time and close may be NULL. BY_DATA
 * when bars break the promises of bars.h, or when the series is damaged; with `replace` the damaged
 * chunks are dropped instead, which mends a series whose source is at hand. BY_LIMIT when the disk
 * is full; the store is then as before. */
BY_API by_status by_store_put(by_store *store, const by_series_id *id, const by_bars *bars,
                              int32_t replace, int64_t fetched_time, by_put_counts *counts,
                              by_error *err);

/* The series `fresh` takes the place of `id`, bars, coverage and all, in one transaction. */
BY_API by_status by_store_adopt(by_store *store, const by_series_id *fresh, const by_series_id *id,
                                by_error *err);
/* Removes a series with its coverage. Nothing happens when it is not there. */
BY_API by_status by_store_drop(by_store *store, const by_series_id *id, by_error *err);
/* Writes a compact copy of the store into `directory`, which must be empty or not be there. */
BY_API by_status by_store_copy(by_store *store, const char *directory, by_error *err);

BY_API by_status by_snapshot_open(by_store *store, by_snapshot **out, by_error *err);
BY_API void by_snapshot_close(by_snapshot *snapshot);

/* All series in key order (dataset, timeframe, symbol as bytes); *infos is the caller's, freed with
 * by_snapshot_list_free. */
BY_API by_status by_snapshot_list(by_snapshot *snapshot, by_series_info **infos, int32_t *count,
                                  by_error *err);
BY_API void by_snapshot_list_free(by_series_info *infos);

/* The bars of a series as slices that point into the map, checksums verified. BY_DATA when the
 * store does not have it, with the symbols that come nearest, or when a chunk is damaged (the
 * message has symbol and range). *slices is the snapshot's. */
BY_API by_status by_snapshot_read(by_snapshot *snapshot, const by_series_id *id,
                                  const by_bars **slices, int32_t *slice_count, by_error *err);

/* What the source was asked for; all zero when there is no record of it. BY_DATA when the record is
 * damaged. */
BY_API by_status by_snapshot_coverage(by_snapshot *snapshot, const by_series_id *id,
                                      by_coverage *out, by_error *err);

/* In which of `count` rising spans the series has bars: present[i] becomes 1 or 0; none when it is
 * not there. BY_DATA when a chunk that reaches into the spans is damaged. Does not keep the map in
 * memory, however long the series. */
BY_API by_status by_snapshot_presence(by_snapshot *snapshot, const by_series_id *id,
                                      const by_span *spans, int32_t count, uint8_t *present,
                                      by_error *err);

/* Checks one series: checksums, header versions, order across chunks, finite and positive values,
 * record against chunks, the records of what was fetched and of splits. Returns BY_OK or BY_DATA
 * with the first fault. */
BY_API by_status by_snapshot_check(by_snapshot *snapshot, const by_series_id *id, by_error *err);

#endif
