/* SPDX-License-Identifier: MIT
 *
 * Indicators: one file each in engine/indicators, one entry point here.
 *
 * A kernel sees a stretch of closes without NaN and is defined on that stretch alone, so a NaN
 * leaves with its window and recursive indicators restart after it. Windows are recomputed from
 * their closes: nothing drifts.
 */
#ifndef BY_INDICATOR_H
#define BY_INDICATOR_H

#include "status.h"
#include "tree.h"

/* Values of `kind` with `window` (bars; as many as the kind has, each 1 .. BY_WINDOW_MAX) over
 * close[0 .. count). Writes out[0 .. count), NaN where not computable; `out` must not overlap
 * `close`. Return-like values are in percent. Returns the index of the first value, or `count` when
 * there is none. Cannot fail; thread-safe. */
BY_API int32_t by_indicator_compute(int32_t kind, const int32_t window[3], const double *close,
                                    int32_t count, double *out);
/* Closes that are needed before the first value: 1 for close, w for sma, w + 1 for rsi and so on.
 */
BY_API int32_t by_indicator_closes_needed(int32_t kind, const int32_t window[3]);
/* Number of windows, Lua name and title of a kind; 0 and NULL for an unknown one. */
BY_API int32_t by_indicator_window_count(int32_t kind);
BY_API const char *by_indicator_name(int32_t kind);
BY_API const char *by_indicator_title(int32_t kind);

#endif
