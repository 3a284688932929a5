/* SPDX-License-Identifier: MIT
 *
 * The best of many, in order.
 */
#ifndef BY_FALLING_H
#define BY_FALLING_H

#include "status.h"

/* Writes those `wanted` (at most count) of indices[count] that have the highest keys to
 * out[wanted], by falling keys[index]; those with equal keys keep their order. No key may be NaN.
 * `out` is not `indices`. A few of many cost hardly more than looking at all keys once.
 * Thread-safe. */
BY_API by_status by_falling(const double *keys, const int32_t *indices, int32_t count,
                            int32_t wanted, int32_t *out, by_error *err);

#endif
