/* SPDX-License-Identifier: MIT */
#include "calendar.h"

enum { DAY_SECONDS = 86400, PERIOD_COUNT = 4 };

/* Numbers of the week, month, quarter and year of a session: those of a later period are higher. */
typedef struct periods {
    int64_t number[PERIOD_COUNT];
} periods;

static int64_t divide_down(int64_t a, int64_t b) {
    return a / b - (a % b < 0);
}

/* Civil dates from days since 1970-01-01, in years that begin in March, so that the leap day is the
 * last one. */
static periods periods_of(int64_t time) {
    const int64_t day = divide_down(time, DAY_SECONDS);
    const int64_t shifted = day + 719468; /* since 0000-03-01 */
    const int64_t era = divide_down(shifted, 146097);
    const int64_t of_era = shifted - era * 146097;
    const int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int64_t march_month = (5 * of_year + 2) / 153;                    /* 0 is March */
    const int64_t month = (era * 400 + year_of_era) * 12 + march_month + 2; /* since January 0 */
    /* 1970-01-01 was a Thursday, three days into its week. */
    return (periods){
        {divide_down(day + 3, 7), month, divide_down(month, 3), divide_down(month, 12)}};
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
