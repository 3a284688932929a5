/* SPDX-License-Identifier: MIT */
#include "timeframe.h"

#include <stdio.h>

int32_t by_timeframe_is_valid(int32_t timeframe) {
    return timeframe == BY_WEEK_SECONDS || timeframe == BY_MONTH_SECONDS ||
           (timeframe > 0 && BY_DAY_SECONDS % timeframe == 0);
}

/* Months are the longest, and their 31 days are no whole number of weeks. */
int32_t by_timeframe_is_above(int32_t above, int32_t below) {
    return above > below && above % below == 0;
}

const char *by_timeframe_text(int32_t timeframe, char *text) {
    const struct {
        int32_t length;
        char letter;
    } units[] = {{BY_MONTH_SECONDS, 'M'},
                 {BY_WEEK_SECONDS, 'w'},
                 {BY_DAY_SECONDS, 'd'},
                 {3600, 'h'},
                 {60, 'm'}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (timeframe % units[i].length == 0) {
            snprintf(text, BY_TIMEFRAME_TEXT, "%d%c", timeframe / units[i].length, units[i].letter);
            return text;
        }
    }
    snprintf(text, BY_TIMEFRAME_TEXT, "%ds", timeframe);
    return text;
}
