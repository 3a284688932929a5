/* SPDX-License-Identifier: MIT
 *
 * How the judge trades and keeps accounts, on cases small enough to be worked out by hand.
 */
#include "small.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* One that doubles each day, and one that stays. */
static const double doubling[] = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512};
static const double flat[] = {10, 10, 10, 10, 10, 10, 10, 10, 10, 10};

/* `weight` of A, the rest in cash. */
static void open_part(small *s, int32_t rows, const double *close, double weight) {
    small_open(s, rows, close, flat);
    int32_t a = small_leaf(s, BY_ASSET, A);
    small_blend(s, weight, a, 1 - weight, small_leaf(s, BY_CASH, 0));
}

/* 1 in `days` for each session on which there is something to trade, and it is. */
static void assert_trades(const small *s, by_range range, const char *days) {
    static const int32_t digits[1] = {0};
    plain_result *r = NULL;
    int32_t count = 0;
    assert_int_equal(plain_run(&s->tree, &s->panel, digits, range, &r), BY_OK);
    for (int32_t i = 0; i < r->day_count; i++) {
        assert_int_equal(r->turnover[i] > 0, days[i] == '1');
        count += days[i] == '1';
    }
    assert_int_equal(r->trade_count, count);
    assert_true(r->result.metric[BY_METRIC_trade_days] == count);
    plain_free(r);
}

/* Half A: at 2/3 after a day without a trade, 4/5 after two. */
static void test_rules(void **unused) {
    (void)unused;
    static const int32_t dates[] = {
        18624, /* Monday 2020-12-28, ISO week 53 */
        18625, /* Tuesday */
        18627, /* Thursday 2020-12-31 */
        18628, /* Friday 2021-01-01, the same week */
        18631, /* Monday 2021-01-04 */
        18632, /* Tuesday */
        18659, /* Monday 2021-02-01 */
        18717, /* Wednesday 2021-03-31 */
        18718, /* Thursday 2021-04-01 */
        18719, /* Friday */
    };
    static const char *const expected[BY_REBALANCE_COUNT] = {
        [BY_REBALANCE_DAILY] = "1111111111",         [BY_REBALANCE_WEEKLY_FIRST] = "1000101100",
        [BY_REBALANCE_MONTHLY_FIRST] = "1001001110", [BY_REBALANCE_QUARTERLY_FIRST] = "1001000010",
        [BY_REBALANCE_YEARLY_FIRST] = "1001000000",  [BY_REBALANCE_WEEKLY_LAST] = "1001011000",
        [BY_REBALANCE_MONTHLY_LAST] = "1010011100",  [BY_REBALANCE_QUARTERLY_LAST] = "1010000100",
        [BY_REBALANCE_YEARLY_LAST] = "1010000000",   [BY_REBALANCE_CORRIDOR] = "1010101010",
        [BY_REBALANCE_NEVER] = "1000000000",
    };
    small s;
    open_part(&s, 10, doubling, 0.5);
    s.trading.corridor = small_value(0.2);
    for (int32_t i = 0; i < 10; i++) {
        s.time[i] = INT64_C(86400) * dates[i];
    }
    for (int32_t rule = 0; rule < BY_REBALANCE_COUNT; rule++) {
        s.trading.rebalance = small_value(rule);
        assert_trades(&s, (by_range){0, 9}, expected[rule]);
    }
    /* The last session of a run ends a month when the data go on with another. */
    s.trading.rebalance = small_value(BY_REBALANCE_MONTHLY_LAST);
    assert_trades(&s, (by_range){1, 7}, "1100111");
}

/* Within its corridor, but other tickers are wanted. */
static void test_corridor_of_tickers(void **unused) {
    (void)unused;
    static const double steps[] = {1, 1, 2, 2};
    small s;
    small_open(&s, 4, steps, flat);
    int32_t branches[] = {small_leaf(&s, BY_ASSET, A), small_leaf(&s, BY_ASSET, B)};
    int32_t root = small_node(&s, BY_IF, 2, branches);
    s.nodes[root].condition = small_compare(&s, small_series(&s, BY_CLOSE, A, 0), BY_LT, 2);
    s.trading.rebalance = small_value(BY_REBALANCE_CORRIDOR);
    s.trading.corridor = small_value(1);
    plain_result *r = small_run(&s);
    assert_true(r->turnover[0] == 1 && r->turnover[1] == 0);
    assert_true(r->turnover[2] == 2 && r->turnover[3] == 0);
    plain_free(r);
}

/* Bought at an open of 8, on a day that closes at 10; then the open is not known. */
static void test_open(void **unused) {
    (void)unused;
    static const double close[] = {10, 10, 20, 40};
    small s;
    open_part(&s, 4, close, 1);
    s.open[A][1] = 8;
    s.open[A][2] = 16;
    s.open[A][3] = NAN;
    s.trading.fill = small_value(BY_FILL_OPEN);
    s.trading.slippage = small_value(0.125);
    plain_result *r = small_run(&s);
    assert_true(r->equity[0] == 10000 && r->turnover[0] == 0 && r->exposure[0] == 0);
    assert_true(r->turnover[1] == 1 && r->exposure[1] == 1);
    small_assert_near(r->equity[1], 10000 * 0.875 * 1.25);
    small_assert_near(r->returns[0], 0.875 * 1.25 - 1);
    small_assert_near(r->equity[2], 10000 * 0.875 * 2.5);
    small_assert_near(r->equity[3], 10000 * 0.875 * 5);
    assert_int_equal(r->trade_count, 3);
    plain_free(r);
    /* Half of it in cash, bought once. */
    open_part(&s, 4, close, 0.5);
    s.open[A][1] = 8;
    s.trading.fill = small_value(BY_FILL_OPEN);
    s.trading.rebalance = small_value(BY_REBALANCE_NEVER);
    r = small_run(&s);
    assert_int_equal(r->trade_count, 1);
    small_assert_near(r->equity[1], 11250);
    small_assert_near(r->exposure[1], 0.625 / 1.125);
    small_assert_near(r->equity[2], 5000 + 12500);
    plain_free(r);
}

/* 1000 of capital: 50 shares at 10, then a price of 20. */
static void test_commissions_and_fees(void **unused) {
    (void)unused;
    static const double close[] = {10, 20, 20};
    small s;
    open_part(&s, 3, close, 0.5);
    s.trading.capital = small_value(1000);
    s.trading.commission = small_value(0.001);
    s.trading.commission_share = small_value(0.005);
    s.trading.commission_order = small_value(1);
    s.trading.commission_minimum = small_value(2);
    s.trading.sale_fee = small_value(0.0001);
    s.trading.share_fee = small_value(0.01);
    s.trading.share_fee_maximum = small_value(0.1);
    plain_result *r = small_run(&s);
    /* 500 bought: 1 + 50 * 0.005 + 0.5 = 1.75, so 2. */
    small_assert_near(r->equity[0], 998);
    /* 1497 then, of which 998 in A: 249.5 sold, 12.475 shares: a commission of 2 again, 0.02495
     * becomes 0.03, 0.12475 becomes 0.13, and so 0.10. */
    small_assert_near(r->equity[1], 1497 - 2.13);
    /* Nothing to trade costs nothing. */
    small_assert_near(r->equity[2], 1497 - 2.13);
    plain_free(r);
    s.trading.commission_minimum = small_value(0);
    s.trading.share_fee_maximum = small_value(0);
    r = small_run(&s);
    small_assert_near(r->equity[0], 998.25);
    double sold = 998.25 * 1.5 / 6;
    small_assert_near(r->equity[1],
                      998.25 * 1.5 - (1 + 0.005 * sold / 20 + 0.001 * sold) - 0.03 - 0.13);
    plain_free(r);
}

/* Three shares at 300 of 1000; what is left stays in cash. */
static void test_whole_shares(void **unused) {
    (void)unused;
    static const double close[] = {300, 300, 600};
    small s;
    open_part(&s, 3, close, 1);
    s.trading.capital = small_value(1000);
    s.whole_shares[A] = 1;
    plain_result *r = small_run(&s);
    assert_true(r->equity[0] == 1000 && r->turnover[0] == 0.9 && r->exposure[0] == 0.9);
    assert_true(r->turnover[1] == 0);
    /* 1900 on the third day: three shares of 600 are 1800. */
    small_assert_near(r->equity[2], 1900);
    small_assert_near(r->exposure[2], 18.0 / 19);
    plain_free(r);
    s.trading.slippage = small_value(0.01);
    r = small_run(&s);
    /* Of 990 that the whole purchase would have left, 900 is bought: the costs are those. */
    small_assert_near(r->turnover[0], 900.0 / 990);
    small_assert_near(r->equity[0], 1000 * (1 - 0.01 * 900 / 990));
    small_assert_near(r->exposure[0], 900 / r->equity[0]);
    plain_free(r);
}

/* On a flat market: what cash earns, what debt and short positions pay. */
static void test_interest(void **unused) {
    (void)unused;
    small s;
    open_part(&s, 3, flat, 0.5);
    s.trading.cash_yield = small_value(0.0252);
    s.trading.borrow_rate = small_value(0.0504);
    plain_result *r = small_run(&s);
    small_assert_near(r->returns[0], 0.5 * 0.0001);
    plain_free(r);
    s.weights[0] = small_value(-0.5);
    r = small_run(&s);
    assert_true(r->exposure[0] == -0.5);
    small_assert_near(r->returns[0], 1.5 * 0.0001 - 0.5 * 0.0002);
    plain_free(r);
    s.weights[0] = small_value(2);
    s.weights[1] = small_value(-1);
    r = small_run(&s);
    assert_true(r->exposure[0] == 2);
    small_assert_near(r->returns[0], -0.0002);
    plain_free(r);
}

/* Twice A, which halves: nothing is left, and nothing happens any more. */
static void test_ruin(void **unused) {
    (void)unused;
    static const double close[] = {10, 10, 5, 50};
    small s;
    open_part(&s, 4, close, 2);
    plain_result *r = small_run(&s);
    assert_true(r->equity[1] == 10000 && r->equity[2] == 0 && r->equity[3] == 0);
    assert_true(r->returns[0] == 0 && r->returns[1] == -1 && r->returns[2] == 0);
    assert_true(r->exposure[1] == 2 && r->exposure[2] == 0 && r->exposure[3] == 0);
    assert_int_equal(r->trade_count, 2);
    plain_free(r);
    /* The first purchase takes it all. */
    open_part(&s, 4, close, 1);
    s.trading.commission_order = small_value(20000);
    r = small_run(&s);
    assert_true(r->equity[0] == 0 && r->turnover[0] == 1 && r->exposure[0] == 0);
    assert_true(r->returns[0] == -1 && r->returns[1] == 0 && r->trade_count == 1);
    plain_free(r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rules),        cmocka_unit_test(test_corridor_of_tickers),
        cmocka_unit_test(test_open),         cmocka_unit_test(test_commissions_and_fees),
        cmocka_unit_test(test_whole_shares), cmocka_unit_test(test_interest),
        cmocka_unit_test(test_ruin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
