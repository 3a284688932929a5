/* SPDX-License-Identifier: MIT */
#include "account.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "clones.h"
#include "mask.h"

by_status account_open(account *a, const by_plan *plan, const by_panel *panel, int32_t walk_first,
                       by_range range, by_error *err) {
    *a = (account){.plan = plan,
                   .panel = panel,
                   .first = walk_first,
                   .lead = range.first - walk_first,
                   .day_count = range.last - walk_first + 1};
    const size_t days = (size_t)a->day_count;
    const size_t words = (size_t)mask_words(a->day_count);
    by_status status = simulation_open(&a->simulation, plan, panel, range, err);
    if (status != BY_OK) {
        return status;
    }
    a->growth = calloc(4 * days, sizeof *a->growth);
    a->stale = malloc(words * sizeof *a->stale);
    if (a->growth == NULL || a->stale == NULL) {
        account_close(a);
        return by_fail_nomem(err, 4 * days * sizeof *a->growth);
    }
    a->turnover = a->growth + days;
    a->exposure = a->turnover + days;
    a->returns = a->exposure + days;
    memset(a->stale, 0xff, words * sizeof *a->stale);
    return BY_OK;
}

void account_close(account *a) {
    simulation_close(&a->simulation);
    free(a->growth);
    free(a->stale);
    *a = (account){0};
}

void account_update(account *a, const uint64_t *changed) {
    const int32_t words = mask_words(a->day_count);
    for (int32_t k = 0; k < words && changed != NULL; k++) {
        a->stale[k] |= changed[k];
    }
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

/* The days of word k that lie behind `before` and are days at all. */
static uint64_t days_behind(const account *a, int32_t k, int32_t before) {
    const int32_t skipped = before + 1 - 64 * k;
    uint64_t days = k == mask_words(a->day_count) - 1 ? mask_tail(a->day_count) : ~(uint64_t)0;
    return skipped <= 0 ? days : skipped >= 64 ? 0 : days & ~(uint64_t)0 << skipped;
}

/* Brings growth, exposure and turnover up to date with the rows. */
static void catch_up(account *a, const row_pool *pool, const int32_t *row) {
    const int32_t words = mask_words(a->day_count);
    for (int32_t k = a->lead / 64; k < words; k++) {
        uint64_t days = a->stale[k] & days_behind(a, k, a->lead - 1);
        for (; days != 0; days &= days - 1) {
            int32_t day = 64 * k + __builtin_ctzll(days);
            hold(a, pool, row[day], day);
        }
    }
    /* A changed row changes the trade into it and the one out of it. */
    uint64_t carried = 0;
    for (int32_t k = 0; k < words; k++) {
        uint64_t days = (a->stale[k] | a->stale[k] << 1 | carried) & days_behind(a, k, a->lead);
        carried = a->stale[k] >> 63;
        for (; days != 0; days &= days - 1) {
            trade(a, pool, row, 64 * k + __builtin_ctzll(days));
        }
        a->stale[k] = 0;
    }
}

/* Returns whether all of it was growth, and something was left of every trade: else there is ruin.
 */
BY_CLONES static bool compute_returns(const double *growth, const double *turnover, double slippage,
                                      int32_t count, double *returns) {
    double least[BY_LANES];
    for (int32_t l = 0; l < BY_LANES; l++) {
        least[l] = 1.0;
    }
    int32_t i = 0;
    for (; i + BY_LANES <= count; i += BY_LANES) {
        for (int32_t l = 0; l < BY_LANES; l++) {
            const double keep = 1.0 - slippage * turnover[i + l + 1];
            const double less = keep < growth[i + l] ? keep : growth[i + l];
            least[l] = less < least[l] ? less : least[l];
            returns[i + l] = growth[i + l] * keep - 1.0;
        }
    }
    for (int32_t l = 0; i < count; i++, l++) {
        const double keep = 1.0 - slippage * turnover[i + 1];
        const double less = keep < growth[i] ? keep : growth[i];
        least[l] = less < least[l] ? less : least[l];
        returns[i] = growth[i] * keep - 1.0;
    }
    bool alive = true;
    for (int32_t l = 0; l < BY_LANES; l++) {
        alive = alive && least[l] > 0.0;
    }
    return alive;
}

static double sum_absolute(const row_pool *pool, int32_t row) {
    int32_t count;
    const row_entry *entry = rows_entries(pool, row, &count);
    double sum = 0.0;
    for (int32_t i = 0; i < count; i++) {
        sum += fabs(entry[i].weight);
    }
    return sum;
}

/* Plain trading from the days that are kept. Returns false, and has done nothing, when the combo is
 * ruined on the way. */
static bool settle_plainly(account *a, const row_pool *pool, const int32_t *row, double slippage,
                           int32_t start, by_result *out) {
    const int32_t count = a->day_count - start - 1;
    double *turnover = a->turnover + start;
    const double into_start = turnover[0];
    const double purchase = sum_absolute(pool, row[start]);
    const double keep = 1.0 - slippage * purchase;
    bool alive =
        compute_returns(a->growth + start, turnover, slippage, count, a->returns) && keep > 0.0;
    if (alive) {
        if (count > 0) {
            double step = a->growth[start] * (1.0 - slippage * turnover[1]);
            a->returns[0] = keep * step - 1.0;
        }
        turnover[0] = purchase;
        by_metrics_compute(a->returns, count, turnover, a->exposure + start, count + 1, out);
        turnover[0] = into_start;
        out->start = a->first + start;
    }
    return alive;
}

void account_settle(account *a, const row_pool *pool, const int32_t *row, const int32_t *digits,
                    int32_t start, by_result *out) {
    const trading how = trading_of(a->plan, digits);
    const bool plain = how.rebalance == BY_REBALANCE_DAILY && how.fill == BY_FILL_CLOSE &&
                       !how.charged && !how.carried && a->plan->whole_shares == NULL;
    if (plain) {
        catch_up(a, pool, row);
        if (settle_plainly(a, pool, row, how.slippage, start, out)) {
            return;
        }
    }
    simulate(&a->simulation, &how, pool, row + start, a->first + start, NULL, out);
}
