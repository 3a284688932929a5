/* SPDX-License-Identifier: MIT
 *
 * Accounting for a worker that goes from combo to combo: what the target allocations of a combo
 * earn, with the same bits as simulate.h gives, which it uses for all but the plainest trading.
 *
 * Trading every session at the close, with slippage as the only cost, makes the growth and the
 * turnover of a day a function of the targets of that day and the day before. So these are kept by
 * day, and only the days whose targets changed are computed again; a combo that trades as the last
 * one did has its result.
 *
 * Days are those of the walk, whose first may lie before the first session that is accounted: days
 * before are not looked at.
 */
#ifndef BY_ACCOUNT_H
#define BY_ACCOUNT_H

#include "simulate.h"

typedef struct account {
    const by_plan *plan;
    const by_panel *panel;
    int32_t first; /* panel row of day 0 */
    int32_t lead;  /* the first day that is accounted */
    int32_t day_count;
    uint64_t *stale;   /* a mask; days whose targets changed since the arrays below were computed */
    double slippage;   /* that `returns` is with; NaN for none yet */
    double *growth;    /* [day]; 1 + sum w * r */
    double *turnover;  /* [day]; from the day before; day `lead` has none yet */
    double *exposure;  /* [day]; sum of weights */
    double *returns;   /* [day]; to the next one; that of day `start` with the first purchase */
    uint64_t *parts;   /* [day]; of the behaviour (behaviour.h) */
    int32_t *opened;   /* [day]; positions that its trade opens; day `lead` has none yet */
    uint8_t *lost;     /* [day]; 1 where nothing is left of the value on the way to the next */
    uint64_t part_sum; /* of all parts */
    int64_t opened_sum; /* likewise */
    int64_t lost_sum;
    int32_t start;  /* of the last combo that traded plainly; -1 for none yet */
    by_result last; /* what it gave */
    bool current;   /* and it was the last one of all: the same again while nothing changes */
    const double *settled; /* the returns of the last account_settle */
    simulation simulation;
} account;

/* For the sessions of `range`, of a walk whose day 0 is panel row `walk_first`. `plan` and `panel`
 * are borrowed until account_close. Errors as of simulation_open. */
by_status account_open(account *a, const by_plan *plan, const by_panel *panel, int32_t walk_first,
                       by_range range, by_error *err);
void account_close(account *a);
/* Notes that the targets of the days in `changed` (a mask; NULL for none) are no longer those of
 * the last call. */
void account_update(account *a, const uint64_t *changed);
/* The backtest of the combo `digits` that starts on day `start`: row[day] is its target. */
void account_settle(account *a, const row_pool *pool, const int32_t *row, const int32_t *digits,
                    int32_t start, by_result *out);

#endif
