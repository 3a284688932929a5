/* SPDX-License-Identifier: MIT
 *
 * Which combos behave alike: those with the same daily allocations, told by one number for all of
 * them (by_result.behaviour).
 */
#ifndef BY_ALIKE_H
#define BY_ALIKE_H

#include "status.h"

/* Writes the lowest combo with the behaviour of combo i to first[i], -1 where return_counts[i] is
 * below 0, and to shared[first[i]] how many there are; *distinct is the number of behaviours. All
 * arrays are [count]; shared[] comes as zeros. Thread-safe. */
BY_API by_status by_alike(const uint64_t *behaviours, const int32_t *return_counts, int32_t count,
                          int32_t *first, int32_t *shared, int32_t *distinct, by_error *err);

#endif
