/* SPDX-License-Identifier: MIT */
#include "calendar.h"

#include "timeframe.h"

enum { DAY_SECONDS = 86400, PERIOD_COUNT = 4 };
enum { MONDAY = 4 * DAY_SECONDS }; /* the first one after 1970-01-01, a Thursday */
enum { DAYS_TO_1970 = 719468, DAYS_OF_ERA = 146097 }; /* from 0000-03-01; of 400 years */

/* Numbers of the week, month, quarter and year of a session: those of a later period are higher. */
typedef struct periods {
    int64_t number[PERIOD_COUNT];
} periods;

static int64_t divide_down(int64_t a, int64_t b) {
    return a / b - (a % b < 0);
}

/* In years that begin in March, so that the leap day is the last one. */
calendar_date calendar_date_of(int64_t day) {
    const int64_t shifted = day + DAYS_TO_1970;
    const int64_t era = divide_down(shifted, DAYS_OF_ERA);
    const int64_t of_era = shifted - era * DAYS_OF_ERA;
    const int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int64_t march_month = (5 * of_year + 2) / 153; /* 0 is March */
    return (calendar_date){(era * 400 + year_of_era) * 12 + march_month + 2,
                           (int32_t)(of_year - (153 * march_month + 2) / 5) + 1};
}

static periods periods_of(int64_t time) {
    const int64_t day = divide_down(time, DAY_SECONDS);
    const int64_t month = calendar_date_of(day).month;
    /* 1970-01-01 was a Thursday, three days into its week. */
    return (periods){
        {divide_down(day + 3, 7), month, divide_down(month, 3), divide_down(month, 12)}};
}

void calendar_period(int32_t timeframe, int64_t time, int64_t *begin, int64_t *end) {
    if (timeframe == BY_MONTH_SECONDS) {
        const int64_t day = divide_down(time, DAY_SECONDS);
        const int64_t first = day - calendar_date_of(day).day + 1;
        const int64_t next = first + 31; /* some day of the next month */
        *begin = first * DAY_SECONDS;
        *end = (next - calendar_date_of(next).day + 1) * DAY_SECONDS;
        return;
    }
    const int64_t origin = timeframe == BY_WEEK_SECONDS ? MONDAY : 0;
    *begin = origin + divide_down(time - origin, timeframe) * timeframe;
    *end = *begin + timeframe;
}

/* A bit for each period in which two sessions differ. */
static uint8_t differ(const periods *a, const periods *b) {
    uint8_t bits = 0;
    for (int32_t p = 0; p < PERIOD_COUNT; p++) {
        bits |= (uint8_t)((a->number[p] != b->number[p]) << p);
    }
    return bits;
}

void calendar_mark(const by_panel *panel, by_range range, uint8_t *marks) {
    const uint8_t all = (1 << PERIOD_COUNT) - 1;
    uint8_t begins = all;
    periods here = periods_of(panel->time[range.first]);
    if (range.first > 0) {
        periods before = periods_of(panel->time[range.first - 1]);
        begins = differ(&before, &here);
    }
    for (int32_t row = range.first; row <= range.last; row++) {
        uint8_t ends = 0;
        if (row + 1 < panel->bar_count) {
            periods next = periods_of(panel->time[row + 1]);
            ends = differ(&here, &next);
            here = next;
        }
        marks[row - range.first] = (uint8_t)(begins | ends << PERIOD_COUNT);
        begins = ends;
    }
}
