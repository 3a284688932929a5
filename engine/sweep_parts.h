/* SPDX-License-Identifier: MIT
 *
 * The inside of a sweep: its chunks on their way from the workers to the caller.
 */
#ifndef BY_SWEEP_PARTS_H
#define BY_SWEEP_PARTS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "sweep.h"
#include "tile_walk.h"

enum { SWEEP_THREADS_MAX = 256 };

/* A chunk with its results. Buffers are few: workers wait when the caller is slow. */
typedef struct sweep_chunk {
    struct sweep_chunk *next;
    int32_t first;
    int32_t count;
    by_moments *moments; /* [chunk size][window_count] */
    by_result results[BY_CHUNK_COMBOS];
} sweep_chunk;

/* Chunks that a worker has before it: next .. end - 1. */
typedef struct sweep_span {
    int32_t next;
    int32_t end;
} sweep_span;

struct by_sweep {
    const by_columns *columns;
    const uint16_t *digits;
    int32_t combo_count;
    int32_t chunk_size;
    int32_t chunk_count;
    by_sweep_options options;
    by_range range; /* the sessions that any combo can have */
    mask_memo memo;
    tile_limits tiles; /* tile_days 0: walked as a whole */
    int64_t pool_bytes_max;
    atomic_int cancelled;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t ready_changed;
    pthread_cond_t free_changed;
    sweep_chunk *ready_first;
    sweep_chunk *ready_last;
    sweep_chunk *free;
    sweep_chunk *taken;
    int32_t running;
    int32_t joined; /* workers that have got their number */
    sweep_span spans[SWEEP_THREADS_MAX];
    by_sweep_counts counts;
    by_error error;
    int32_t thread_count;
    pthread_t threads[SWEEP_THREADS_MAX];
    sweep_chunk *chunks; /* memory of the buffers */
    by_moments *moments;
};

/* Makes `count` buffers; false when memory is short. */
bool sweep_queue_open(by_sweep *sweep, int32_t count);
void sweep_queue_close(by_sweep *sweep);
/* Gives each of the threads that were started its part of the chunks, under the lock. */
void sweep_deal_chunks(by_sweep *sweep);
/* The next chunk of a worker: of its own part, in order, so that little changes from one to the
 * next; then of half of what another one has before it. -1 when none is left. */
int32_t sweep_next_chunk(by_sweep *sweep, int32_t worker);
/* Waits for a free buffer; NULL when the sweep is cancelled. */
sweep_chunk *sweep_get_free(by_sweep *sweep);
/* Hands a finished chunk to the caller. */
void sweep_put_ready(by_sweep *sweep, sweep_chunk *done);
/* Gives the buffer of a chunk back that the taker took. */
void sweep_put_free(by_sweep *sweep, sweep_chunk *taken);

/* by_sweep_start with tiles of `tile_days` where that is possible; 0 for what is best. */
by_status sweep_start(const by_columns *columns, const uint16_t *digits, int32_t combo_count,
                      const by_sweep_options *options, int32_t tile_days, by_sweep **out,
                      by_error *err);
/* Sets memo, tiles and pool_bytes_max by the memory that there may be, and takes from *workers
 * those for which there is none, all but one. BY_NOMEM is the only failure. */
by_status sweep_divide_memory(by_sweep *sweep, int32_t tile_days, int32_t *workers, by_error *err);

/* A worker: evaluates chunks until there are no more. For pthread_create; `sweep` is a by_sweep. */
void *sweep_work(void *sweep);

#endif
