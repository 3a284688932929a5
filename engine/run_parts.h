/* SPDX-License-Identifier: MIT
 *
 * The inside of a run.
 */
#ifndef BY_RUN_PARTS_H
#define BY_RUN_PARTS_H

#include "run.h"

/* by_run_new with tiles of `tile_days` where that is possible; 0 for what is best. */
by_status run_new(const by_columns *columns, const int32_t *digits, by_range asked,
                  int32_t tile_days, by_run **out, by_error *err);

#endif
