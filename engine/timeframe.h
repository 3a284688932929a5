/* SPDX-License-Identifier: MIT
 *
 * Timeframes: lengths of bars, in seconds, and the periods into which they cut time by the clock in
 * UTC. Valid ones are those that divide a day, whose periods begin at midnight; BY_WEEK_SECONDS,
 * whose periods begin on Monday (ISO weeks); and BY_MONTH_SECONDS, calendar months.
 */
#ifndef BY_TIMEFRAME_H
#define BY_TIMEFRAME_H

#include "status.h"

enum {
    BY_DAY_SECONDS = 86400,
    BY_WEEK_SECONDS = 604800,
    BY_MONTH_SECONDS = 2678400 /* stands for months of any length */
};
enum { BY_TIMEFRAME_TEXT = 16 };

BY_API int32_t by_timeframe_is_valid(int32_t timeframe);
/* Whether each period of `above` is made of several whole ones of `below`; both are valid. */
BY_API int32_t by_timeframe_is_above(int32_t above, int32_t below);
/* A valid timeframe as people write it: 5m, 1h, 1d, 1w, 1M; another one in seconds. Into `text`,
 * which has room for BY_TIMEFRAME_TEXT; returns it. */
BY_API const char *by_timeframe_text(int32_t timeframe, char *text);

#endif
