/* SPDX-License-Identifier: MIT
 *
 * The sessions on which targets are traded.
 */
#include "plain_parts.h"

#include <math.h>

static int64_t floor_divide(int64_t a, int64_t b) {
    return a / b - (a % b < 0);
}

/* Days since 1970-01-01, a Thursday. */
static int64_t day_of(int64_t time) {
    return floor_divide(time, 86400);
}

/* ISO weeks begin on Mondays: 1969-12-29 is the first day of week 0. */
static int64_t week_of(int64_t time) {
    return floor_divide(day_of(time) + 3, 7);
}

static int32_t days_of_year(int64_t year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 366 : 365;
}

/* Months since the year 0, by counting days. */
static int64_t month_of(int64_t time) {
    static const int32_t days_of[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t day = day_of(time);
    int64_t year = 1970;
    int64_t month = 0;
    for (; day < 0; year--) {
        day += days_of_year(year - 1);
    }
    for (; day >= days_of_year(year); year++) {
        day -= days_of_year(year);
    }
    for (;; month++) {
        int32_t days = days_of[month] + (month == 1 && days_of_year(year) == 366);
        if (day < days) {
            return year * 12 + month;
        }
        day -= days;
    }
}

static int64_t quarter_of(int64_t time) {
    return month_of(time) / 3;
}

static int64_t year_of(int64_t time) {
    return month_of(time) / 12;
}

/* Whether the row after `row` is in another period. The last row of the data ends none. */
static bool ends(const by_panel *panel, int32_t row, int64_t (*period)(int64_t time)) {
    return row + 1 < panel->bar_count && period(panel->time[row]) != period(panel->time[row + 1]);
}

static bool off_corridor(const plain_state *s, const double *held, const double *target) {
    double corridor = plain_value(s, &s->trading->corridor);
    for (int32_t t = 0; t < s->panel->symbol_count; t++) {
        if (fabs(held[t] - target[t]) > corridor || (target[t] > 0) != (held[t] > 0)) {
            return true;
        }
    }
    return false;
}

bool plain_rebalances(const plain_state *s, int32_t row, const double *held, const double *target) {
    const by_panel *panel = s->panel;
    switch (plain_integer(s, &s->trading->rebalance)) {
    case BY_REBALANCE_DAILY:
        return true;
    case BY_REBALANCE_WEEKLY_FIRST:
        return ends(panel, row - 1, week_of);
    case BY_REBALANCE_MONTHLY_FIRST:
        return ends(panel, row - 1, month_of);
    case BY_REBALANCE_QUARTERLY_FIRST:
        return ends(panel, row - 1, quarter_of);
    case BY_REBALANCE_YEARLY_FIRST:
        return ends(panel, row - 1, year_of);
    case BY_REBALANCE_WEEKLY_LAST:
        return ends(panel, row, week_of);
    case BY_REBALANCE_MONTHLY_LAST:
        return ends(panel, row, month_of);
    case BY_REBALANCE_QUARTERLY_LAST:
        return ends(panel, row, quarter_of);
    case BY_REBALANCE_YEARLY_LAST:
        return ends(panel, row, year_of);
    case BY_REBALANCE_CORRIDOR:
        return off_corridor(s, held, target);
    default: /* BY_REBALANCE_NEVER */
        return false;
    }
}
