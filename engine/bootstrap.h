/* SPDX-License-Identifier: MIT
 *
 * The stationary bootstrap: series of the same length made of blocks of a series, whose starts are
 * uniform, whose lengths are geometric, and that go on at the beginning behind the end.
 *
 * Sources: D. N. Politis and J. P. Romano, "The Stationary Bootstrap", JASA 89 (1994); for the
 * block length D. N. Politis and H. White, "Automatic Block-Length Selection for the Dependent
 * Bootstrap", Econometric Reviews 23 (2004), with the correction of A. Patton, D. N. Politis and H.
 * White, Econometric Reviews 28 (2009).
 */
#ifndef BY_BOOTSTRAP_H
#define BY_BOOTSTRAP_H

#include "status.h"

/* A variance below this part of the squared mean is what rounding leaves of none. */
#define BY_BOOTSTRAP_VARIANCE_MIN 0x1p-40

/* Positions 0 .. count - 1 of replicate number `replicate` into index[count]: a function of count,
 * mean block length (at least 1), seed and replicate alone. Thread-safe. */
BY_API void by_bootstrap_positions(int32_t count, double block_length, uint64_t seed,
                                   int64_t replicate, int32_t *index);
/* The mean block length that suits x[count], numbers `stride` apart: (2 G^2 / D)^(1/3) n^(1/3) with
 * D = 2 g(0)^2 and a flat-top kernel, between 1 and min(3 sqrt(n), n / 3); 1 for a series without
 * deviation or shorter than 9. Thread-safe. */
BY_API double by_bootstrap_block_length(const double *x, int64_t stride, int32_t count);

#endif
