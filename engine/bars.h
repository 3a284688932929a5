/* SPDX-License-Identifier: MIT
 *
 * Bars as the engine takes them: columns, borrowed from whoever holds them (the map of the bar
 * store, a test).
 */
#ifndef BY_BARS_H
#define BY_BARS_H

#ifndef BY_CDEF
#include <stdint.h>
#endif

/* A stretch of one series, oldest first, times strictly rising. `time` is the start of the bar in
 * seconds since 1970-01-01 UTC; a daily bar carries midnight UTC of its session. Prices are finite
 * and positive; open, high, low and volume may be NaN where the source does not tell them. */
typedef struct by_bars {
    int32_t count;
    const int64_t *time;
    const double *open;
    const double *high;
    const double *low;
    const double *close;
    const double *volume;
} by_bars;

#endif
