/* SPDX-License-Identifier: MIT
 *
 * Means weighted by volume.
 */
#ifndef BY_VOLUME_MEAN_H
#define BY_VOLUME_MEAN_H

#include "kernel.h"

/* From the products of prices and volumes in out[0 .. count): out[i] = their sum over the volumes'
 * in the last `window` bars up to i, for i >= window - 1; NaN where no volume was. */
void volume_mean(const double *volume, int32_t count, int32_t window, double *out);

#endif
