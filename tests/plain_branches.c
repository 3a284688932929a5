/* SPDX-License-Identifier: MIT */
#include "plain_branches.h"

#include <math.h>
#include <stdlib.h>

typedef struct job {
    plain_branches *b;
    const plain_state *s;
    const plain_result *run;
    int32_t decided; /* the session whose decision is held; -1 before the first */
    double *money;   /* [branch] of CASH: what it has */
    bool falls;
    double scale; /* from money to log return, of the step at hand */
} job;

static double held_at(const job *j, int32_t session, int32_t symbol) {
    return j->run->held[(size_t)session * (size_t)j->run->symbol_count + (size_t)symbol];
}

static double share_at(const job *j, int32_t session, int32_t branch) {
    return session < 0 ? 0 : j->b->share[(size_t)session * (size_t)j->b->count + (size_t)branch];
}

/* What all leaves want of a symbol; NaN where they cancel out. */
static double wanted(const job *j, int32_t session, int32_t symbol) {
    double sum = 0;
    double gross = 0;
    for (int32_t i = 0; i < j->b->count && session >= 0; i++) {
        double share = j->b->branch[i].symbol == symbol ? share_at(j, session, i) : 0;
        sum += share;
        gross += fabs(share);
    }
    return gross > 0 && fabs(sum) < 1e-6 * gross ? NAN : sum;
}

static double open_at(const job *j, int32_t symbol, int32_t row) {
    double open = j->s->panel->open[symbol][row];
    return isnan(open) ? j->s->panel->close[symbol][row] : open;
}

/* What a symbol returns on the step from a session to the next, or on one side of its open. */
static double change_of(const job *j, int32_t session, int32_t symbol, int32_t side) {
    const int32_t row = j->run->first + session;
    double close = j->s->panel->close[symbol][row];
    double next = j->s->panel->close[symbol][row + 1];
    return side == 0  ? next / close - 1
           : side < 0 ? open_at(j, symbol, row + 1) / close - 1
                      : next / open_at(j, symbol, row + 1) - 1;
}

static void add(job *j, plain_branch *to, double money) {
    if (money != 0) {
        to->log_return += money * j->scale;
        to->drawdown += j->falls ? money * j->scale : 0;
    }
}

/* Gives what a symbol gained to those who hold it. */
static void give(job *j, int32_t symbol, double gained) {
    double all = wanted(j, j->decided, symbol);
    for (int32_t i = 0; i < j->b->count; i++) {
        plain_branch *to = &j->b->branch[i];
        if (to->symbol == symbol && gained != 0) {
            add(j, to, gained * share_at(j, j->decided, i) / all);
        }
        if (to->symbol == symbol && isnan(all)) {
            to->known = false;
        }
    }
}

/* Splits a trade of a symbol from the fraction `actual` to `target`. */
static void split(job *j, int32_t symbol, int32_t decided, double actual, double target) {
    double before = wanted(j, j->decided, symbol);
    bool known = !isnan(before) && !isnan(wanted(j, decided, symbol));
    double sum = 0;
    for (int32_t pass = 0; pass < 2; pass++) {
        for (int32_t i = 0; i < j->b->count; i++) {
            plain_branch *to = &j->b->branch[i];
            double had = actual == 0 ? 0 : actual * share_at(j, j->decided, i) / before;
            double change = fabs(share_at(j, decided, i) - had);
            if (to->symbol != symbol) {
                continue;
            }
            if (pass == 0) {
                sum += change;
            } else if (sum > 0) {
                to->turnover += fabs(target - actual) * change / sum;
            }
            to->known = to->known && known;
        }
    }
}

static double year_rate(const job *j, int32_t session) {
    double cash = 1;
    for (int32_t t = 0; t < j->run->symbol_count; t++) {
        cash -= held_at(j, session, t);
    }
    return plain_value(j->s, cash < 0 ? &j->s->trading->borrow_rate : &j->s->trading->cash_yield);
}

/* By what factor the value grew up to the trade at its end. */
static double growth_of(const job *j, int32_t session, int32_t side) {
    double earned = 0;
    double cash = 1;
    double shorts = 0;
    for (int32_t t = 0; t < j->run->symbol_count; t++) {
        double held = held_at(j, session, t);
        earned += held == 0 ? 0 : held * change_of(j, session, t, side);
        cash -= held;
        shorts += held < 0 ? held : 0;
    }
    double borrow = plain_value(j->s, &j->s->trading->borrow_rate);
    double year = side < 0 ? 0 : cash * year_rate(j, session) + shorts * borrow;
    return 1 + earned + year / j->s->panel->periods_per_year;
}

/* The trade to the decision of `decided`, of what was held at the end of `session` and has gone
 * through `side` of its step; -1 for nothing. */
static void trade(job *j, int32_t session, int32_t side, int32_t decided) {
    double growth = session < 0 ? 1 : growth_of(j, session, side);
    for (int32_t t = 0; t < j->run->symbol_count; t++) {
        double held = session < 0 ? 0 : held_at(j, session, t);
        double target = j->run->weights[(size_t)decided * (size_t)j->run->symbol_count + (size_t)t];
        double actual = held == 0 ? 0 : held * (1 + change_of(j, session, t, side)) / growth;
        split(j, t, decided, actual, target);
    }
    j->decided = decided;
}

static void give_all(job *j, int32_t session, int32_t side) {
    for (int32_t t = 0; t < j->run->symbol_count; t++) {
        double held = held_at(j, session, t);
        give(j, t, held == 0 ? 0 : held * j->run->equity[session] * change_of(j, session, t, side));
    }
}

/* From the open to the close of the session behind `session`, at whose end all is known. */
static void give_day(job *j, int32_t session) {
    for (int32_t t = 0; t < j->run->symbol_count; t++) {
        double money = held_at(j, session + 1, t) * j->run->equity[session + 1];
        double change = money == 0 ? 0 : change_of(j, session, t, 1);
        give(j, t, money * change / (1 + change));
    }
}

static void fill_cash(job *j, double value) {
    for (int32_t i = 0; i < j->b->count; i++) {
        j->money[i] = value * share_at(j, j->decided, i);
    }
}

static void give_cash(job *j, int32_t session) {
    double rate = year_rate(j, session) / j->s->panel->periods_per_year;
    for (int32_t i = 0; i < j->b->count; i++) {
        if (j->b->branch[i].symbol == j->run->symbol_count) {
            add(j, &j->b->branch[i], j->money[i] * rate);
            j->money[i] += j->money[i] * rate;
        }
    }
}

static void step(job *j, int32_t session, bool at_open) {
    bool traded = j->run->traded[session + 1] != 0;
    if (!at_open || !traded) {
        give_all(j, session, 0);
        give_cash(j, session);
        if (traded) {
            trade(j, session, 0, session + 1);
            fill_cash(j, j->run->equity[session + 1]);
        }
        return;
    }
    give_all(j, session, -1);
    trade(j, session, -1, session);
    give_day(j, session);
}

static void account(job *j) {
    const plain_result *run = j->run;
    double capital = plain_value(j->s, &j->s->trading->capital);
    bool at_open = plain_integer(j->s, &j->s->trading->fill) == BY_FILL_OPEN;
    int32_t from = 0;
    int32_t to = 0;
    for (int32_t p = 0; p < run->day_count; p++) { /* the worst fall of all pairs */
        for (int32_t q = p + 1; q < run->day_count; q++) {
            double now = run->equity[q] / (p == 0 ? capital : run->equity[p]);
            double worst =
                to == 0 ? 1 : run->equity[to] / (from == 0 ? capital : run->equity[from]);
            if (now < worst) {
                from = p;
                to = q;
            }
        }
    }
    j->decided = -1;
    if (!at_open) {
        trade(j, -1, 0, 0);
        fill_cash(j, run->equity[0]);
    }
    for (int32_t d = 0; d + 1 < run->day_count && run->returns[d] > -1; d++) {
        double back = run->returns[d];
        j->scale = (back == 0 ? 1 : log1p(back) / back) / (d == 0 ? capital : run->equity[d]);
        j->falls = d >= from && d < to;
        step(j, d, at_open);
    }
}

void plain_branches_open(plain_branches *b, const plain_state *s, const plain_result *run,
                         int32_t count_max) {
    const size_t count = (size_t)count_max;
    double unused = 0;
    job j = {.b = b, .s = s, .run = run};
    *b = (plain_branches){.count = count_max, .turnover_known = s->tree->whole_shares == NULL};
    b->branch = calloc(count, sizeof *b->branch);
    b->share = calloc(count * (size_t)run->day_count, sizeof *b->share);
    j.money = calloc(count, sizeof *j.money);
    if (b->branch == NULL || b->share == NULL || j.money == NULL) {
        abort();
    }
    for (int32_t i = 0; i < count_max; i++) {
        b->branch[i].known = true;
    }
    plain_branches_share(b, s, run);
    account(&j);
    unused += plain_value(s, &s->trading->cash_yield) + plain_value(s, &s->trading->borrow_rate);
    b->cash_known = unused == 0 || plain_integer(s, &s->trading->fill) == BY_FILL_CLOSE;
    free(j.money);
}

void plain_branches_close(plain_branches *b) {
    free(b->branch);
    free(b->share);
}
