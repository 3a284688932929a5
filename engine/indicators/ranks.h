/* SPDX-License-Identifier: MIT
 *
 * How many of the values before it each value of a column is above, at a cost that does not depend
 * on how many are looked at.
 */
#ifndef BY_RANKS_H
#define BY_RANKS_H

#include "kernel.h"

/* out[i] = how many of x[i - before .. i) are below x[i], NaN where x[i] is, for i in
 * before .. count; NaN ones before it are not below. `out` may be `x`. 0 < before <
 * count. False, and nothing is done, when memory is short. */
bool ranks_below(const double *x, int32_t count, int32_t before, double *out);

#endif
