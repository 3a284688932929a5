/* SPDX-License-Identifier: MIT
 *
 * A run: one backtest with all that it did day by day.
 */
#ifndef BY_RUN_H
#define BY_RUN_H

#include "metrics.h"
#include "plan.h"

/* A finished run. Session i (0 .. day_count) is row first + i of the panel. Its target weights,
 * tickers in rising order, none of them 0, are entries weight_first[i] .. weight_first[i + 1) of
 * symbol[] and weight[]. What it held at its end, as fractions of the equity, stands in
 * held_first[], held_symbol[] and held_weight[] the same way. */
typedef struct by_run {
    int32_t first;
    int32_t day_count;
    const double *equity;   /* [day_count]; money, at the session's end */
    const double *returns;  /* [day_count - 1]; return i is from session i to i + 1 */
    const double *turnover; /* [day_count]; sum |target - actual| of its trade, 0 without one */
    const double *exposure; /* [day_count]; sum of the weights held at its end */
    const uint8_t *traded;  /* [day_count]; 1 where it traded */
    const int32_t *weight_first; /* [day_count + 1] */
    const int32_t *symbol;
    const double *weight;
    const int32_t *held_first; /* [day_count + 1] */
    const int32_t *held_symbol;
    const double *held_weight;
    by_result result;
} by_run;

/* Evaluates one combo within the rows of `asked`. Thread-safe. */
BY_API by_status by_run_new(const by_columns *columns, const int32_t *digits, by_range asked,
                            by_run **out, by_error *err);
BY_API void by_run_free(by_run *run);

#endif
