/* SPDX-License-Identifier: MIT
 *
 * What columns and live series share: how values become others.
 */
#ifndef BY_SERIES_VALUE_H
#define BY_SERIES_VALUE_H

#include <stdint.h>

/* out[i] = left[i] `form` right[i] for one of BY_ADD .. BY_DIVIDE. */
void series_combine(int32_t form, const double *left, const double *right, int32_t count,
                    double *out);
/* values[i] = factor * values[i - days_ago] + offset, in place; NaN where there is no such row. */
void series_shift(double *values, int32_t count, int32_t days_ago, double factor, double offset);

#endif
