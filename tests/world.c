/* SPDX-License-Identifier: MIT */
#include "world.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { FIRST_DAY = 18624 /* 2020-12-28, a Monday */, DAY_SECONDS = 86400 };

void world_open(world *w, int32_t session_count, const world_prices *close,
                const world_prices *open) {
    static const char *const names[WORLD_SYMBOLS] = {"A", "B", "C"};
    static const int32_t slice_first[WORLD_SYMBOLS + 1] = {0, 1, 2, 3};
    int64_t time[WORLD_SESSIONS_MAX];
    double columns[2][WORLD_SYMBOLS][WORLD_SESSIONS_MAX];
    by_bars slices[WORLD_SYMBOLS];
    by_error err = {0};
    memset(w, 0, sizeof *w);
    for (int32_t s = 0; s < WORLD_SYMBOLS; s++) {
        for (int32_t i = 0; i < session_count; i++) {
            time[i] = (int64_t)(FIRST_DAY + i) * DAY_SECONDS;
            columns[0][s][i] = close[i].of[s];
            columns[1][s][i] = open != NULL ? open[i].of[s] : close[i].of[s];
        }
        const double *to = columns[0][s];
        slices[s] = (by_bars){session_count, time, columns[1][s], to, to, to, to};
    }
    if (by_panel_new(WORLD_SYMBOLS, names, slices, slice_first, 1, &w->panel, &err) != BY_OK) {
        fail_msg("%s", err.message);
    }
    assert_true(rows_open(&w->pool, WORLD_SYMBOLS));
    w->plan.trading = trading_default;
}

static void forget_run(world *w) {
    simulation_close(&w->simulation);
    held_log_close(&w->log);
}

void world_close(world *w) {
    forget_run(w);
    rows_close(&w->pool);
    by_panel_free(w->panel);
}

void world_aim(world *w, int32_t session, double a, double b, double c) {
    const double weights[WORLD_SYMBOLS] = {a, b, c};
    int32_t row = ROW_CASH;
    for (int32_t s = 0; s < WORLD_SYMBOLS; s++) {
        if (weights[s] != 0) {
            row = rows_blend(&w->pool, row, rows_asset(&w->pool, s), weights[s]);
        }
    }
    for (int32_t i = session; i < w->panel->bar_count; i++) {
        w->row[i] = row;
    }
}

void world_run(world *w) {
    const by_range range = {0, w->panel->bar_count - 1};
    const int32_t digits[BY_PARAMS_MAX] = {0};
    const trading how = trading_of(&w->plan, digits);
    by_error err = {0};
    account a;
    by_result other = {0};
    forget_run(w);
    memset(&w->result, 0, sizeof w->result);
    if (simulation_open(&w->simulation, &w->plan, w->panel, range, &err) != BY_OK ||
        account_open(&a, &w->plan, w->panel, 0, range, &err) != BY_OK) {
        fail_msg("%s", err.message);
    }
    held_log_open(&w->log, w->panel->bar_count);
    simulate(&w->simulation, &how, &w->pool, w->row, 0, &w->log, &w->result);
    assert_false(w->log.failed);
    account_settle(&a, &w->pool, w->row, digits, 0, &other);
    account_close(&a);
    assert_memory_equal(&other, &w->result, sizeof other);
}

void world_set_rule(world *w, by_rebalance rule, double corridor) {
    w->plan.trading.rebalance.constant = rule;
    w->plan.trading.corridor.constant = corridor;
}

void world_assert_traded(const world *w, const char *expected) {
    char traded[WORLD_SESSIONS_MAX + 1] = {0};
    int32_t count = 0;
    for (int32_t i = 0; i < w->simulation.session_count; i++) {
        traded[i] = w->simulation.traded[i] ? '1' : '0';
        count += w->simulation.traded[i];
        assert_true(w->simulation.traded[i] || w->simulation.turnover[i] == 0);
    }
    assert_string_equal(traded, expected);
    assert_true(w->result.metric[BY_METRIC_trade_days] == count);
}

double world_held(const world *w, int32_t session, int32_t symbol) {
    for (int32_t k = w->log.first[session]; k < w->log.first[session + 1]; k++) {
        if (w->log.symbol[k] == symbol) {
            return w->log.weight[k];
        }
    }
    return 0;
}

void world_assert_near(double value, double expected) {
    if (!(fabs(value - expected) <= 1e-13 * fmax(1, fabs(expected)))) {
        fail_msg("%.17g instead of %.17g", value, expected);
    }
}
