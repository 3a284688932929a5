/* SPDX-License-Identifier: MIT
 *
 * Values that are known as of some time, on the axis of a panel.
 */
#ifndef BY_AS_OF_H
#define BY_AS_OF_H

#include "axis.h"

/* Each of `count` rows of rising times gets the last close of the source whose time is not behind
 * the row's; NaN where there is none yet. */
void as_of_fill(const axis_source *source, const int64_t *time, int32_t count, double *values);

#endif
