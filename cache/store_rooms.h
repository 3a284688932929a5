/* SPDX-License-Identifier: MIT
 *
 * What the rooms of the bar store share: the handle, and how records and chunks are fetched.
 * Private to store.c, merge.c and snapshot.c.
 */
#ifndef BY_STORE_ROOMS_H
#define BY_STORE_ROOMS_H

#include "env.h"
#include "series.h"

struct by_store {
    by_env *env;
};

/* Fetches a record. 0, MDB_NOTFOUND, another code of LMDB, or BY_ENV_FAILED with `err` filled when
 * it is damaged. */
int by_record_get(MDB_txn *txn, MDB_dbi dbi, const by_series_id *id, by_record *out, by_error *err);
/* Fetches a chunk and verifies it. The columns lie in the map, or in *copy (freed by the caller,
 * NULL when there is none) when the map has them unaligned. Same answers; a chunk that is missing
 * counts as damaged. `record` may be NULL; it tells messages the range. */
int by_chunk_get(MDB_txn *txn, MDB_dbi dbi, const by_series_id *id, const by_record *record,
                 int32_t index, by_bars *out, void **copy, by_error *err);
/* NULL when the bars keep the promises of bars.h (rising times, finite positive prices), else what
 * is wrong; *at is the first bad bar. Columns may be NULL. */
const char *by_bars_fault(const by_bars *bars, int32_t *at);

/* A put as a write job: `context` is a by_merge. */
typedef struct by_merge {
    const by_series_id *id;
    const by_bars *bars; /* no column NULL */
    int32_t replace;
    int64_t fetched_time;
    by_put_counts counts;
} by_merge;
int by_merge_job(MDB_txn *txn, MDB_dbi dbi, void *context, by_error *err);

#endif
