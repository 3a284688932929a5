/* SPDX-License-Identifier: MIT */
#include "trading.h"

#include <math.h>

#define MONEY_MAX 1e9    /* of a cost */
#define CAPITAL_MIN 0.01 /* a cent */
#define CAPITAL_MAX 1e15
#define RATE_MIN (-1.0)
#define RATE_MAX 10.0
#define SHARE_MAX 0.5 /* of the traded value */

/* X(field, lowest, highest, whole, default, name in messages) */
#define FIELDS(X)                                                                                  \
    X(rebalance, 0, BY_REBALANCE_COUNT - 1, true, BY_REBALANCE_DAILY, "rebalance")                 \
    X(corridor, 0, 1, false, 0, "the corridor")                                                    \
    X(fill, 0, BY_FILL_COUNT - 1, true, BY_FILL_CLOSE, "the fill")                                 \
    X(slippage, 0, SHARE_MAX, false, 0, "the slippage")                                            \
    X(commission, 0, SHARE_MAX, false, 0, "the commission")                                        \
    X(commission_share, 0, MONEY_MAX, false, 0, "the commission a share")                          \
    X(commission_order, 0, MONEY_MAX, false, 0, "the commission an order")                         \
    X(commission_minimum, 0, MONEY_MAX, false, 0, "the minimum commission")                        \
    X(sale_fee, 0, SHARE_MAX, false, 0, "the sale fee")                                            \
    X(share_fee, 0, MONEY_MAX, false, 0, "the share fee")                                          \
    X(share_fee_maximum, 0, MONEY_MAX, false, 0, "the maximum share fee")                          \
    X(cash_yield, RATE_MIN, RATE_MAX, false, 0, "the cash yield")                                  \
    X(borrow_rate, RATE_MIN, RATE_MAX, false, 0, "the borrow rate")                                \
    X(capital, CAPITAL_MIN, CAPITAL_MAX, false, 10000, "the capital")

const by_trading trading_default = {
#define DEFAULT(field, low, high, whole, value, name) .field = {.constant = value, .param = -1},
    FIELDS(DEFAULT)
#undef DEFAULT
};

static by_status check_field(const by_tree *tree, const by_field *field, const char *name,
                             double low, double high, bool whole, by_error *err) {
    const double *values = &field->constant;
    int32_t count = 1;
    if (field->param >= 0) {
        if (field->param >= tree->param_count) {
            return by_fail(err, BY_STRATEGY, "strategy: %s refers to a param that does not exist",
                           name);
        }
        count = tree->params[field->param].value_count;
        if (field->first < 0 || field->first > tree->value_count - count) {
            return by_fail(err, BY_STRATEGY, "strategy: %s has too few values for its param", name);
        }
        values = tree->values + field->first;
    }
    for (int32_t i = 0; i < count; i++) {
        if (!(values[i] >= low && values[i] <= high) || (whole && values[i] != floor(values[i]))) {
            return by_fail(err, BY_STRATEGY,
                           "strategy: %s must be %s from %.10g to %.10g, not %.10g", name,
                           whole ? "a whole number" : "a number", low, high, values[i]);
        }
    }
    return BY_OK;
}

by_status trading_check(const by_tree *tree, by_error *err) {
    static const struct {
        size_t offset;
        double low;
        double high;
        bool whole;
        const char *name;
    } fields[] = {
#define ROW(field, low, high, whole, value, name)                                                  \
    {offsetof(by_trading, field), low, high, whole, name},
        FIELDS(ROW)
#undef ROW
    };
    by_status status = BY_OK;
    for (size_t i = 0;
         tree->trading != NULL && i < sizeof fields / sizeof *fields && status == BY_OK; i++) {
        const char *field = (const char *)tree->trading + fields[i].offset;
        status = check_field(tree, (const by_field *)field, fields[i].name, fields[i].low,
                             fields[i].high, fields[i].whole, err);
    }
    return status;
}

trading trading_of(const by_plan *plan, const int32_t *digits) {
    const by_trading *from = &plan->trading;
    trading to = {
        .rebalance = (by_rebalance)plan_value(plan, &from->rebalance, digits),
        .fill = (by_fill)plan_value(plan, &from->fill, digits),
        .corridor = plan_value(plan, &from->corridor, digits),
        .slippage = plan_value(plan, &from->slippage, digits),
        .commission = plan_value(plan, &from->commission, digits),
        .commission_share = plan_value(plan, &from->commission_share, digits),
        .commission_order = plan_value(plan, &from->commission_order, digits),
        .commission_minimum = plan_value(plan, &from->commission_minimum, digits),
        .sale_fee = plan_value(plan, &from->sale_fee, digits),
        .share_fee = plan_value(plan, &from->share_fee, digits),
        .share_fee_maximum = plan_value(plan, &from->share_fee_maximum, digits),
        .cash_yield = plan_value(plan, &from->cash_yield, digits),
        .borrow_rate = plan_value(plan, &from->borrow_rate, digits),
        .capital = plan_value(plan, &from->capital, digits),
    };
    to.charged = to.commission != 0.0 || to.commission_share != 0.0 || to.commission_order != 0.0 ||
                 to.commission_minimum != 0.0 || to.sale_fee != 0.0 || to.share_fee != 0.0;
    to.carried = to.cash_yield != 0.0 || to.borrow_rate != 0.0;
    return to;
}

bool trading_may_fill_at_open(const by_plan *plan) {
    const by_field *fill = &plan->trading.fill;
    if (fill->param < 0) {
        return fill->constant == BY_FILL_OPEN;
    }
    for (int32_t i = 0; i < plan->tree.params[fill->param].value_count; i++) {
        if (plan->tree.values[fill->first + i] == BY_FILL_OPEN) {
            return true;
        }
    }
    return false;
}
