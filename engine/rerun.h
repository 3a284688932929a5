/* SPDX-License-Identifier: MIT
 *
 * Runs of the same plan over the same sessions, one after the other, each under other values of its
 * params: what did not change from one to the next is not computed again. A rerun belongs to one
 * thread.
 */
#ifndef BY_RERUN_H
#define BY_RERUN_H

#include "run.h"

typedef struct by_rerun by_rerun;

/* Opens one within the rows of `asked`. `columns` is borrowed until by_rerun_free. The walk that it
 * keeps takes at most `memory_bytes_max` bytes, about; where that is too little, and where the
 * sessions are so many that they are walked in tiles, each run is computed from nothing. */
BY_API by_status by_rerun_new(const by_columns *columns, by_range asked, int64_t memory_bytes_max,
                              by_rerun **out, by_error *err);
/* The run under `digits`, the same to the last bit as that of by_run_new, with the same failures;
 * after one of them the next run is computed from nothing. */
BY_API by_status by_rerun_run(by_rerun *rerun, const int32_t *digits, by_run **out, by_error *err);
/* How many parts of the plan the last run had to compute; -1 where it was computed from nothing. */
BY_API int64_t by_rerun_computed(const by_rerun *rerun);
BY_API void by_rerun_free(by_rerun *rerun);

#endif
