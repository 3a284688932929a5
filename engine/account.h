/* SPDX-License-Identifier: MIT
 *
 * Accounting: what a sequence of target allocations earns with a rebalance every session.
 *
 * Targets of session d are set at its close and earn the returns to the next close. With weights w,
 * R = sum w * r, the drifted weights w * (1 + r) / (1 + R) meet the next targets; turnover is sum
 * |target - drifted|, the first session's is its whole purchase. Equity grows by (1 + R) * (1 -
 * slippage * turnover of the next session).
 */
#ifndef BY_ACCOUNT_H
#define BY_ACCOUNT_H

#include "rows.h"
#include "run.h"

typedef struct account {
    const by_panel *panel;
    int32_t first; /* panel row of day 0 */
    int32_t day_count;
    double slippage;
    double *growth;   /* [day]; 1 + R */
    double *turnover; /* [day]; from the day before; day 0 has none yet */
    double *exposure; /* [day]; sum of weights */
    double *returns;  /* [day]; of the last account_settle */
} account;

by_status account_open(account *a, const by_panel *panel, by_range range, by_costs costs,
                       by_error *err);
void account_close(account *a);
/* Takes in the rows of all days, of which those in `changed` (a mask; NULL for none) differ from
 * the last call. */
void account_update(account *a, const row_pool *pool, const int32_t *row, const uint64_t *changed);
/* The backtest that starts on day `start` (0 .. day_count - 1): fills a->returns and `out`. The
 * turnovers of a run that starts on `start` are those of a->turnover with a->exposure[start] in
 * front. */
void account_settle(account *a, int32_t start, by_result *out);

#endif
