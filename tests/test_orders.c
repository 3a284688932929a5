/* SPDX-License-Identifier: MIT
 *
 * What a trade costs and leaves, by hand.
 */
#include "world.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* Up to three orders, and what came of them. */
typedef struct bench {
    int32_t symbol[WORLD_SYMBOLS];
    double actual[WORLD_SYMBOLS];
    double target[WORLD_SYMBOLS];
    double price[WORLD_SYMBOLS];
    double shares[WORLD_SYMBOLS];
    int32_t held_symbol[WORLD_SYMBOLS];
    double held_weight[WORLD_SYMBOLS];
    positions held;
    filled got;
} bench;

static void fill(bench *b, int32_t count, trading how, const uint8_t *whole, double value) {
    orders at = {count, b->symbol, b->actual, b->target, b->price, b->shares};
    how.charged = true;
    b->held = (positions){0, b->held_symbol, b->held_weight, NULL};
    b->got = orders_fill(&at, &how, whole, value, &b->held);
}

/* Half of 10000 in one symbol, bought or sold at a price; what it cost. */
static double half(bool bought, double price, trading how) {
    bench b = {.price = {price}};
    (bought ? b.target : b.actual)[0] = 0.5;
    fill(&b, 1, how, NULL, 10000);
    world_assert_near(b.got.turnover, 0.5);
    assert_int_equal(b.held.count, bought);
    return 10000 * (1 - b.got.keep);
}

static void assert_money(double value, double expected) {
    if (!(fabs(value - expected) <= 1e-9)) {
        fail_msg("%.17g instead of %.17g", value, expected);
    }
}

/* 100 shares at 50, or 5000 / 0.05 of them. */
static void test_commissions(void **unused) {
    (void)unused;
    assert_money(half(true, 50, (trading){.commission = 0.001}), 5);
    assert_money(half(false, 50, (trading){.commission = 0.001}), 5);
    assert_money(half(true, 50, (trading){.commission_share = 0.005}), 0.5);
    assert_money(half(true, 0.05, (trading){.commission_share = 0.005}), 500);
    assert_money(half(true, 50, (trading){.commission_order = 2}), 2);
    assert_money(half(true, 50, (trading){.commission_minimum = 1}), 1);
    trading all = {.commission = 0.001,
                   .commission_share = 0.005,
                   .commission_order = 2,
                   .commission_minimum = 7.4,
                   .slippage = 0.01};
    assert_money(half(true, 50, all), 7.5 + 50);
    all.commission_minimum = 7.6;
    assert_money(half(false, 50, all), 7.6 + 50);
}

static void test_fees_of_sales(void **unused) {
    (void)unused;
    trading sec = {.sale_fee = 27.8e-6};
    trading taf = {.share_fee = 0.000166, .share_fee_maximum = 8.3};
    assert_money(half(true, 50, sec), 0);
    assert_money(half(false, 50, sec), 0.14); /* 0.139 */
    sec.sale_fee = 0.0001;
    assert_money(half(false, 50, sec), 0.5); /* a whole number of cents stays */
    assert_money(half(true, 50, taf), 0);
    assert_money(half(false, 50, taf), 0.02);  /* 0.0166 */
    assert_money(half(false, 0.05, taf), 8.3); /* 16.6 */
    taf.share_fee_maximum = 0;
    assert_money(half(false, 0.05, taf), 16.6);
    taf.sale_fee = 27.8e-6;
    assert_money(half(false, 50, taf), 0.16);
}

/* Each order pays; one of less than a cent is free; a sale that ends short is one sale. */
static void test_each_order(void **unused) {
    (void)unused;
    bench b = {.symbol = {0, 1, 2},
               .actual = {0.5, 0.25, 0.25},
               .target = {0.4, 0.25 + 1e-7, -0.25},
               .price = {10, 10, 10}};
    fill(&b, 3, (trading){.commission_order = 1, .sale_fee = 0.001}, NULL, 10000);
    assert_money(10000 * (1 - b.got.keep), 1 + 1 + 1 + 5);
    world_assert_near(b.got.turnover, 0.6 + 1e-7);
    assert_int_equal(b.held.count, 3);
    assert_true(b.held.weight[0] == 0.4 && b.held.weight[2] == -0.25);
}

static void test_too_expensive(void **unused) {
    (void)unused;
    bench b = {.target = {1}, .price = {10}};
    fill(&b, 1, (trading){.commission_order = 150}, NULL, 100);
    assert_true(b.got.keep == 0);
    assert_int_equal(b.held.count, 0);
}

static void test_whole_shares(void **unused) {
    (void)unused;
    const uint8_t whole[WORLD_SYMBOLS] = {1, 0, 1};
    bench b = {.symbol = {0, 1, 2}, .target = {0.5, 0.25, -0.25}, .price = {150, 150, 150}};
    fill(&b, 3, (trading){0}, whole, 1000);
    assert_int_equal(b.held.count, 3);
    world_assert_near(b.held.weight[0], 0.45); /* 3 of 3.33 shares */
    assert_true(b.held.weight[1] == 0.25);
    world_assert_near(b.held.weight[2], -0.15); /* 1 of 1.67 */
    world_assert_near(b.got.turnover, 0.85);
    /* Too dear for a single share: nothing is held. */
    bench dear = {.target = {0.5}, .price = {501}};
    fill(&dear, 1, (trading){0}, whole, 1000);
    assert_int_equal(dear.held.count, 0);
    assert_true(dear.got.turnover == 0 && dear.got.keep == 1);
}

/* Shares are counted on what the costs leave: 900 of 1000 buys 3 at 300, neither 2 nor 3.33. */
static void test_whole_shares_after_costs(void **unused) {
    (void)unused;
    const uint8_t whole[WORLD_SYMBOLS] = {1, 1, 1};
    bench exact = {.target = {1}, .price = {300}};
    fill(&exact, 1, (trading){.slippage = 0.1}, whole, 1000);
    world_assert_near(exact.got.turnover, 1);
    world_assert_near(exact.got.keep, 0.9);
    world_assert_near(exact.held.weight[0], 1);
    /* 950 after an order of 50: 4 at 200 are 800 / 950 traded; what is left is 950. */
    bench money = {.target = {1}, .price = {200}};
    fill(&money, 1, (trading){.commission_order = 50}, whole, 1000);
    world_assert_near(money.got.turnover, 800.0 / 950);
    world_assert_near(money.got.keep, 0.95);
    world_assert_near(money.held.weight[0], 800.0 / 950);
    /* Nothing is left to invest. */
    bench ruin = {.target = {1}, .price = {200}};
    fill(&ruin, 1, (trading){.commission_order = 1000}, whole, 1000);
    assert_true(ruin.got.turnover == 0 && ruin.got.keep == 1);
    assert_int_equal(ruin.held.count, 0);
}

static void test_gather(void **unused) {
    (void)unused;
    int32_t symbol[] = {1, 4};
    double weight[] = {0.5, 0.25};
    const positions held = {2, symbol, weight, NULL};
    const row_entry target[] = {{0.75, 0, 0}, {0.125, 4, 0}, {0.0625, 6, 0}};
    int32_t symbols[8];
    double actual[8];
    double wanted[8];
    orders at = {.symbol = symbols, .actual = actual, .target = wanted};
    const int32_t expected_symbol[] = {0, 1, 4, 6};
    const double expected_actual[] = {0, 0.5, 0.25, 0};
    const double expected_target[] = {0.75, 0, 0.125, 0.0625};
    orders_gather(&at, &held, target, 3);
    assert_int_equal(at.count, 4);
    assert_memory_equal(symbols, expected_symbol, sizeof expected_symbol);
    assert_memory_equal(actual, expected_actual, sizeof expected_actual);
    assert_memory_equal(wanted, expected_target, sizeof expected_target);
}

static bool off(double actual, double target, double corridor) {
    int32_t symbol = 0;
    orders at = {.count = 1, .symbol = &symbol, .actual = &actual, .target = &target};
    return orders_off_target(&at, corridor);
}

static void test_off_target(void **unused) {
    (void)unused;
    assert_false(off(0.75, 0.5, 0.25));
    assert_true(off(0.75, 0.5, 0.2499));
    assert_true(off(0.25, 0.5, 0.2499));
    assert_true(off(0.01, 0, 1));
    assert_true(off(0, 0.01, 1));
    assert_true(off(-0.01, 0.01, 1));
    assert_false(off(-0.01, 0, 0.5));
    assert_false(off(0, -0.5, 0.5));
    orders none = {0};
    assert_false(orders_off_target(&none, 0));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_commissions),  cmocka_unit_test(test_fees_of_sales),
        cmocka_unit_test(test_each_order),   cmocka_unit_test(test_too_expensive),
        cmocka_unit_test(test_whole_shares), cmocka_unit_test(test_whole_shares_after_costs),
        cmocka_unit_test(test_gather),       cmocka_unit_test(test_off_target),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
