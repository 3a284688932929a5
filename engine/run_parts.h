/* SPDX-License-Identifier: MIT
 *
 * The inside of a run.
 */
#ifndef BY_RUN_PARTS_H
#define BY_RUN_PARTS_H

#include "rows.h"
#include "run.h"

/* by_run_new with tiles of `tile_days` where that is possible; 0 for what is best. */
by_status run_new(const by_columns *columns, const int32_t *digits, by_range asked,
                  int32_t tile_days, by_run **out, by_error *err);
/* The run over the sessions of `range`; row[i] is the target of session i, a row of `pool`. */
by_status run_account(const by_columns *columns, const int32_t *digits, by_range range,
                      const row_pool *pool, const int32_t *row, by_run **out, by_error *err);

#endif
