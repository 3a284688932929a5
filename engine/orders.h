/* SPDX-License-Identifier: MIT
 *
 * Orders: what is held beside what is wanted, and what it costs to go from one to the other.
 */
#ifndef BY_ORDERS_H
#define BY_ORDERS_H

#include "rows.h"
#include "trading.h"

/* What is held, as fractions of the value (what is missing to 1 is cash), symbols rising. */
typedef struct positions {
    int32_t count;
    int32_t *symbol;
    double *weight;
    double *change; /* return of the symbol over the step at hand */
} positions;

/* One per symbol that is held or wanted, symbols rising. */
typedef struct orders {
    int32_t count;
    int32_t *symbol;
    double *actual; /* weights */
    double *target;
    double *price;  /* the caller's, before orders_fill, where that needs prices */
    double *shares; /* scratch: how many of a symbol of whole shares */
} orders;

/* What trading leaves of the value, sum |target - actual|, and how many weights it takes from 0 to
 * something else. */
typedef struct filled {
    double keep;
    double turnover;
    int32_t opened;
} filled;

void orders_gather(orders *to, const positions *held, const row_entry *target, int32_t count);
/* Whether a weight is off its target by more than `corridor`, or another set of symbols is wanted
 * than is held. */
bool orders_off_target(const orders *at, double corridor);
/* Trades `value` to the targets; `held` is what it holds afterwards. `whole` flags symbols of whole
 * shares (NULL for none). Prices are read when the trading is charged or `whole` is there. */
filled orders_fill(orders *at, const trading *how, const uint8_t *whole, double value,
                   positions *held);

#endif
