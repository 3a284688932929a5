/* SPDX-License-Identifier: MIT
 *
 * R squared: how much of the variance of the last w closes is that of the straight line that fits
 * them best.
 */
#ifndef BY_LINE_SHARE_H
#define BY_LINE_SHARE_H

#include "kernel.h"

/* out[i] = the share, 0 to 1, times `unit`, for i >= w - 1; of a flat window `flat`, unless that is
 * NaN: then what the division makes of it. */
void line_share(int32_t w, const double *x, int32_t count, double unit, double flat, double *out);

#endif
