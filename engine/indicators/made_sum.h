/* SPDX-License-Identifier: MIT
 *
 * Sums over windows of a column that is made of bars and kept nowhere.
 */
#ifndef BY_MADE_SUM_H
#define BY_MADE_SUM_H

#include "kernel.h"

/* Makes x[0 .. count) of the bars from row `begin` on. */
typedef void made_column(const by_inputs *in, int32_t begin, int32_t count, double *x);

/* The sums of `bars` <= KERNEL_TILE neighbouring windows of what `make` makes, the first of which
 * begins at row `begin`: by halves, as kernel_tile_sum. `ahead` goes over in->close. */
void made_sum_tile(kernel_ahead *ahead, made_column *make, const by_inputs *in, int32_t begin,
                   int32_t bars, int32_t window, double *sum);

#endif
