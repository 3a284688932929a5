/* SPDX-License-Identifier: MIT
 *
 * A run: one backtest with all that it did day by day.
 */
#ifndef BY_RUN_H
#define BY_RUN_H

#include "metrics.h"
#include "plan.h"

/* What a backtest costs. `slippage` is a fraction of the traded value, 0 .. 0.5. */
typedef struct by_costs {
    double slippage;
} by_costs;

/* A finished run. Session i (0 .. day_count) is row first + i of the panel. Weights of session i,
 * tickers in rising order, none of them 0, are entries weight_first[i] .. weight_first[i + 1) of
 * symbol[] and weight[]. */
typedef struct by_run {
    int32_t first;
    int32_t day_count;
    const double *equity;        /* [day_count], 10000 before the first purchase */
    const double *returns;       /* [day_count - 1]; return i is from session i to i + 1 */
    const double *turnover;      /* [day_count]; sum |target - actual| */
    const double *exposure;      /* [day_count]; sum of target weights */
    const int32_t *weight_first; /* [day_count + 1] */
    const int32_t *symbol;
    const double *weight;
    by_result result;
} by_run;

#define BY_START_VALUE 10000.0

/* Evaluates one combo within the rows of `asked`. Thread-safe. */
BY_API by_status by_run_new(const by_columns *columns, const int32_t *digits, by_range asked,
                            by_costs costs, by_run **out, by_error *err);
BY_API void by_run_free(by_run *run);

#endif
