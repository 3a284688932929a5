/* SPDX-License-Identifier: MIT
 *
 * Accounting: the targets of all sessions, traded by the rule and paid for; one session at a time.
 */
#include "plain_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The numbers of by_trading for the combo. */
typedef struct terms {
    bool at_open;
    bool money; /* anything costs money, not only a fraction of the turnover */
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
} terms;

typedef struct account {
    const plain_state *s;
    terms terms;
    double *held;    /* [symbol]; weights at hand */
    double *target;  /* [symbol]; of the trade at hand, rounded to whole shares */
    double *growth;  /* [symbol]; returns at hand */
    double *price;   /* [symbol]; of the trade at hand */
    double turnover; /* of the last trade */
    int32_t opened;  /* likewise: symbols of which there was nothing, and now is something */
    bool ruined;
} account;

static terms read_terms(const plain_state *s) {
    const by_trading *trading = s->trading;
    terms t = {
        .at_open = plain_integer(s, &trading->fill) == BY_FILL_OPEN,
        .slippage = plain_value(s, &trading->slippage),
        .commission = plain_value(s, &trading->commission),
        .commission_share = plain_value(s, &trading->commission_share),
        .commission_order = plain_value(s, &trading->commission_order),
        .commission_minimum = plain_value(s, &trading->commission_minimum),
        .sale_fee = plain_value(s, &trading->sale_fee),
        .share_fee = plain_value(s, &trading->share_fee),
        .share_fee_maximum = plain_value(s, &trading->share_fee_maximum),
        .cash_yield = plain_value(s, &trading->cash_yield),
        .borrow_rate = plain_value(s, &trading->borrow_rate),
    };
    t.money = t.commission != 0 || t.commission_share != 0 || t.commission_order != 0 ||
              t.commission_minimum != 0 || t.sale_fee != 0 || t.share_fee != 0;
    return t;
}

/* A fee in whole cents, rounded up. */
static double cents_up(double fee) {
    return ceil(fee * 100.0 - 1e-9) / 100.0;
}

/* What an order of `value` at `price` costs. */
static double add_order(const terms *t, double money, double value, double price, bool sale) {
    double shares = value / price;
    double commission = t->commission_order + t->commission_share * shares + t->commission * value;
    money += commission < t->commission_minimum ? t->commission_minimum : commission;
    if (sale) {
        double fee = cents_up(t->share_fee * shares);
        bool bound = t->share_fee_maximum > 0 && fee > t->share_fee_maximum;
        money += cents_up(t->sale_fee * value);
        money += bound ? t->share_fee_maximum : fee;
    }
    return money;
}

/* What share of `value` is left after trading from `held` to `target`; a->turnover, too. */
static double keep_after(account *a, const double *target, double value) {
    double money = 0;
    a->turnover = 0;
    for (int32_t t = 0; t < a->s->panel->symbol_count; t++) {
        double traded = fabs(target[t] - a->held[t]);
        a->turnover += traded;
        if (a->terms.money && traded * value >= 0.01) {
            money =
                add_order(&a->terms, money, traded * value, a->price[t], target[t] < a->held[t]);
        }
    }
    double cost = a->terms.slippage * a->turnover;
    double keep = a->terms.money ? 1 - (cost + money / value) : 1 - cost;
    return keep < 0 ? 0 : keep;
}

static bool is_whole(const account *a, int32_t symbol) {
    const uint8_t *whole = a->s->tree->whole_shares;
    return whole != NULL && whole[symbol] != 0;
}

static double shares_of(double weight, double value, double price) {
    double shares = floor(fabs(weight) * value / price + 1e-9);
    return weight < 0 ? 0 - shares : shares; /* none is 0, not -0 */
}

/* Trades to `wanted` at a->price when the account is worth `value`; what share of it is left. */
static double trade(account *a, const double *wanted, double value) {
    int32_t symbols = a->s->panel->symbol_count;
    double planned = value * keep_after(a, wanted, value);
    for (int32_t t = 0; t < symbols; t++) {
        a->target[t] = wanted[t];
        if (is_whole(a, t)) {
            double shares = planned > 0 ? shares_of(wanted[t], planned, a->price[t]) : 0;
            a->target[t] = planned > 0 ? shares * a->price[t] / planned : 0;
        }
    }
    double keep = keep_after(a, a->target, value);
    double left = value * keep;
    a->opened = 0;
    for (int32_t t = 0; t < symbols; t++) {
        a->opened += a->held[t] == 0 && a->target[t] != 0 && keep > 0;
        a->held[t] = a->target[t];
        if (is_whole(a, t) && left > 0) {
            double shares = planned > 0 ? shares_of(wanted[t], planned, a->price[t]) : 0;
            a->held[t] = shares * a->price[t] / left;
        }
    }
    a->ruined = a->ruined || keep == 0;
    return keep;
}

/* Lets `held` earn a->growth, and cash what cash earns; by what factor the account grew. */
static double earn(account *a, bool with_cash) {
    int32_t symbols = a->s->panel->symbol_count;
    const terms *t = &a->terms;
    double earned = 0;
    double cash = 0;
    for (int32_t i = 0; i < symbols; i++) {
        if (a->held[i] != 0) {
            earned += a->held[i] * a->growth[i];
            cash += a->held[i];
        }
    }
    cash = 1 - cash;
    if (with_cash && (t->cash_yield != 0 || t->borrow_rate != 0)) {
        if (cash != 0) {
            earned = earned + cash * (cash > 0 ? t->cash_yield : t->borrow_rate) /
                                  a->s->panel->periods_per_year;
        }
        for (int32_t i = 0; i < symbols; i++) {
            if (a->held[i] < 0) {
                earned = earned + a->held[i] * t->borrow_rate / a->s->panel->periods_per_year;
            }
        }
    }
    double growth = 1 + earned;
    for (int32_t i = 0; i < symbols; i++) {
        a->held[i] = a->held[i] * (1 + a->growth[i]) / growth;
    }
    a->ruined = a->ruined || growth <= 0;
    return growth;
}

static const double *targets_of(const plain_result *run, int32_t day) {
    return run->weights + (size_t)day * (size_t)run->symbol_count;
}

/* From the close of `row` to the next open, or from that open to the close. A day that has no open
 * fills at its close. */
static void set_growth(account *a, int32_t row, bool to_open) {
    const by_panel *panel = a->s->panel;
    for (int32_t t = 0; t < panel->symbol_count; t++) {
        double open = panel->open == NULL ? NAN : panel->open[t][row + 1];
        double close = panel->close[t][row + 1];
        double whole = panel->forward[(size_t)row * (size_t)panel->symbol_count + (size_t)t];
        a->price[t] = isnan(open) ? close : open;
        a->growth[t] = to_open ? open / panel->close[t][row] - 1 : close / open - 1;
        if (isnan(open)) {
            a->growth[t] = to_open ? whole : 0;
        }
    }
}

static void set_growth_whole(account *a, int32_t row) {
    const by_panel *panel = a->s->panel;
    for (int32_t t = 0; t < panel->symbol_count; t++) {
        a->growth[t] = panel->forward[(size_t)row * (size_t)panel->symbol_count + (size_t)t];
        a->price[t] = panel->close[t][row + 1];
    }
}

static void note_trade(const account *a, plain_result *run, int32_t day) {
    run->turnover[day] = a->turnover;
    run->traded[day] = 1;
    run->trade_count++;
    run->opened += a->opened;
}

/* The step from day `day` to the next: what follows a decision for the next open. */
static double step_at_open(account *a, plain_result *run, int32_t day, bool decided) {
    int32_t row = run->first + day;
    if (!decided) {
        set_growth_whole(a, row);
        return earn(a, true);
    }
    set_growth(a, row, true);
    double before = earn(a, false);
    if (a->ruined) {
        return 0;
    }
    double keep = trade(a, targets_of(run, day), run->equity[day] * before);
    note_trade(a, run, day + 1);
    if (a->ruined) {
        return 0;
    }
    set_growth(a, row, false);
    return before * keep * earn(a, true);
}

static double step_at_close(account *a, plain_result *run, int32_t day) {
    int32_t row = run->first + day;
    set_growth_whole(a, row);
    double growth = earn(a, true);
    if (a->ruined || !plain_rebalances(a->s, row + 1, a->held, targets_of(run, day + 1))) {
        return growth;
    }
    double keep = trade(a, targets_of(run, day + 1), run->equity[day] * growth);
    note_trade(a, run, day + 1);
    return growth * keep;
}

/* The state after the trade of `day`. */
static void note(account *a, plain_result *run, int32_t day) {
    for (int32_t t = 0; t < run->symbol_count; t++) {
        a->held[t] = a->ruined ? 0 : a->held[t];
        run->exposure[day] += a->held[t];
        run->held[(size_t)day * (size_t)run->symbol_count + (size_t)t] = a->held[t];
    }
}

static void walk(account *a, plain_result *run) {
    double keep_first = 1;
    bool decided = true; /* at the close of the day at hand, when filled at the open */
    run->equity[0] = plain_value(a->s, &a->s->trading->capital);
    if (!a->terms.at_open) {
        for (int32_t t = 0; t < run->symbol_count; t++) {
            a->price[t] = a->s->panel->close[t][run->first];
        }
        keep_first = trade(a, targets_of(run, 0), run->equity[0]);
        run->equity[0] = run->equity[0] * keep_first;
        note_trade(a, run, 0);
    }
    note(a, run, 0);
    bool gone = false; /* and the loss is in the returns */
    for (int32_t day = 0; day + 1 < run->day_count && !gone; day++) {
        double step = 0;
        if (!a->ruined) {
            step =
                a->terms.at_open ? step_at_open(a, run, day, decided) : step_at_close(a, run, day);
        }
        gone = a->ruined;
        run->equity[day + 1] = gone ? 0 : run->equity[day] * step;
        run->returns[day] = gone ? -1 : day == 0 ? keep_first * step - 1 : step - 1;
        note(a, run, day + 1);
        decided = plain_rebalances(a->s, run->first + day + 1, a->held, targets_of(run, day + 1));
    }
}

void plain_account(plain_state *s, plain_result *run) {
    size_t symbols = (size_t)run->symbol_count;
    double *room = plain_room(s, 4 * symbols, sizeof *room);
    if (room == NULL) {
        return;
    }
    account a = {.s = s,
                 .terms = read_terms(s),
                 .held = room,
                 .target = room + symbols,
                 .growth = room + 2 * symbols,
                 .price = room + 3 * symbols};
    walk(&a, run);
    free(room);
}
