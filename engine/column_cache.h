/* SPDX-License-Identifier: MIT
 *
 * Columns when there is no room for all of them: a number of slots, in which a column is computed
 * when somebody takes it, in the place of the one that was taken longest ago. A column that is held
 * stays where it is. Computing it again gives the same bits.
 */
#ifndef BY_COLUMN_CACHE_H
#define BY_COLUMN_CACHE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct column_slot {
    int64_t taken;  /* when, by the cache's count */
    int32_t column; /* -1 for none */
    int32_t holders;
    bool ready; /* false while it is computed */
} column_slot;

typedef struct column_cache {
    pthread_mutex_t lock; /* guards all but data, whose slots belong to who holds them */
    pthread_cond_t changed;
    column_slot *slots;
    int32_t *slot_of; /* [column]; -1 for none */
    double *data;     /* [slot][stride] */
    size_t stride;
    int64_t taken;
    int32_t slot_count;
} column_cache;

/* Borrows `data`, memory for `slot_count` slots. False when memory is short. */
bool column_cache_open(column_cache *cache, int32_t column_count, int32_t slot_count, double *data,
                       size_t stride);
void column_cache_close(column_cache *cache);
/* Takes a column. When it is not there, *computes is set: then the caller fills it and calls
 * column_cache_ready. Waits while all slots are held, or the column is computed by another thread.
 */
double *column_cache_take(column_cache *cache, int32_t column, bool *computes);
/* The same for a column that is there; NULL when it is not. */
double *column_cache_find(column_cache *cache, int32_t column);
void column_cache_ready(column_cache *cache, int32_t column);
void column_cache_release(column_cache *cache, int32_t column);

#endif
