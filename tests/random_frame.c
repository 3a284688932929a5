/* SPDX-License-Identifier: MIT
 *
 * Random series of higher timeframes: copies of series over tickers, seen from below.
 */
#include "random_parts.h"

#include "../engine/indicator.h"
#include "../engine/timeframe.h"

enum { BARS_MAX = 12, MONTHS_MAX = 4 }; /* that a window may count and be computable */

/* Whether a series is over tickers alone, needs few bars, and all of it can be of a timeframe. */
static bool can_be_of(const random_tree *t, int32_t index, int32_t timeframe) {
    static const by_recipe shortest = {.window = {1, 1, 1}};
    const by_series *series = &t->series[index];
    if (series->form == BY_SEEN) {
        return by_timeframe_is_above(t->series[series->over].timeframe, timeframe) != 0;
    }
    if (series->form == BY_INDICATOR_OF &&
        (series->kind.param >= 0 ||
         by_indicator_closes_needed((int32_t)series->kind.constant, &shortest) > BARS_MAX)) {
        return false;
    }
    return series->node < 0 && (series->over < 0 || can_be_of(t, series->over, timeframe)) &&
           (series->with < 0 || can_be_of(t, series->with, timeframe));
}

/* A copy of a series and all that it is made of, in bars of a timeframe. */
static int32_t copy(random_tree *t, int32_t index, int32_t timeframe) {
    by_series series = t->series[index];
    series.timeframe = timeframe;
    if (series.form != BY_SEEN && series.over >= 0) {
        series.over = copy(t, series.over, timeframe);
    }
    if (series.with >= 0) {
        series.with = copy(t, series.with, timeframe);
    }
    const int32_t most = timeframe == BY_MONTH_SECONDS ? MONTHS_MAX : BARS_MAX;
    for (int32_t i = 0; i < 3; i++) {
        if (series.window[i].param >= 0 || series.window[i].constant > most) {
            series.window[i] = random_constant(2 + random_below(&t->source, most - 1));
        }
    }
    return random_append(t, series);
}

/* One above the bars, or any where it is not known how long they are. */
static int32_t draw_timeframe(random_tree *t) {
    static const int32_t all[] = {900,
                                  1800,
                                  3600,
                                  7200,
                                  14400,
                                  BY_DAY_SECONDS,
                                  BY_WEEK_SECONDS,
                                  BY_WEEK_SECONDS,
                                  BY_MONTH_SECONDS};
    const int32_t bar_seconds = t->bars->bar_seconds > 0 ? t->bars->bar_seconds : 1;
    for (;;) {
        const int32_t timeframe = all[random_below(&t->source, sizeof all / sizeof *all)];
        if (by_timeframe_is_above(timeframe, bar_seconds)) {
            return timeframe;
        }
    }
}

int32_t random_seen(random_tree *t, int32_t index) {
    const int32_t timeframe = draw_timeframe(t);
    if (t->tree.series_count + 64 > RANDOM_NODES_MAX || !can_be_of(t, index, timeframe)) {
        return index;
    }
    by_series seen = random_blank_series(t);
    seen.form = BY_SEEN;
    seen.over = copy(t, index, timeframe);
    return random_append(t, seen);
}
