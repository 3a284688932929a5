/* SPDX-License-Identifier: MIT */
#include "simulate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "behaviour.h"
#include "calendar.h"

by_status simulation_open(simulation *s, const by_plan *plan, const by_panel *panel, by_range range,
                          by_error *err) {
    const size_t days = (size_t)(range.last - range.first + 1);
    const size_t symbols = (size_t)panel->symbol_count;
    const size_t doubles = 4 * days + 6 * symbols;
    const size_t size = doubles * sizeof(double) + 2 * symbols * sizeof(int32_t) + 2 * days;
    *s = (simulation){.panel = panel, .whole_shares = plan->whole_shares, .range = range};
    if (trading_may_fill_at_open(plan) && panel->open == NULL) {
        return by_fail(err, BY_DATA,
                       "data: fills at the open need opening prices, and only closes were read; "
                       "fill at the close");
    }
    s->memory = calloc(1, size);
    if (s->memory == NULL) {
        return by_fail_nomem(err, size);
    }
    s->equity = s->memory;
    s->returns = s->equity + days;
    s->turnover = s->returns + days;
    s->exposure = s->turnover + days;
    s->held.weight = s->exposure + days;
    s->held.change = s->held.weight + symbols;
    s->orders.actual = s->held.change + symbols;
    s->orders.target = s->orders.actual + symbols;
    s->orders.price = s->orders.target + symbols;
    s->orders.shares = s->orders.price + symbols;
    void *behind = s->orders.shares + symbols;
    s->held.symbol = behind;
    s->orders.symbol = s->held.symbol + symbols;
    s->traded = (uint8_t *)(s->orders.symbol + symbols);
    s->marks = s->traded + days;
    calendar_mark(panel, range, s->marks);
    return BY_OK;
}

void simulation_close(simulation *s) {
    free(s->memory);
}

/* One backtest under way. */
typedef struct job {
    simulation *s;
    const trading *how;
    const row_pool *pool;
    const int32_t *row;
    int32_t first;      /* panel row of session 0 */
    int32_t trade_days; /* sessions that traded */
    int64_t trades;     /* positions opened */
    bool pending;       /* the last session decided to trade at the next open */
} job;

/* The open of a panel row, or its close where the source does not tell. */
static double open_price(const by_panel *panel, int32_t symbol, int32_t row) {
    const double open = panel->open[symbol][row];
    return isnan(open) ? panel->close[symbol][row] : open;
}

static inline double change_of(const by_panel *panel, leg over, int32_t row, int32_t symbol) {
    switch (over) {
    case LEG_TO_CLOSE:
        return panel->forward[(size_t)row * (size_t)panel->symbol_count + (size_t)symbol];
    case LEG_TO_OPEN:
        return open_price(panel, symbol, row + 1) / panel->close[symbol][row] - 1.0;
    default:
        return panel->close[symbol][row] / open_price(panel, symbol, row) - 1.0;
    }
}

double leg_change(const by_panel *panel, leg over, int32_t row, int32_t symbol) {
    return change_of(panel, over, row, symbol);
}

/* Looks up what the positions return. */
static inline void look(simulation *s, leg over, int32_t row) {
    for (int32_t k = 0; k < s->held.count; k++) {
        s->held.change[k] = change_of(s->panel, over, row, s->held.symbol[k]);
    }
}

static double sum_weights(const positions *held) {
    double sum = 0.0;
    for (int32_t k = 0; k < held->count; k++) {
        sum += held->weight[k];
    }
    return sum;
}

static double sum_changes(const positions *held) {
    double earned = 0.0;
    for (int32_t k = 0; k < held->count; k++) {
        earned += held->weight[k] * held->change[k];
    }
    return earned;
}

/* Adds a session's interest to what was earned, with `year` sessions a year. */
static double carry(const positions *held, const trading *how, double year, double earned) {
    const double cash = 1.0 - sum_weights(held);
    if (cash > 0.0) {
        earned += cash * how->cash_yield / year;
    } else if (cash < 0.0) {
        earned += cash * how->borrow_rate / year;
    }
    for (int32_t k = 0; k < held->count; k++) {
        if (held->weight[k] < 0.0) {
            earned += held->weight[k] * how->borrow_rate / year;
        }
    }
    return earned;
}

/* Lets the positions earn what was looked up, with interest unless it ends at an open. Returns by
 * what the value grows; 0 when that was all of it. */
static double earn(const job *j, leg over, int32_t row) {
    const simulation_watch *watch = j->s->watch;
    positions *held = &j->s->held;
    const double changes = sum_changes(held);
    double earned = changes;
    if (over != LEG_TO_OPEN && j->how->carried) {
        earned = carry(held, j->how, j->s->panel->periods_per_year, earned);
    }
    const double growth = 1.0 + earned <= 0.0 ? 0.0 : 1.0 + earned;
    if (watch != NULL) {
        watch->earned(watch->context, over, row, held, earned - changes, growth);
    }
    if (growth == 0.0) {
        held->count = 0;
        return 0.0;
    }
    for (int32_t k = 0; k < held->count; k++) {
        held->weight[k] = held->weight[k] * (1.0 + held->change[k]) / growth;
    }
    return growth;
}

static void gather(const job *j, int32_t target_session) {
    int32_t count;
    const row_entry *target = rows_entries(j->pool, j->row[target_session], &count);
    orders_gather(&j->s->orders, &j->s->held, target, count);
}

/* Whether the rule trades on a session after the first. */
static bool decides(const job *j, int32_t session) {
    const by_rebalance rule = j->how->rebalance;
    switch (rule) {
    case BY_REBALANCE_DAILY:
        return true;
    case BY_REBALANCE_NEVER:
        return false;
    case BY_REBALANCE_CORRIDOR:
        gather(j, session);
        return orders_off_target(&j->s->orders, j->how->corridor);
    default:
        return calendar_trades(j->s->marks[j->first - j->s->range.first + session], rule);
    }
}

/* Trades `value` on `session` to the targets of `decided`, the session itself or the one before.
 * Returns which part of the value is left. */
static double trade(job *j, int32_t session, int32_t decided, double value) {
    simulation *s = j->s;
    const int32_t row = j->first + session;
    gather(j, decided);
    if (j->how->charged || s->whole_shares != NULL) {
        for (int32_t i = 0; i < s->orders.count; i++) {
            const int32_t symbol = s->orders.symbol[i];
            s->orders.price[i] = decided < session ? open_price(s->panel, symbol, row)
                                                   : s->panel->close[symbol][row];
        }
    }
    const filled got = orders_fill(&s->orders, j->how, s->whole_shares, value, &s->held);
    s->turnover[session] = got.turnover;
    s->traded[session] = 1;
    j->trade_days++;
    j->trades += got.opened;
    if (s->watch != NULL) {
        s->watch->traded(s->watch->context, session, decided, &s->orders, got);
    }
    return got.keep;
}

/* Each of these takes session i to the next and returns by what the value grows, 0 for ruin. */
static double step_close(job *j, int32_t i) {
    look(j->s, LEG_TO_CLOSE, j->first + i);
    const double growth = earn(j, LEG_TO_CLOSE, j->first + i);
    if (growth == 0.0 || !decides(j, i + 1)) {
        return growth;
    }
    return growth * trade(j, i + 1, i + 1, j->s->equity[i] * growth);
}

static double step_open(job *j, int32_t i) {
    simulation *s = j->s;
    double step;
    if (j->pending) {
        look(s, LEG_TO_OPEN, j->first + i);
        step = earn(j, LEG_TO_OPEN, j->first + i);
        if (step == 0.0) {
            return 0.0;
        }
        step = step * trade(j, i + 1, i, s->equity[i] * step);
        look(s, LEG_FROM_OPEN, j->first + i + 1);
        step = step * earn(j, LEG_FROM_OPEN, j->first + i + 1);
    } else {
        look(s, LEG_TO_CLOSE, j->first + i);
        step = earn(j, LEG_TO_CLOSE, j->first + i);
    }
    j->pending = step > 0.0 && decides(j, i + 1);
    return step;
}

static void begin(simulation *s, int32_t session_count) {
    const size_t sessions = (size_t)session_count;
    s->session_count = session_count;
    s->held.count = 0;
    memset(s->turnover, 0, sessions * sizeof *s->turnover);
    memset(s->traded, 0, sessions);
}

static uint64_t behaviour_of(const job *j, int32_t session_count) {
    uint64_t sum = 0;
    for (int32_t i = 0; i < session_count; i++) {
        sum += behaviour_part(j->pool, j->row[i], j->first + i);
    }
    return sum;
}

void simulate(simulation *s, const trading *how, const row_pool *pool, const int32_t *row,
              int32_t first, held_log *log, by_result *out) {
    const int32_t last = s->range.last - first;
    job j = {s, how, pool, row, first, 0, 0, how->fill == BY_FILL_OPEN};
    begin(s, last + 1);
    const double keep = j.pending ? 1.0 : trade(&j, 0, 0, how->capital);
    bool ruined = keep == 0.0;
    s->equity[0] = how->capital * keep;
    for (int32_t i = 0;; i++) {
        s->exposure[i] = sum_weights(&s->held);
        if (log != NULL) {
            held_log_add(log, &s->held);
        }
        if (i == last) {
            break;
        }
        const double step = ruined                       ? 1.0
                            : how->fill == BY_FILL_CLOSE ? step_close(&j, i)
                                                         : step_open(&j, i);
        ruined = ruined || step == 0.0;
        s->equity[i + 1] = s->equity[i] * step;
        s->returns[i] = (i == 0 ? keep * step : step) - 1.0;
        if (s->watch != NULL) {
            s->watch->stepped(s->watch->context, i);
        }
    }
    by_metrics_compute(&(by_days){s->returns, s->turnover, s->exposure, last, j.trade_days,
                                  j.trades, s->panel->periods_per_year},
                       out);
    out->start = first;
    out->behaviour = behaviour_of(&j, last + 1);
}
