/* SPDX-License-Identifier: MIT */
#include "account.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "clones.h"
#include "mask.h"

by_status account_open(account *a, const by_panel *panel, by_range range, by_costs costs,
                       by_error *err) {
    if (!(costs.slippage >= 0.0 && costs.slippage <= 0.5)) {
        return by_fail(err, BY_USAGE, "slippage must be a fraction from 0 to 0.5, not %.10g",
                       costs.slippage);
    }
    *a = (account){.panel = panel,
                   .first = range.first,
                   .day_count = range.last - range.first + 1,
                   .slippage = costs.slippage};
    const size_t days = (size_t)a->day_count;
    a->growth = calloc(4 * days, sizeof *a->growth);
    if (a->growth == NULL) {
        return by_fail_nomem(err, 4 * days * sizeof *a->growth);
    }
    a->turnover = a->growth + days;
    a->exposure = a->turnover + days;
    a->returns = a->exposure + days;
    return BY_OK;
}

void account_close(account *a) {
    free(a->growth);
}

static const double *forward_returns(const account *a, int32_t day) {
    return a->panel->forward + (size_t)(a->first + day) * (size_t)a->panel->symbol_count;
}

static void hold(account *a, const row_pool *pool, int32_t row, int32_t day) {
    const double *forward = forward_returns(a, day);
    int32_t count;
    const row_entry *entry = rows_entries(pool, row, &count);
    double earned = 0.0;
    double exposure = 0.0;
    for (int32_t i = 0; i < count; i++) {
        earned += entry[i].weight * forward[entry[i].symbol];
        exposure += entry[i].weight;
    }
    a->growth[day] = 1.0 + earned;
    a->exposure[day] = exposure;
}

/* The turnover of `day`: from what the row of the day before became to the row of the day. */
static void trade(account *a, const row_pool *pool, const int32_t *row, int32_t day) {
    const double *forward = forward_returns(a, day - 1);
    const double growth = a->growth[day - 1];
    int32_t held_count;
    int32_t target_count;
    const row_entry *held = rows_entries(pool, row[day - 1], &held_count);
    const row_entry *target = rows_entries(pool, row[day], &target_count);
    const row_entry *held_end = held + held_count;
    const row_entry *target_end = target + target_count;
    double turnover = 0.0;
    while (held < held_end || target < target_end) {
        bool sold = target == target_end || (held < held_end && held->symbol < target->symbol);
        bool bought = held == held_end || (target < target_end && target->symbol < held->symbol);
        double drifted = bought ? 0.0 : held->weight * (1.0 + forward[held->symbol]) / growth;
        turnover += fabs((sold ? 0.0 : target->weight) - drifted);
        held += !bought;
        target += !sold;
    }
    a->turnover[day] = turnover;
}

void account_update(account *a, const row_pool *pool, const int32_t *row, const uint64_t *changed) {
    const int32_t words = mask_words(a->day_count);
    for (int32_t k = 0; k < words && changed != NULL; k++) {
        for (uint64_t bits = changed[k]; bits != 0; bits &= bits - 1) {
            int32_t day = 64 * k + __builtin_ctzll(bits);
            hold(a, pool, row[day], day);
        }
    }
    /* A changed row changes the trade into it and the one out of it. */
    uint64_t carried = 0;
    for (int32_t k = 0; k < words && changed != NULL; k++) {
        uint64_t days = changed[k] | changed[k] << 1 | carried;
        carried = changed[k] >> 63;
        days &= k == words - 1 ? mask_tail(a->day_count) : ~(uint64_t)0;
        days &= k == 0 ? ~(uint64_t)1 : ~(uint64_t)0;
        for (; days != 0; days &= days - 1) {
            trade(a, pool, row, 64 * k + __builtin_ctzll(days));
        }
    }
}

BY_CLONES static void compute_returns(const double *growth, const double *turnover, double slippage,
                                      int32_t count, double *returns) {
    for (int32_t i = 0; i < count; i++) {
        returns[i] = growth[i] * (1.0 - slippage * turnover[i + 1]) - 1.0;
    }
}

void account_settle(account *a, int32_t start, by_result *out) {
    const int32_t count = a->day_count - start - 1;
    double *turnover = a->turnover + start;
    const double into_start = turnover[0];
    turnover[0] = a->exposure[start];
    compute_returns(a->growth + start, turnover, a->slippage, count, a->returns);
    if (count > 0) {
        double step = a->growth[start] * (1.0 - a->slippage * turnover[1]);
        a->returns[0] = (1.0 - a->slippage * turnover[0]) * step - 1.0;
    }
    by_metrics_compute(a->returns, count, turnover, a->exposure + start, out);
    out->start = a->first + start;
    turnover[0] = into_start;
}
