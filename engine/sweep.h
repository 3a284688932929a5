/* SPDX-License-Identifier: MIT
 *
 * A sweep: all combos of a space, evaluated on several threads.
 *
 * The caller gives the combos in an order in which neighbours differ little (see by_sweep_order): a
 * worker keeps the state of every node and computes only what changed from one combo to the next.
 * Combos are cut into chunks of BY_CHUNK_COMBOS positions; results come out a chunk at a time, in
 * any order. The results of a combo do not depend on order, chunks or threads, to the last bit.
 */
#ifndef BY_SWEEP_H
#define BY_SWEEP_H

#include "run.h"

enum { BY_CHUNK_COMBOS = 256 };

typedef struct by_sweep by_sweep;

typedef struct by_sweep_options {
    by_range asked;
    int32_t thread_count;
    int32_t reserved;
    const uint8_t *chunk_done; /* [chunk count] or NULL: chunks with 1 are skipped; borrowed until
                                  by_sweep_free */
} by_sweep_options;

typedef struct by_sweep_counts {
    int64_t combos_done;    /* finished by the workers, taken or not */
    int64_t nodes_asked;    /* distinct nodes times combos */
    int64_t nodes_computed; /* of these, how many had to be looked at */
    double busy_seconds;    /* summed over the workers */
} by_sweep_counts;

/* Writes the order in which to walk the params, slowest changing first, into order[param_count]:
 * what makes indicators, filters and many nodes change comes first. */
BY_API void by_sweep_order(const by_plan *plan, int32_t *order);

/* Starts the workers. digits[position * param_count + param] of `combo_count` combos and `columns`
 * are borrowed until by_sweep_free. A combo without a session gets NaN metrics and return_count -1.
 */
BY_API by_status by_sweep_start(const by_columns *columns, const uint16_t *digits,
                                int32_t combo_count, const by_sweep_options *options,
                                by_sweep **out, by_error *err);
/* Waits up to `timeout_ms` for a finished chunk. Returns 1 and the chunk's first position, count
 * and results (borrowed until the next call on this sweep), 0 after the time-out, -1 when all
 * chunks were taken, -2 when the sweep failed or was cancelled and nothing is left to take (then
 * by_sweep_finish tells why). */
BY_API int32_t by_sweep_take(by_sweep *sweep, int32_t timeout_ms, int32_t *first, int32_t *count,
                             const by_result **results);
BY_API void by_sweep_count(by_sweep *sweep, by_sweep_counts *out);
/* Asks the workers to stop after their current chunk. May be called from a signal handler. */
BY_API void by_sweep_cancel(by_sweep *sweep);
/* Waits for the workers; BY_CANCELLED after by_sweep_cancel, BY_NOMEM when a worker ran out of
 * memory. */
BY_API by_status by_sweep_finish(by_sweep *sweep, by_error *err);
BY_API void by_sweep_free(by_sweep *sweep);

#endif
