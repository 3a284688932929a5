/* SPDX-License-Identifier: MIT
 *
 * The calendar: which sessions are the first or last of a week, month, quarter or year, by the UTC
 * dates of their times.
 */
#ifndef BY_CALENDAR_H
#define BY_CALENDAR_H

#include <stdbool.h>

#include "plan.h"

/* Fills marks[i] for row range.first + i of the panel: bit r - BY_REBALANCE_WEEKLY_FIRST is set
 * where the rule r (WEEKLY_FIRST .. YEARLY_LAST) trades. Weeks are ISO weeks. The first row of the
 * panel begins every period, its last row ends none. */
void calendar_mark(const by_panel *panel, by_range range, uint8_t *marks);

static inline bool calendar_trades(uint8_t mark, by_rebalance rule) {
    return (mark >> (rule - BY_REBALANCE_WEEKLY_FIRST) & 1) != 0;
}

#endif
