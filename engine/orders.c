/* SPDX-License-Identifier: MIT */
#include "orders.h"

#include <math.h>

#define ORDER_MIN 0.01       /* money; smaller orders are free */
#define CENT_TOLERANCE 1e-9  /* cents: what is a whole cent but for rounding is not rounded up */
#define SHARE_TOLERANCE 1e-9 /* shares: likewise, down */

void orders_gather(orders *to, const positions *held, const row_entry *target, int32_t count) {
    int32_t h = 0;
    int32_t t = 0;
    int32_t n = 0;
    while (h < held->count || t < count) {
        const int32_t next_held = h < held->count ? held->symbol[h] : INT32_MAX;
        const int32_t next_target = t < count ? target[t].symbol : INT32_MAX;
        const int32_t symbol = next_held < next_target ? next_held : next_target;
        to->symbol[n] = symbol;
        to->actual[n] = next_held == symbol ? held->weight[h] : 0.0;
        to->target[n] = next_target == symbol ? target[t].weight : 0.0;
        h += next_held == symbol;
        t += next_target == symbol;
        n++;
    }
    to->count = n;
}

bool orders_off_target(const orders *at, double corridor) {
    for (int32_t i = 0; i < at->count; i++) {
        if (fabs(at->actual[i] - at->target[i]) > corridor ||
            (at->target[i] > 0.0) != (at->actual[i] > 0.0)) {
            return true;
        }
    }
    return false;
}

static double round_up_to_cent(double money) {
    return ceil(money * 100.0 - CENT_TOLERANCE) / 100.0;
}

static double share_fee(const trading *how, double shares) {
    const double fee = round_up_to_cent(how->share_fee * shares);
    return how->share_fee_maximum > 0.0 && fee > how->share_fee_maximum ? how->share_fee_maximum
                                                                        : fee;
}

/* Costs in money, beside slippage. */
static double charge(const orders *at, const trading *how, double value) {
    const bool sales_pay = how->sale_fee != 0.0 || how->share_fee != 0.0;
    double money = 0.0;
    for (int32_t i = 0; i < at->count; i++) {
        const double traded = fabs(at->target[i] - at->actual[i]) * value;
        if (!(traded >= ORDER_MIN)) {
            continue;
        }
        const double shares = traded / at->price[i];
        const double commission =
            how->commission_order + how->commission_share * shares + how->commission * traded;
        money += commission > how->commission_minimum ? commission : how->commission_minimum;
        if (sales_pay && at->target[i] < at->actual[i]) {
            money += round_up_to_cent(how->sale_fee * traded);
            money += share_fee(how, shares);
        }
    }
    return money;
}

static filled settle(const orders *at, const trading *how, double value) {
    filled out = {0.0, 0.0, 0};
    for (int32_t i = 0; i < at->count; i++) {
        out.turnover += fabs(at->target[i] - at->actual[i]);
    }
    double cost = how->slippage * out.turnover;
    if (how->charged) {
        cost += charge(at, how, value) / value;
    }
    out.keep = 1.0 - cost;
    if (out.keep < 0.0) {
        out.keep = 0.0;
    }
    return out;
}

/* Weight of some shares, on the side of `wanted`. */
static double weight_of(double shares, double price, double value, double wanted) {
    return copysign(shares * price / value, wanted);
}

/* Rounds the targets in whole shares, whose costs in turn change what there is to invest: shares
 * are counted on what the unrounded targets would leave, weights are of what is left in the end. */
static filled settle_whole(orders *at, const trading *how, const uint8_t *whole, double value) {
    const double invested = value * settle(at, how, value).keep;
    for (int32_t i = 0; i < at->count; i++) {
        if (whole[at->symbol[i]]) {
            const double wanted = at->target[i];
            at->shares[i] = floor(fabs(wanted) * invested / at->price[i] + SHARE_TOLERANCE);
            at->target[i] =
                invested == 0.0 ? 0.0 : weight_of(at->shares[i], at->price[i], invested, wanted);
        }
    }
    const filled out = settle(at, how, value);
    const double left = value * out.keep;
    for (int32_t i = 0; i < at->count && left > 0.0; i++) {
        if (whole[at->symbol[i]]) {
            at->target[i] = weight_of(at->shares[i], at->price[i], left, at->target[i]);
        }
    }
    return out;
}

filled orders_fill(orders *at, const trading *how, const uint8_t *whole, double value,
                   positions *held) {
    filled out = whole != NULL ? settle_whole(at, how, whole, value) : settle(at, how, value);
    int32_t n = 0;
    for (int32_t i = 0; i < at->count && out.keep > 0.0; i++) {
        held->symbol[n] = at->symbol[i];
        held->weight[n] = at->target[i];
        n += at->target[i] != 0.0;
        out.opened += at->actual[i] == 0.0 && at->target[i] != 0.0;
    }
    held->count = n;
    return out;
}
