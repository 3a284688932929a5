/* SPDX-License-Identifier: MIT
 *
 * Trading values under params, and the calendar of the rules. Then the two ways of accounting
 * against each other, over combos and targets at random.
 */
#include "random_tree.h"
#include "world.h"

#include "../engine/calendar.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { DAY_SECONDS = 86400 };

static void refused(const by_tree *tree, const char *part) {
    by_error err = {0};
    assert_int_equal(trading_check(tree, &err), BY_STRATEGY);
    if (strstr(err.message, part) == NULL) {
        fail_msg("'%s' is not in: %s", part, err.message);
    }
}

static void test_check(void **unused) {
    (void)unused;
    by_trading t = trading_default;
    by_tree tree = {.trading = NULL};
    assert_int_equal(trading_check(&tree, NULL), BY_OK);
    tree.trading = &t;
    assert_int_equal(trading_check(&tree, NULL), BY_OK);
    static const struct {
        size_t offset;
        double value;
        const char *part;
    } bad[] = {
        {offsetof(by_trading, rebalance), BY_REBALANCE_COUNT, "rebalance must be a whole number"},
        {offsetof(by_trading, rebalance), 0.5, "rebalance"},
        {offsetof(by_trading, corridor), 1.01, "the corridor must be a number from 0 to 1, not"},
        {offsetof(by_trading, fill), 2, "the fill"},
        {offsetof(by_trading, slippage), 0.6, "the slippage must be a number from 0 to 0.5"},
        {offsetof(by_trading, slippage), NAN, "the slippage"},
        {offsetof(by_trading, commission), -0.001, "the commission must"},
        {offsetof(by_trading, commission_share), -1, "the commission a share"},
        {offsetof(by_trading, commission_order), INFINITY, "the commission an order"},
        {offsetof(by_trading, commission_minimum), -1, "the minimum commission"},
        {offsetof(by_trading, sale_fee), 0.6, "the sale fee"},
        {offsetof(by_trading, share_fee), -1, "the share fee"},
        {offsetof(by_trading, share_fee_maximum), -1, "the maximum share fee"},
        {offsetof(by_trading, cash_yield), -2, "the cash yield"},
        {offsetof(by_trading, borrow_rate), 11, "the borrow rate"},
        {offsetof(by_trading, capital), 0, "the capital"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        t = trading_default;
        ((by_field *)((char *)&t + bad[i].offset))->constant = bad[i].value;
        refused(&tree, bad[i].part);
    }
}

static void test_check_params(void **unused) {
    (void)unused;
    const double values[] = {0, 0.1, 0.7, 0.2, 0.3};
    const by_param param = {.name = "slip", .value_count = 3};
    by_trading t = trading_default;
    by_tree tree = {
        .trading = &t, .values = values, .params = &param, .value_count = 5, .param_count = 1};
    t.slippage = (by_field){0, 0, 0};
    refused(&tree, "not 0.7");
    t.slippage.first = 1;
    refused(&tree, "not 0.7");
    t.slippage.first = 3;
    refused(&tree, "too few values");
    t.slippage.first = -1;
    refused(&tree, "too few values");
    t.slippage.param = 1;
    refused(&tree, "a param that does not exist");
    t = trading_default;
    t.capital = (by_field){0, 0, 2};
    t.corridor = (by_field){0, 0, 2};
    assert_int_equal(trading_check(&tree, NULL), BY_OK);
}

static int64_t midnight(int64_t day) {
    return day * DAY_SECONDS;
}

static void test_calendar(void **unused) {
    (void)unused;
    /* Fri 1969-12-26, Wed 31, Thu 1970-01-01, Sun 4, Mon 5; Mon 2024-02-26, Thu 29, Fri 03-01,
     * Thu 28, Mon 07-01 twice, Tue 2. */
    static const int64_t day[] = {-6, -1, 0, 3, 4, 19779, 19782, 19783, 19810, 19905, 19905, 19906};
    enum { COUNT = sizeof day / sizeof *day };
    static const struct {
        by_rebalance rule;
        const char *sessions;
    } cases[] = {
        {BY_REBALANCE_WEEKLY_FIRST, "110011001100"},
        {BY_REBALANCE_WEEKLY_LAST, "100110011000"},
        {BY_REBALANCE_MONTHLY_FIRST, "101001010100"},
        {BY_REBALANCE_MONTHLY_LAST, "010010101000"},
        {BY_REBALANCE_QUARTERLY_FIRST, "101001000100"},
        {BY_REBALANCE_QUARTERLY_LAST, "010010001000"},
        {BY_REBALANCE_YEARLY_FIRST, "101001000000"},
        {BY_REBALANCE_YEARLY_LAST, "010010000000"},
    };
    int64_t time[COUNT];
    for (int32_t i = 0; i < COUNT; i++) {
        time[i] = midnight(day[i]) + (i == 10 ? 3600 : 0);
    }
    const by_panel panel = {.bar_count = COUNT, .time = time};
    uint8_t marks[COUNT];
    for (int32_t first = 0; first < COUNT; first++) {
        calendar_mark(&panel, (by_range){first, COUNT - 1}, marks);
        for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
            char got[COUNT + 1] = {0};
            for (int32_t i = first; i < COUNT; i++) {
                got[i - first] = calendar_trades(marks[i - first], cases[c].rule) ? '1' : '0';
            }
            assert_string_equal(got, cases[c].sessions + first);
        }
    }
    /* A range that ends before the data: what lies behind it still tells. */
    calendar_mark(&panel, (by_range){5, 6}, marks);
    assert_true(calendar_trades(marks[1], BY_REBALANCE_MONTHLY_LAST));
}

/* Every day's number, across leap years of all kinds. */
static void test_long_calendar(void **unused) {
    (void)unused;
    enum { YEARS = 820, COUNT = 299500 /* 1580-01-01 .. 2399-12-31, and a day */ };
    int64_t *time = malloc(COUNT * sizeof *time);
    uint8_t *marks = malloc(COUNT);
    assert_true(time != NULL && marks != NULL);
    for (int32_t i = 0; i < COUNT; i++) {
        time[i] = midnight(i - 142445);
    }
    const by_panel panel = {.bar_count = COUNT, .time = time};
    calendar_mark(&panel, (by_range){0, COUNT - 1}, marks);
    static const int32_t length[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int32_t at = 0;
    for (int32_t year = 1580; year < 1580 + YEARS; year++) {
        bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        for (int32_t month = 0; month < 12; month++) {
            int32_t days = length[month] + (month == 1 && leap);
            for (int32_t d = 0; d < days; d++, at++) {
                uint8_t m = marks[at];
                assert_true(calendar_trades(m, BY_REBALANCE_MONTHLY_FIRST) == (d == 0));
                assert_true(calendar_trades(m, BY_REBALANCE_MONTHLY_LAST) == (d == days - 1));
                assert_true(calendar_trades(m, BY_REBALANCE_YEARLY_FIRST) == (d + month == 0));
                assert_true(calendar_trades(m, BY_REBALANCE_QUARTERLY_FIRST) ==
                            (d == 0 && month % 3 == 0));
            }
        }
    }
    assert_int_equal(at, COUNT - 1);
    free(time);
    free(marks);
}

static double one_of(random_source *source, const double *values, int32_t count) {
    return values[random_below(source, count)];
}

static void random_prices(random_source *source, world_prices *close, world_prices *open) {
    static const double moves[] = {1, 1, 1.01, 0.99, 1.1, 0.8, 2.5, 0.4};
    double price[WORLD_SYMBOLS] = {100, 10, 1};
    for (int32_t i = 0; i < WORLD_SESSIONS_MAX; i++) {
        for (int32_t s = 0; s < WORLD_SYMBOLS; s++) {
            open[i].of[s] = random_chance(source, 0.1) ? NAN : price[s] * one_of(source, moves, 6);
            price[s] *= one_of(source, moves, random_chance(source, 0.02) ? 8 : 6);
            close[i].of[s] = price[s];
        }
    }
}

/* Fields with two values each, of which the first is plain, under one param of their own. */
static void random_trading(random_source *source, world *w, double *values, by_param *params) {
    static const double other[][2] = {
        {BY_REBALANCE_DAILY, BY_REBALANCE_CORRIDOR},
        {0.05, 0.2},
        {BY_FILL_CLOSE, BY_FILL_OPEN},
        {0.001, 0.4},
        {0, 0.001},
        {0, 0.01},
        {0, 1},
        {0, 2},
        {0, 0.001},
        {0, 0.001},
        {0, 5},
        {0, 0.05},
        {0, 0.1},
        {10000, 100},
    };
    enum { FIELDS = sizeof other / sizeof *other };
    by_field *field = (by_field *)&w->plan.trading;
    for (int32_t f = 0; f < FIELDS; f++) {
        values[2 * f] = other[f][0];
        values[2 * f + 1] = f == 0 ? random_below(source, BY_REBALANCE_COUNT) : other[f][1];
        params[f] = (by_param){.name = "any", .value_count = 2};
        field[f] = (by_field){0, f, 2 * f};
    }
    w->plan.tree = (by_tree){
        .values = values, .params = params, .value_count = 2 * FIELDS, .param_count = FIELDS};
}

/* Aims anew from a session at random on, and marks what changed. */
static void random_aim(random_source *source, world *w, uint64_t *changed) {
    static const double weights[] = {0, 0, 0.25, 0.5, 1, -0.5, 0.3, 1.0 / 3};
    int32_t before[WORLD_SESSIONS_MAX];
    int32_t kinds = random_chance(source, 0.3) ? 8 : 5;
    memcpy(before, w->row, sizeof before);
    world_aim(w, random_below(source, WORLD_SESSIONS_MAX), one_of(source, weights, kinds),
              one_of(source, weights, kinds), one_of(source, weights, kinds));
    for (int32_t i = 0; i < WORLD_SESSIONS_MAX; i++) {
        *changed |= (uint64_t)(before[i] != w->row[i]) << i;
    }
}

/* A worker's account, whose walk leads its sessions, against a fresh simulation of each combo. */
static int32_t compare_ways(random_source *source) {
    world w;
    world_prices close[WORLD_SESSIONS_MAX];
    world_prices open[WORLD_SESSIONS_MAX];
    double values[32];
    by_param params[16];
    uint8_t whole[WORLD_SYMBOLS] = {1, 0, 1};
    account a;
    int32_t ruined = 0;
    random_prices(source, close, open);
    world_open(&w, WORLD_SESSIONS_MAX, close, open);
    random_trading(source, &w, values, params);
    w.plan.whole_shares = random_chance(source, 0.2) ? whole : NULL;
    const int32_t walk_first = random_below(source, 5);
    const int32_t lead = random_below(source, 40);
    const by_range range = {walk_first + lead, WORLD_SESSIONS_MAX - 1};
    assert_int_equal(account_open(&a, &w.plan, w.panel, walk_first, range, NULL), BY_OK);
    uint64_t changed = 0;
    for (int32_t combo = 0; combo < 60; combo++) {
        int32_t digits[BY_PARAMS_MAX] = {0};
        by_result fast = {0};
        by_result slow = {0};
        changed = 0;
        random_aim(source, &w, &changed);
        for (int32_t p = 0; p < w.plan.tree.param_count; p++) {
            digits[p] =
                p == 3 ? random_below(source, 2) : combo % 3 == 0 && random_chance(source, 0.3);
        }
        changed >>= walk_first;
        account_update(&a, changed != 0 ? &changed : NULL);
        const int32_t start = lead + random_below(source, WORLD_SESSIONS_MAX - range.first);
        account_settle(&a, &w.pool, w.row + walk_first, digits, start, &fast);
        const trading how = trading_of(&w.plan, digits);
        simulation s;
        assert_int_equal(simulation_open(&s, &w.plan, w.panel, range, NULL), BY_OK);
        simulate(&s, &how, &w.pool, w.row + walk_first + start, walk_first + start, NULL, &slow);
        simulation_close(&s);
        assert_memory_equal(&fast, &slow, sizeof fast);
        assert_int_equal(fast.start, walk_first + start);
        ruined += fast.metric[BY_METRIC_total_return] == -1;
    }
    account_close(&a);
    world_close(&w);
    return ruined;
}

static void test_two_ways(void **unused) {
    (void)unused;
    random_source source = {5};
    int32_t ruined = 0;
    for (int32_t i = 0; i < 300; i++) {
        ruined += compare_ways(&source);
    }
    assert_true(ruined > 100 && ruined < 9000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_check),    cmocka_unit_test(test_check_params),
        cmocka_unit_test(test_calendar), cmocka_unit_test(test_long_calendar),
        cmocka_unit_test(test_two_ways),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
