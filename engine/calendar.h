/* SPDX-License-Identifier: MIT
 *
 * The calendar, in UTC: which sessions are the first or last of a week, month, quarter or year, by
 * the dates of their times; and periods of timeframes.
 */
#ifndef BY_CALENDAR_H
#define BY_CALENDAR_H

#include <stdbool.h>

#include "plan.h"

/* Fills marks[i] for row range.first + i of the panel: bit r - BY_REBALANCE_WEEKLY_FIRST is set
 * where the rule r (WEEKLY_FIRST .. YEARLY_LAST) trades. Weeks are ISO weeks. The first row of the
 * panel begins every period, its last row ends none. */
void calendar_mark(const by_panel *panel, by_range range, uint8_t *marks);

/* A day of the calendar. */
typedef struct calendar_date {
    int64_t month; /* since January of the year 0 */
    int32_t day;   /* of the month, from 1 */
} calendar_date;

/* The date of a day since 1970-01-01. */
calendar_date calendar_date_of(int64_t day);

/* The period of a valid timeframe that `time` (seconds since 1970 UTC) lies in: from *begin on,
 * before *end. */
void calendar_period(int32_t timeframe, int64_t time, int64_t *begin, int64_t *end);

static inline bool calendar_trades(uint8_t mark, by_rebalance rule) {
    return (mark >> (rule - BY_REBALANCE_WEEKLY_FIRST) & 1) != 0;
}

#endif
