/* SPDX-License-Identifier: MIT */
#include "account.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "behaviour.h"
#include "mask.h"

by_status account_open(account *a, const by_plan *plan, const by_panel *panel, int32_t walk_first,
                       by_range range, by_error *err) {
    *a = (account){.plan = plan,
                   .panel = panel,
                   .first = walk_first,
                   .lead = range.first - walk_first,
                   .day_count = range.last - walk_first + 1,
                   .slippage = NAN,
                   .start = -1};
    const size_t days = (size_t)a->day_count;
    const size_t words = (size_t)mask_words(a->day_count);
    by_status status = simulation_open(&a->simulation, plan, panel, range, err);
    if (status != BY_OK) {
        return status;
    }
    a->growth = calloc(4 * days, sizeof *a->growth);
    a->parts = calloc(days, sizeof *a->parts);
    a->opened = calloc(days, sizeof *a->opened);
    a->lost = calloc(days, sizeof *a->lost);
    a->stale = malloc(words * sizeof *a->stale);
    if (a->growth == NULL || a->parts == NULL || a->opened == NULL || a->lost == NULL ||
        a->stale == NULL) {
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
    free(a->parts);
    free(a->opened);
    free(a->lost);
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
    const uint64_t part = behaviour_part(pool, row, a->first + day);
    a->growth[day] = 1.0 + earned;
    a->exposure[day] = exposure;
    a->part_sum += part - a->parts[day];
    a->parts[day] = part;
}

/* The return from `day` to the next, its trade included. Ruin makes it what it may: then the combo
 * is simulated. */
static void earn(account *a, int32_t day) {
    const double keep = 1.0 - a->slippage * a->turnover[day + 1];
    const bool lost = !(a->growth[day] > 0.0 && keep > 0.0);
    a->returns[day] = a->growth[day] * keep - 1.0;
    a->lost_sum += lost - a->lost[day];
    a->lost[day] = lost;
}

/* The trade of `day`: from what the row of the day before became to the row of the day. */
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
    int32_t opened = 0;
    while (held < held_end || target < target_end) {
        bool sold = target == target_end || (held < held_end && held->symbol < target->symbol);
        bool bought = held == held_end || (target < target_end && target->symbol < held->symbol);
        double drifted = bought ? 0.0 : held->weight * (1.0 + forward[held->symbol]) / growth;
        turnover += fabs((sold ? 0.0 : target->weight) - drifted);
        opened += !sold && drifted == 0.0;
        held += !bought;
        target += !sold;
    }
    a->turnover[day] = turnover;
    a->opened_sum += opened - a->opened[day];
    a->opened[day] = opened;
}

static void earn_all(account *a, double slippage) {
    a->slippage = slippage;
    for (int32_t day = a->lead; day + 1 < a->day_count; day++) {
        earn(a, day);
    }
}

/* The days of word k that lie behind `before` and are days at all. */
static uint64_t days_behind(const account *a, int32_t k, int32_t before) {
    const int32_t skipped = before + 1 - 64 * k;
    uint64_t days = k == mask_words(a->day_count) - 1 ? mask_tail(a->day_count) : ~(uint64_t)0;
    return skipped <= 0 ? days : skipped >= 64 ? 0 : days & ~(uint64_t)0 << skipped;
}

/* Brings the arrays up to date with the rows, word by word of the days. Returns whether there was
 * anything to do. A changed row changes the trade into it and the one out of it. */
static bool catch_up(account *a, const row_pool *pool, const int32_t *row, double slippage) {
    uint64_t any = 0;
    uint64_t carried = 0;
    for (int32_t k = a->lead / 64; k < mask_words(a->day_count); k++) {
        const uint64_t stale = a->stale[k] & days_behind(a, k, a->lead - 1);
        const uint64_t traded = (stale | stale << 1 | carried) & days_behind(a, k, a->lead);
        for (uint64_t days = stale; days != 0; days &= days - 1) { /* far apart in a long series */
            __builtin_prefetch(forward_returns(a, 64 * k + __builtin_ctzll(days)));
        }
        for (uint64_t days = stale; days != 0; days &= days - 1) {
            const int32_t day = 64 * k + __builtin_ctzll(days);
            hold(a, pool, row[day], day);
        }
        for (uint64_t days = traded; days != 0; days &= days - 1) {
            const int32_t day = 64 * k + __builtin_ctzll(days);
            trade(a, pool, row, day);
            earn(a, day - 1);
        }
        carried = stale >> 63;
        any |= stale;
        a->stale[k] = 0;
    }
    if (a->slippage != slippage) {
        earn_all(a, slippage);
        return true;
    }
    return any != 0;
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

/* The positions that plain trading opens from day `start` on, with the first purchase. */
static int64_t count_opened(const account *a, const row_pool *pool, int32_t row, int32_t start) {
    int32_t count;
    rows_entries(pool, row, &count);
    int64_t opened = a->opened_sum + count;
    for (int32_t day = a->lead + 1; day <= start; day++) {
        opened -= a->opened[day];
    }
    return opened;
}

static uint64_t behaviour_from(const account *a, int32_t start) {
    uint64_t sum = a->part_sum;
    for (int32_t day = a->lead; day < start; day++) {
        sum -= a->parts[day];
    }
    return sum;
}

/* Plain trading from the days that are kept. Returns false when the combo is ruined on the way. */
static bool settle_plainly(account *a, const row_pool *pool, const int32_t *row, int32_t start,
                           by_result *out) {
    const int32_t count = a->day_count - start - 1;
    double *turnover = a->turnover + start;
    double *returns = a->returns + start;
    const double into_start = turnover[0];
    const double purchase = sum_absolute(pool, row[start]);
    const double keep = 1.0 - a->slippage * purchase;
    int64_t lost = a->lost_sum;
    for (int32_t day = a->lead; day < start; day++) {
        lost -= a->lost[day];
    }
    if (lost > 0 || !(keep > 0.0)) {
        return false;
    }
    if (count > 0) {
        returns[0] = keep * (a->growth[start] * (1.0 - a->slippage * turnover[1])) - 1.0;
    }
    turnover[0] = purchase;
    by_metrics_compute(&(by_days){returns, turnover, a->exposure + start, count, count + 1,
                                  count_opened(a, pool, row[start], start),
                                  a->panel->periods_per_year},
                       out);
    turnover[0] = into_start;
    out->start = a->first + start;
    out->behaviour = behaviour_from(a, start);
    a->settled = returns;
    return true;
}

void account_settle(account *a, const row_pool *pool, const int32_t *row, const int32_t *digits,
                    int32_t start, by_result *out) {
    const trading how = trading_of(a->plan, digits);
    const bool plain = how.rebalance == BY_REBALANCE_DAILY && how.fill == BY_FILL_CLOSE &&
                       !how.charged && !how.carried && a->plan->whole_shares == NULL;
    if (plain) {
        const bool changed = catch_up(a, pool, row, how.slippage);
        if (!changed && a->current && start == a->start) {
            *out = a->last;
            return;
        }
        if (a->start >= 0 && a->start + 1 < a->day_count) {
            earn(a, a->start); /* without the first purchase */
        }
    }
    if (!plain || !settle_plainly(a, pool, row, start, out)) {
        simulate(&a->simulation, &how, pool, row + start, a->first + start, NULL, out);
        a->settled = a->simulation.returns;
    }
    a->current = plain;
    if (plain) {
        a->start = start;
        a->last = *out;
    }
}
