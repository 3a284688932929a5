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

#endif
