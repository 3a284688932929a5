/* SPDX-License-Identifier: MIT
 *
 * Trading: how targets become holdings, as plain values under one assignment of the params.
 */
#ifndef BY_TRADING_H
#define BY_TRADING_H

#include "plan_parts.h"

typedef struct trading {
    by_rebalance rebalance;
    by_fill fill;
    bool charged; /* costs are more than slippage */
    bool carried; /* cash or debt bears interest */
    double corridor;
    double slippage;
    double commission;
    double commission_share;
    double commission_order;
    double commission_minimum;
    double sale_fee;
    double share_fee;
    double share_fee_maximum;
    double cash_yield;
    double borrow_rate;
    double capital;
} trading;

/* What a tree without trading has: daily at the close, no costs, 10000 of capital. */
extern const by_trading trading_default;

/* BY_STRATEGY when a value of a field of tree->trading does not fit, for any value of its param.
 * Nothing to check when it is NULL. */
by_status trading_check(const by_tree *tree, by_error *err);
/* The values under `digits`. */
trading trading_of(const by_plan *plan, const int32_t *digits);
/* Whether any combo of the plan fills at the open. */
bool trading_may_fill_at_open(const by_plan *plan);

#endif
