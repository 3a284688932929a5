/* SPDX-License-Identifier: MIT
 *
 * A sweep: all combos of a space, evaluated on several threads.
 *
 * The caller gives the combos in an order in which neighbours differ little (see by_sweep_order): a
 * worker keeps the state of every node and computes only what changed from one combo to the next.
 * Combos are cut into chunks of by_sweep_chunk_size positions; results come out a chunk at a time,
 * in any order. The results of a combo do not depend on order, chunks or threads, to the last bit.
 */
#ifndef BY_SWEEP_H
#define BY_SWEEP_H

#include "moments.h"
#include "run.h"

/* BY_CHUNK_COMBOS: the most that a chunk has. BY_DIGIT_NONE: a param that does not matter under the
 * others; its first value stands for it. */
enum { BY_CHUNK_COMBOS = 256, BY_DIGIT_NONE = 0xffff };

typedef struct by_sweep by_sweep;

/* Takes the results of a chunk from the worker that computed them, maybe beside other workers. A
 * failure ends the sweep. */
typedef by_status (*by_sweep_taker)(void *context, int32_t first, int32_t count,
                                    const by_result *results, by_error *err);

typedef struct by_sweep_options {
    by_range asked;
    int32_t thread_count;
    int32_t alone;             /* 1: each combo is computed from nothing */
    int64_t memory_bytes_max;  /* of columns, workers and memo; 0: no limit. One worker with the
                                  least that it needs is started anyway */
    const uint8_t *chunk_done; /* [chunk count] or NULL: chunks with 1 are skipped; borrowed until
                                  by_sweep_free */
    const by_range *windows;   /* of which the moments are wanted (by_sweep_moments); borrowed until
                                  by_sweep_free */
    int32_t window_count;
    by_sweep_taker taker; /* NULL: they wait for by_sweep_take */
    void *taker_context;
} by_sweep_options;

typedef struct by_sweep_counts {
    int64_t combos_done;        /* finished by the workers, and taken where there is a taker */
    int64_t nodes_asked;        /* parts of the plan times combos */
    int64_t nodes_computed;     /* of these, how many had to be computed */
    double busy_seconds;        /* summed over the workers */
    int64_t memory_bytes_least; /* of columns and workers, without what they like to remember */
} by_sweep_counts;

/* Writes the order in which to walk the params, slowest changing first, into order[param_count]:
 * what makes indicators, filters and many nodes change comes first. */
BY_API void by_sweep_order(const by_plan *plan, int32_t *order);

/* How many combos the chunks of a sweep of `combo_count` combos have, the last one the rest: as
 * many as BY_CHUNK_COMBOS in large sweeps, less in small ones, so that each thread gets work.
 * Depends on nothing else. */
BY_API int32_t by_sweep_chunk_size(int32_t combo_count);

/* Starts the workers. digits[position * param_count + param] of `combo_count` combos and `columns`
 * are borrowed until by_sweep_free. A combo without a session gets NaN metrics and return_count -1.
 * Where memory is short, fewer threads are started. */
BY_API by_status by_sweep_start(const by_columns *columns, const uint16_t *digits,
                                int32_t combo_count, const by_sweep_options *options,
                                by_sweep **out, by_error *err);
/* Waits up to `timeout_ms` for a finished chunk. Returns 1 and the chunk's first position, count
 * and results (borrowed until the next call on this sweep), 0 after the time-out, -1 when all
 * chunks were taken, -2 when the sweep failed or was cancelled and nothing is left to take (then
 * by_sweep_finish tells why). Where there is a taker it only
 * waits, and the pointers may be NULL. */
BY_API int32_t by_sweep_take(by_sweep *sweep, int32_t timeout_ms, int32_t *first, int32_t *count,
                             const by_result **results);
/* The moments of the chunk taken last, [count][window_count], borrowed like its results. */
BY_API const by_moments *by_sweep_moments(const by_sweep *sweep);
BY_API void by_sweep_count(by_sweep *sweep, by_sweep_counts *out);
/* Asks the workers to stop after their current chunk. May be called from a signal handler. */
BY_API void by_sweep_cancel(by_sweep *sweep);
/* Waits for the workers; BY_CANCELLED after by_sweep_cancel, BY_NOMEM when a worker ran out of
 * memory. */
BY_API by_status by_sweep_finish(by_sweep *sweep, by_error *err);
BY_API void by_sweep_free(by_sweep *sweep);

#endif
