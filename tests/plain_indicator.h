/* SPDX-License-Identifier: MIT
 *
 * Between the files of the plain indicators. Each function fills out[0 .. count) over one stretch
 * without NaN in what the kind reads (`high` and `low` are there) when the kind is its own, and
 * else returns false. `out` holds NaN on entry. The order of each sum is part of the definition:
 * oldest to newest, so that the last bit is defined, too.
 */
#ifndef BY_PLAIN_INDICATOR_H
#define BY_PLAIN_INDICATOR_H

#include <stdbool.h>

#include "../engine/indicator.h"

typedef bool plain_fill(int32_t kind, const int32_t window[3], int32_t variant, const by_inputs *in,
                        int32_t count, double *out);

/* Of a window of closes; of all closes up to a row; of highs, lows and volumes. */
plain_fill plain_fill_windows;
plain_fill plain_fill_histories;
plain_fill plain_fill_bars;

#endif
