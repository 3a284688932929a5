/* SPDX-License-Identifier: MIT
 *
 * What the rooms of the bar store share: the handles, and what bars promise. Private to cache/.
 */
#ifndef BY_STORE_ROOMS_H
#define BY_STORE_ROOMS_H

#include <pthread.h>

#include "chunks.h"

struct by_store {
    by_env *env;
};

/* Memory that lives as long as the snapshot. */
struct by_held;

struct by_snapshot {
    by_env *env;
    by_table table;
    pthread_mutex_t lock; /* one thread at a time in the transaction */
    struct by_held *held;
};

/* Hands memory to the snapshot; frees it and returns 0 when there is no room to remember it. */
int by_snapshot_hold(by_snapshot *snapshot, void *memory);

/* NULL when the bars keep the promises of bars.h (rising times, finite positive prices), else what
 * is wrong; *at is the first bad bar. Columns may be NULL. */
const char *by_bars_fault(const by_bars *bars, int32_t *at);
/* The same for those of a series from outside (asof.h): rising times, finite values. */
const char *by_asof_fault(const by_bars *bars, int32_t *at);
/* Whether an id is that of a series from outside. */
int by_series_is_asof(const by_series_id *id);
/* Removes all chunks of a series and both records. *found is the number of entries. */
int by_series_drop(by_table *table, const by_series_id *id, int64_t *found);

#endif
