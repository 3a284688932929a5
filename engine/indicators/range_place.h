/* SPDX-License-Identifier: MIT
 *
 * Where the close stands in the range of the last w bars.
 */
#ifndef BY_RANGE_PLACE_H
#define BY_RANGE_PLACE_H

#include "kernel.h"

/* out[i] = (close - lowest) / (highest - lowest) * 100, or with `from_highest` (close - highest)
 * above the same, for i >= w - 1, of the lowest of `low` and the highest of `high`; `flat` where
 * the two are one. */
void range_place(const by_inputs *in, int32_t count, int32_t w, bool from_highest, double flat,
                 double *out);

#endif
