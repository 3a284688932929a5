/* SPDX-License-Identifier: MIT
 *
 * What a unit of weight in each symbol did, while the run is simulated once more.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "attribution_parts.h"

enum { ROWS = WORD_DAYS + 1, TABLES = 5 };

/* The worst fall of the value, in sessions; the first of several that are equal. */
static void find_drawdown(moves *m) {
    double high = m->how->capital;
    double worst = 1.0;
    int32_t peak = 0;
    for (int32_t i = 1; i < m->run->day_count; i++) {
        const double value = m->run->equity[i];
        if (value > high) {
            high = value;
            peak = i;
        } else if (value / high < worst) {
            worst = value / high;
            m->peak = peak;
            m->trough = i;
        }
    }
}

by_status moves_open(moves *m, const by_run *run, const by_panel *panel, const trading *how,
                     const uint8_t *whole, by_error *err) {
    *m = (moves){.panel = panel,
                 .run = run,
                 .how = how,
                 .whole = whole,
                 .width = panel->symbol_count + 1,
                 .base = run->first / WORD_DAYS * WORD_DAYS,
                 .value = 1.0,
                 .err = err};
    const size_t width = (size_t)m->width;
    const size_t size = (1 + (size_t)TABLES * ROWS) * width * sizeof(double);
    m->memory = calloc(1, size);
    if (m->memory == NULL) {
        return by_fail_nomem(err, size);
    }
    m->unit = m->memory;
    m->before = m->unit + width;
    m->after = m->before + ROWS * width;
    m->sold = m->after + ROWS * width;
    m->bought = m->sold + ROWS * width;
    m->traded = m->bought + ROWS * width;
    find_drawdown(m);
    return BY_OK;
}

void moves_close(moves *m) {
    free(m->memory);
    *m = (moves){0};
}

/* Where the table of a session begins. */
static size_t table_at(const moves *m, int32_t session) {
    return (size_t)(m->run->first + session - m->base) * (size_t)m->width;
}

static double sum_weights(const positions *held) {
    double sum = 0.0;
    for (int32_t k = 0; k < held->count; k++) {
        sum += held->weight[k];
    }
    return sum;
}

/* What cash returns over a stretch. */
static double cash_change(const moves *m, leg over, const positions *held) {
    if (over == LEG_TO_OPEN) {
        return 0.0;
    }
    const double cash = 1.0 - sum_weights(held);
    const double year = cash < 0.0 ? m->how->borrow_rate : m->how->cash_yield;
    return year / m->panel->periods_per_year;
}

static void earned(void *context, leg over, int32_t row, const positions *held, double interest,
                   double growth) {
    moves *m = context;
    double *into = (over == LEG_TO_OPEN ? m->before : m->after) + table_at(m, m->step);
    for (int32_t s = 0; s < m->width && growth > 0.0; s++) {
        const double change =
            s < m->width - 1 ? leg_change(m->panel, over, row, s) : cash_change(m, over, held);
        into[s] = m->value * m->unit[s] * change;
        m->unit[s] = m->unit[s] * (1.0 + change) / growth;
    }
    m->interest += m->value * interest;
    m->value *= growth;
}

/* The target of a symbol on a session; 0 when it has none. */
static double target_of(const by_run *run, int32_t session, int32_t symbol) {
    for (int32_t k = run->weight_first[session]; k < run->weight_first[session + 1]; k++) {
        if (run->symbol[k] == symbol) {
            return run->weight[k];
        }
    }
    return 0.0;
}

static void traded(void *context, int32_t session, int32_t decided, const orders *at, filled got) {
    (void)session;
    moves *m = context;
    const size_t width = (size_t)m->width;
    const size_t place = table_at(m, decided);
    const int32_t day = m->run->first + decided - m->base;
    double *bought = m->bought + place;
    double *amount = m->traded + place;
    double sum = 0.0;
    memcpy(m->sold + place, m->unit, width * sizeof *m->unit);
    memset(amount, 0, width * sizeof *amount);
    for (int32_t s = 0; s < m->width; s++) {
        bought[s] = m->whole != NULL && s < m->width - 1 && m->whole[s] ? 0.0 : 1.0;
    }
    for (int32_t i = 0; i < at->count; i++) {
        const int32_t symbol = at->symbol[i];
        amount[symbol] = fabs(at->target[i] - at->actual[i]);
        sum += amount[symbol];
        if (bought[symbol] == 0.0 && at->target[i] != 0.0) {
            bought[symbol] = at->target[i] / target_of(m->run, decided, symbol);
        }
    }
    for (int32_t s = 0; s < m->width && sum > 0.0; s++) { /* whole shares are of what was left */
        amount[s] *= got.turnover / sum;
    }
    memcpy(m->unit, bought, width * sizeof *m->unit);
    *(day < WORD_DAYS ? &m->trades : &m->trades_next) |= (uint64_t)1 << day % WORD_DAYS;
    m->cost -= m->value * (1.0 - got.keep);
    m->value *= got.keep;
}

/* Scales a step so that its parts sum to its log return. Of the step into ruin nothing is kept. */
static void end_step(moves *m) {
    const double gained = m->value - 1.0;
    const double scale = m->value <= 0.0 ? 0.0 : gained == 0.0 ? 1.0 : log1p(gained) / gained;
    const bool falls = m->step >= m->peak && m->step < m->trough;
    const size_t place = table_at(m, m->step);
    for (int32_t s = 0; s < m->width; s++) {
        m->before[place + (size_t)s] *= scale;
        m->after[place + (size_t)s] *= scale;
    }
    m->costs += scale * m->cost;
    m->cash += scale * m->interest;
    m->costs_drawdown += falls ? scale * m->cost : 0.0;
    m->cash_drawdown += falls ? scale * m->interest : 0.0;
    m->ruined = m->ruined || m->value <= 0.0;
    m->value = 1.0;
    m->cost = 0.0;
    m->interest = 0.0;
}

/* Hands over the word and begins the next, whose first day may have been traded by now. */
static void end_word(moves *m) {
    const size_t width = (size_t)m->width;
    double *const tables[TABLES] = {m->before, m->after, m->sold, m->bought, m->traded};
    if (m->status == BY_OK) {
        m->status = m->word(m->context, m, m->err);
    }
    for (int32_t k = 0; k < TABLES; k++) {
        memcpy(tables[k], tables[k] + WORD_DAYS * width, width * sizeof(double));
        memset(tables[k] + width, 0, WORD_DAYS * width * sizeof(double));
    }
    m->trades = m->trades_next;
    m->trades_next = 0;
    m->base += WORD_DAYS;
}

static void stepped(void *context, int32_t session) {
    moves *m = context;
    end_step(m);
    m->step = session + 1;
    if (m->run->first + m->step == m->base + WORD_DAYS) {
        end_word(m);
    }
}

simulation_watch moves_watch(moves *m) {
    return (simulation_watch){m, earned, traded, stepped};
}

void moves_finish(moves *m) {
    end_step(m); /* of a run of a single session: what its purchase cost */
    end_word(m);
}

uint64_t moves_sessions(const moves *m) {
    const int32_t first = m->run->first - m->base;
    const int32_t last = first + m->run->day_count - 1;
    uint64_t days = ~(uint64_t)0;
    days = first > 0 ? days << first : days;
    return last < WORD_DAYS - 1 ? days & (((uint64_t)2 << last) - 1) : days;
}

uint64_t moves_falling(const moves *m) {
    uint64_t days = 0;
    for (int32_t day = 0; day < WORD_DAYS; day++) {
        const int32_t session = m->base + day - m->run->first;
        days |= (uint64_t)(session >= m->peak && session < m->trough) << day;
    }
    return days;
}
