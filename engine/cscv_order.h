/* SPDX-License-Identifier: MIT
 *
 * An order of trials in which those of a tile earned much the same, so that the bounds of the tile
 * are close. It has no say in what comes out, only in how soon.
 */
#ifndef BY_CSCV_ORDER_H
#define BY_CSCV_ORDER_H

#include "trials_parts.h"

/* *out is [trials->count] positions of trials, each once, to be freed. */
by_status cscv_order(const by_trials *trials, int32_t thread_count, int32_t **out, by_error *err);

#endif
