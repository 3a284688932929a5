/* SPDX-License-Identifier: MIT
 *
 * The behaviour of a combo: one number for all its daily allocations.
 *
 * It is the sum over the sessions, modulo 2^64, of mix64(H + (s + 1) * MIX_GOLDEN), where s is the
 * panel row of the session and H the by_hash of its targets, as entries of a row (rows.h). So it
 * depends on dates and weights alone, and a day that changes is exchanged by one subtraction and
 * one addition.
 */
#ifndef BY_BEHAVIOUR_H
#define BY_BEHAVIOUR_H

#include "mix.h"
#include "rows.h"

/* The part of a session that is panel row `session`. */
static inline uint64_t behaviour_part(const row_pool *pool, int32_t row, int32_t session) {
    return mix64(rows_hash(pool, row) + ((uint64_t)session + 1) * MIX_GOLDEN);
}

#endif
