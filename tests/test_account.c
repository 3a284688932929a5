/* SPDX-License-Identifier: MIT
 *
 * Accounting session by session, by hand.
 */
#include "world.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* A doubles and halves; B and C stand still. */
static const world_prices swing[] = {
    {{100, 100, 50}}, {{200, 100, 50}}, {{100, 100, 50}}, {{100, 100, 50}}};

static void assert_days(const double *values, int32_t count, const double *expected) {
    for (int32_t i = 0; i < count; i++) {
        world_assert_near(values[i], expected[i]);
    }
}

static void test_daily(void **unused) {
    (void)unused;
    world w;
    world_open(&w, 4, swing, NULL);
    w.plan.trading.slippage.constant = 0.1;
    world_aim(&w, 0, 0.5, 0.5, 0);
    world_aim(&w, 3, 0, 0, 0.25);
    world_run(&w);
    /* The purchase costs a tenth; halves become 2 : 1 and 1 : 2; at last all but a quarter goes. */
    const double equity[] = {9000, 9000 * 1.5 * 29 / 30, 13050 * 0.75 * 29 / 30, 9461.25 * 0.875};
    const double turnover[] = {1, 1.0 / 3, 1.0 / 3, 1.25};
    const double exposure[] = {1, 1, 1, 0.25};
    const double returns[] = {0.305, 0.75 * 29 / 30 - 1, -0.125};
    assert_days(w.simulation.equity, 4, equity);
    assert_days(w.simulation.turnover, 4, turnover);
    assert_days(w.simulation.exposure, 4, exposure);
    assert_days(w.simulation.returns, 3, returns);
    world_assert_traded(&w, "1111");
    world_assert_near(w.result.metric[BY_METRIC_average_turnover], (2 + 2.0 / 3 + 0.25) / 4);
    world_assert_near(w.result.metric[BY_METRIC_exposure], 3.25 / 4);
    assert_true(w.result.metric[BY_METRIC_trades] == 3); /* A, B, and C at last */
    assert_int_equal(w.result.start, 0);
    assert_int_equal(w.result.return_count, 3);
    assert_true(world_held(&w, 2, WORLD_A) == 0.5 && world_held(&w, 3, WORLD_A) == 0);
    assert_true(world_held(&w, 3, WORLD_C) == 0.25);
    world_close(&w);
}

static void test_never(void **unused) {
    (void)unused;
    world w;
    world_open(&w, 4, swing, NULL);
    world_set_rule(&w, BY_REBALANCE_NEVER, 0);
    w.plan.trading.slippage.constant = 0.1;
    w.plan.trading.capital.constant = 100;
    world_aim(&w, 0, 0.5, 0.25, 0);
    world_aim(&w, 1, 0, 0, 1);
    world_run(&w);
    const double equity[] = {92.5, 92.5 * 1.5, 92.5, 92.5};
    const double exposure[] = {0.75, 1.25 / 1.5, 0.75, 0.75};
    assert_days(w.simulation.equity, 4, equity);
    assert_days(w.simulation.exposure, 4, exposure);
    world_assert_near(world_held(&w, 1, WORLD_A), 1 / 1.5);
    world_assert_near(world_held(&w, 1, WORLD_B), 0.25 / 1.5);
    world_assert_traded(&w, "1000");
    world_close(&w);
}

/* Halves drift by a sixth. */
static void test_corridor(void **unused) {
    (void)unused;
    world w;
    world_open(&w, 4, swing, NULL);
    world_aim(&w, 0, 0.5, 0.5, 0);
    world_set_rule(&w, BY_REBALANCE_CORRIDOR, 0.2);
    world_run(&w);
    world_assert_traded(&w, "1000");
    world_assert_near(w.simulation.equity[2], 10000);
    world_set_rule(&w, BY_REBALANCE_CORRIDOR, 0.16);
    world_run(&w);
    world_assert_traded(&w, "1110");
    world_assert_near(w.simulation.equity[2], 15000 * 0.75);
    /* Another set of tickers trades everything, however small the difference. */
    world_set_rule(&w, BY_REBALANCE_CORRIDOR, 0.9);
    world_aim(&w, 2, 0.5, 0.495, 0.005);
    world_run(&w);
    world_assert_traded(&w, "1010");
    world_assert_near(w.simulation.turnover[2], 0.01);
    assert_true(w.result.metric[BY_METRIC_trades] == 3);
    world_close(&w);
}

/* Fridays and Mondays, and a new month and year in between: 2020-12-28 is a Monday. */
static void test_dates(void **unused) {
    (void)unused;
    static const struct {
        by_rebalance rule;
        const char *traded;
    } cases[] = {
        {BY_REBALANCE_WEEKLY_FIRST, "1000000100000010"},
        {BY_REBALANCE_WEEKLY_LAST, "1000001000000100"},
        {BY_REBALANCE_MONTHLY_FIRST, "1000100000000000"},
        {BY_REBALANCE_MONTHLY_LAST, "1001000000000000"},
        {BY_REBALANCE_QUARTERLY_FIRST, "1000100000000000"},
        {BY_REBALANCE_YEARLY_LAST, "1001000000000000"},
    };
    world w;
    world_prices flat[16];
    for (int32_t i = 0; i < 16; i++) {
        flat[i] = swing[0];
    }
    world_open(&w, 16, flat, NULL);
    world_aim(&w, 0, 0.5, 0.5, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        world_set_rule(&w, cases[i].rule, 0);
        world_run(&w);
        world_assert_traded(&w, cases[i].traded);
    }
    world_close(&w);
}

/* Decided at one close, filled at the next open; B has no open on session 2. */
static void test_open_fill(void **unused) {
    (void)unused;
    static const world_prices close[] = {
        {{100, 50, 1}}, {{120, 50, 1}}, {{150, 40, 1}}, {{150, 30, 1}}};
    static const world_prices open[] = {
        {{90, 50, 1}}, {{110, 50, 1}}, {{125, NAN, 1}}, {{150, 36, 1}}};
    world w;
    world_open(&w, 4, close, open);
    w.plan.trading.fill.constant = BY_FILL_OPEN;
    w.plan.trading.slippage.constant = 0.1;
    world_aim(&w, 0, 1, 0, 0);
    world_aim(&w, 1, 0, 1, 0);
    world_run(&w);
    /* A from 110 to 125, then B at its close of 40, which loses a quarter. */
    const double equity[] = {10000, 9000.0 * 12 / 11, 9000.0 * 125 / 110 * 0.8,
                             9000.0 * 125 / 110 * 0.8 * 0.75};
    const double turnover[] = {0, 1, 2, 0};
    const double exposure[] = {0, 1, 1, 1};
    assert_days(w.simulation.equity, 4, equity);
    assert_days(w.simulation.turnover, 4, turnover);
    assert_days(w.simulation.exposure, 4, exposure);
    world_assert_near(w.simulation.returns[0], 0.9 * 12 / 11 - 1);
    world_assert_traded(&w, "0111");
    assert_true(world_held(&w, 0, WORLD_A) == 0 && world_held(&w, 1, WORLD_A) == 1);
    /* Once only: the purchase at 110 is held. */
    world_set_rule(&w, BY_REBALANCE_NEVER, 0);
    world_run(&w);
    world_assert_traded(&w, "0100");
    world_assert_near(w.simulation.equity[3], 9000.0 * 150 / 110);
    /* The last session of 2020 is session 3, whose fill would be behind the data. */
    world_set_rule(&w, BY_REBALANCE_MONTHLY_LAST, 0);
    world_run(&w);
    world_assert_traded(&w, "0100");
    world_close(&w);
}

/* Half in A from open to open: half of 1000 at 125, after a fee an order. */
static void test_open_fill_costs(void **unused) {
    (void)unused;
    static const world_prices close[] = {{{100, 100, 1}}, {{200, 100, 1}}};
    static const world_prices open[] = {{{100, 100, 1}}, {{125, 100, 1}}};
    uint8_t whole[WORLD_SYMBOLS] = {1, 0, 0};
    world w;
    world_open(&w, 2, close, open);
    w.plan.trading.fill.constant = BY_FILL_OPEN;
    w.plan.trading.capital.constant = 1000;
    w.plan.trading.commission_order.constant = 50;
    world_aim(&w, 0, 0.5, 0, 0);
    world_run(&w);
    world_assert_near(w.simulation.equity[1], 950 * (1 + 0.5 * 0.6));
    w.plan.whole_shares = whole;
    world_run(&w); /* 3 of 3.8 shares */
    world_assert_near(w.simulation.equity[1], 950 + 3 * 75);
    world_assert_near(world_held(&w, 1, WORLD_A), 3 * 200.0 / (950 + 3 * 75));
    world_close(&w);
}

static void test_interest(void **unused) {
    (void)unused;
    world w;
    world_open(&w, 4, swing, NULL);
    w.plan.trading.cash_yield.constant = 2.52;
    w.plan.trading.borrow_rate.constant = 5.04;
    world_run(&w); /* all cash: a hundredth a session */
    world_assert_near(w.simulation.equity[3], 10000 * 1.01 * 1.01 * 1.01);
    world_aim(&w, 0, 0, 0, -0.5); /* 1.5 of cash earn, 0.5 of shares pay */
    world_run(&w);
    world_assert_near(w.simulation.equity[1], 10000 * (1 + 0.015 - 0.01));
    world_aim(&w, 0, 0, 1.5, -0.25); /* a quarter is borrowed, another one shorted */
    world_run(&w);
    world_assert_near(w.simulation.equity[1], 10000 * (1 - 0.005 - 0.005));
    world_aim(&w, 0, 0, 0.5, 0);
    w.plan.trading.fill.constant = BY_FILL_OPEN; /* from the open on only */
    w.plan.trading.cash_yield.constant = 25.2;
    world_run(&w);
    world_assert_near(w.simulation.equity[2], 10000 * 1.05 * 1.05);
    w.panel->periods_per_year = 504;
    world_run(&w);
    world_assert_near(w.simulation.equity[2], 10000 * 1.025 * 1.025);
    world_close(&w);
}

static void test_whole_shares(void **unused) {
    (void)unused;
    uint8_t whole[WORLD_SYMBOLS] = {1, 0, 0};
    world w;
    world_open(&w, 4, swing, NULL);
    w.plan.whole_shares = whole;
    w.plan.trading.capital.constant = 1050;
    world_aim(&w, 0, 1, 0, 0);
    world_run(&w);
    /* 10 of 10.5 shares; worth 2050 at 200 they stay 10; the 50 stay cash. */
    const double equity[] = {1050, 2050, 1050, 1050};
    assert_days(w.simulation.equity, 4, equity);
    world_assert_near(world_held(&w, 0, WORLD_A), 1000.0 / 1050);
    world_assert_near(world_held(&w, 1, WORLD_A), 2000.0 / 2050);
    assert_true(fabs(w.simulation.turnover[1]) < 1e-15);
    assert_true(w.result.metric[BY_METRIC_trades] == 1);
    w.plan.trading.capital.constant = 99; /* not one share: nothing is ever opened */
    world_run(&w);
    assert_true(w.result.metric[BY_METRIC_trades] == 0);
    world_close(&w);
}

/* Sold and bought again; turned from long to short, which opens nothing; a purchase that costs all
 * there is. */
static void test_trades(void **unused) {
    (void)unused;
    world w;
    world_open(&w, 4, swing, swing);
    world_aim(&w, 0, 0.5, 0, 0);
    world_aim(&w, 1, 0, 0.5, 0);
    world_aim(&w, 2, 0.5, -0.5, 0);
    world_run(&w);
    assert_true(w.result.metric[BY_METRIC_trades] == 3);
    w.plan.trading.fill.constant = BY_FILL_OPEN; /* those of the last session are not filled */
    world_aim(&w, 3, 0, 0, 1);
    world_run(&w);
    assert_true(w.result.metric[BY_METRIC_trades] == 3);
    w.plan.trading.fill.constant = BY_FILL_CLOSE;
    w.plan.trading.slippage.constant = 0.5;
    world_aim(&w, 0, 0.5, 0, 0);
    world_aim(&w, 2, 0, 2, 0);
    world_run(&w);
    assert_true(w.result.metric[BY_METRIC_total_return] == -1);
    assert_true(w.result.metric[BY_METRIC_trades] == 1);
    world_close(&w);
}

/* The same targets on the same sessions, whatever they cost and however they came about. */
static void test_behaviour(void **unused) {
    (void)unused;
    world w;
    world_open(&w, 4, swing, NULL);
    world_aim(&w, 0, 0.5, 0.5, 0);
    world_aim(&w, 2, 0, 0, 1);
    world_run(&w);
    const uint64_t behaviour = w.result.behaviour;
    w.plan.trading.slippage.constant = 0.01;
    world_set_rule(&w, BY_REBALANCE_NEVER, 0);
    world_run(&w);
    assert_true(w.result.behaviour == behaviour);
    world_aim(&w, 1, 0, 0, 1); /* a session earlier */
    world_run(&w);
    assert_true(w.result.behaviour != behaviour);
    world_aim(&w, 0, 0, 0, 1); /* in another order */
    world_aim(&w, 2, 0.5, 0.5, 0);
    world_run(&w);
    assert_true(w.result.behaviour != behaviour);
    world_close(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_daily),     cmocka_unit_test(test_never),
        cmocka_unit_test(test_corridor),  cmocka_unit_test(test_dates),
        cmocka_unit_test(test_open_fill), cmocka_unit_test(test_open_fill_costs),
        cmocka_unit_test(test_interest),  cmocka_unit_test(test_whole_shares),
        cmocka_unit_test(test_trades),    cmocka_unit_test(test_behaviour),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
