/* SPDX-License-Identifier: MIT
 *
 * What the judge decides, on cases small enough to be worked out by hand.
 */
#include "small.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* A doubles, halves, stays, doubles, halves; B has its first bar on row 1 and then rises by a
 * quarter, stays, falls by a fifth, stays. */
enum { ROWS = 6 };
static const double close_a[ROWS] = {1, 2, 1, 1, 2, 1};
static const double close_b[ROWS] = {NAN, 4, 5, 5, 4, 4};

static void open_usual(small *s) {
    small_open(s, ROWS, close_a, close_b);
}

/* The targets of A and B from the first session on. */
static void assert_targets(const small *s, int32_t first, const double expected[][2]) {
    plain_result *r = small_run(s);
    assert_int_equal(r->first, first);
    for (int32_t i = 0; i < r->day_count; i++) {
        small_assert_near(small_target(r, i, A), expected[i][A]);
        small_assert_near(small_target(r, i, B), expected[i][B]);
    }
    plain_free(r);
}

/* Half of A and a quarter of B, held from row 1 on. */
static void test_blend(void **unused) {
    (void)unused;
    small s;
    open_usual(&s);
    int32_t a = small_leaf(&s, BY_ASSET, A);
    int32_t children[] = {a, small_leaf(&s, BY_ASSET, B), small_leaf(&s, BY_CASH, 0)};
    int32_t root = small_node(&s, BY_WEIGHTED, 3, children);
    s.weights[s.nodes[root].child_first] = small_value(0.5);
    s.weights[s.nodes[root].child_first + 1] = small_value(0.25);
    s.weights[s.nodes[root].child_first + 2] = small_value(0.25);
    plain_result *r = small_run(&s);
    assert_true(r->first == 1 && r->day_count == 5);
    assert_true(r->result.start == 1 && r->result.return_count == 4);
    assert_true(r->weights[A] == 0.5 && r->weights[B] == 0.25);
    /* Row 1 to 2: A -50 %, B +25 %: 1 - 0.25 + 0.0625. */
    assert_true(r->equity[0] == 10000 && r->equity[1] == 8125 && r->equity[2] == 8125);
    assert_true(r->returns[0] == -0.1875 && r->returns[1] == 0);
    assert_true(r->exposure[2] == 0.75 && r->trade_count == 5);
    /* Drifted to 0.25 and 0.3125 of 0.8125. */
    assert_true(r->turnover[0] == 0.75 && r->turnover[2] == 0);
    small_assert_near(r->turnover[1], (0.5 - 0.25 / 0.8125) + (0.3125 / 0.8125 - 0.25));
    plain_free(r);
    s.trading.slippage = small_value(0.5);
    r = small_run(&s);
    assert_true(r->equity[0] == 6250);
    small_assert_near(r->returns[0], 0.625 * 0.8125 * (1 - 0.5 * r->turnover[1]) - 1);
    plain_free(r);
}

/* A where its 2-bar average is above 1.25, else B: also turned round, and by the rule of at least
 * one of two. */
static void test_conditions(void **unused) {
    (void)unused;
    small s;
    open_usual(&s);
    int32_t above = small_compare(&s, small_series(&s, BY_SMA, A, 2), BY_GT, 1.25);
    int32_t branches[] = {small_leaf(&s, BY_ASSET, A), small_leaf(&s, BY_ASSET, B)};
    int32_t root = small_node(&s, BY_IF, 2, branches);
    s.nodes[root].condition = above;
    /* The averages from row 1 on: 1.5 1.5 1 1.5 1.5. */
    static const double usual[][2] = {{1, 0}, {1, 0}, {0, 1}, {1, 0}, {1, 0}};
    static const double turned[][2] = {{0, 1}, {0, 1}, {1, 0}, {0, 1}, {0, 1}};
    assert_targets(&s, 1, usual);
    int32_t none = small_combine(&s, BY_NONE, 1, &above);
    s.nodes[root].condition = none;
    assert_targets(&s, 1, turned);
    int32_t both[] = {above, none};
    int32_t one = small_combine(&s, BY_AT_LEAST, 2, both);
    s.nodes[root].condition = one;
    static const double always[][2] = {{1, 0}, {1, 0}, {1, 0}, {1, 0}, {1, 0}};
    static const double never[][2] = {{0, 1}, {0, 1}, {0, 1}, {0, 1}, {0, 1}};
    assert_targets(&s, 1, always);
    s.conditions[one].count = small_value(2);
    assert_targets(&s, 1, never);
    /* On two days in a row, of which the last is a day before: rows 0 (not computable) to 4. */
    s.nodes[root].condition = above;
    s.conditions[above].for_days = small_value(2);
    s.conditions[above].days_ago = small_value(1);
    static const double twice[][2] = {{1, 0}, {0, 1}, {0, 1}};
    assert_targets(&s, 3, twice);
}

/* In from the day on which A is 2, out on the one on which B is 4 again. */
static void test_latch(void **unused) {
    (void)unused;
    static const double a[ROWS] = {2, 1, 1, 1, 1, 2};
    static const double b[ROWS] = {3, 3, 3, 4, 3, 4};
    small s;
    small_open(&s, ROWS, a, b);
    int32_t both[] = {small_compare(&s, small_series(&s, BY_CLOSE, A, 0), BY_EQ, 2),
                      small_compare(&s, small_series(&s, BY_CLOSE, B, 0), BY_EQ, 4)};
    int32_t branches[] = {small_leaf(&s, BY_ASSET, A), small_leaf(&s, BY_ASSET, B)};
    int32_t root = small_node(&s, BY_IF, 2, branches);
    s.nodes[root].condition = small_combine(&s, BY_LATCH, 2, both);
    /* On the last row both hold: it was out, so it enters. */
    static const double expected[][2] = {{1, 0}, {1, 0}, {1, 0}, {0, 1}, {0, 1}, {1, 0}};
    assert_targets(&s, 0, expected);
    /* A run that starts later knows what came before. */
    s.panel.first_common = 2;
    assert_targets(&s, 2, expected + 2);
}

/* The top one of A and of a group that is half A, half B, by the last return. */
static void test_filter_of_groups(void **unused) {
    (void)unused;
    small s;
    open_usual(&s);
    int32_t a = small_leaf(&s, BY_ASSET, A);
    int32_t b = small_leaf(&s, BY_ASSET, B);
    int32_t half = small_blend(&s, 0.5, a, 0.5, b);
    int32_t children[] = {a, small_node(&s, BY_GROUP, 1, &half)};
    int32_t root = small_node(&s, BY_FILTER, 2, children);
    s.nodes[root].rank = small_series(&s, BY_CUMULATIVE_RETURN, BY_TEMPLATE, 1);
    /* The group has equity from row 1 on: 100 87.5 87.5 118.75 89.0625; its returns -12.5 0 40 -25
     * percent on rows 2 to 5. A's: -50 0 100 -50. A tie on row 3. */
    static const double expected[][2] = {{0.5, 0.5}, {1, 0}, {1, 0}, {0.5, 0.5}};
    assert_targets(&s, 2, expected);
    s.nodes[root].bottom = 1;
    s.nodes[root].ties = small_value(BY_TIES_LAST);
    static const double bottom[][2] = {{1, 0}, {0.5, 0.5}, {0.5, 0.5}, {1, 0}};
    assert_targets(&s, 2, bottom);
    /* Measured by what it holds: the mean of A's and B's own returns, the same here but for B's
     * rounding: -12.5 0 40 -25. */
    s.series[s.nodes[root].rank].measure = small_value(BY_MEASURE_HOLDINGS);
    assert_targets(&s, 2, bottom);
}

/* Weights by rank, ties by ticker, repeated tickers, and nothing to choose from. */
static void test_filter_of_assets(void **unused) {
    (void)unused;
    small s;
    open_usual(&s);
    int32_t children[] = {small_leaf(&s, BY_ASSET, B), small_leaf(&s, BY_ASSET, B),
                          small_leaf(&s, BY_ASSET, A)};
    int32_t root = small_node(&s, BY_FILTER, 3, children);
    by_node *node = &s.nodes[root];
    node->rank = small_series(&s, BY_CUMULATIVE_RETURN, BY_TEMPLATE, 1);
    node->count = small_value(2);
    /* Rows 2 to 5: B 25 0 -20 0, A -50 0 100 -50. */
    static const double twice[][2] = {{0, 1}, {0, 1}, {0.5, 0.5}, {0, 1}};
    assert_targets(&s, 2, twice);
    node->ties = small_value(BY_TIES_TICKER);
    static const double ticker[][2] = {{0, 1}, {0.5, 0.5}, {0.5, 0.5}, {0, 1}};
    assert_targets(&s, 2, ticker);
    node->merge = small_value(1);
    node->weighting = BY_WEIGH_BY_RANK;
    s.weights[node->child_first] = small_value(3);
    s.weights[node->child_first + 1] = small_value(1);
    static const double rank[][2] = {{0.25, 0.75}, {0.75, 0.25}, {0.75, 0.25}, {0.25, 0.75}};
    assert_targets(&s, 2, rank);
    /* Half of it, half A; nothing to choose: its half is cash, or A's as well. */
    int32_t zero = small_series(&s, BY_CLOSE, BY_TEMPLATE, 0);
    s.series[zero].factor = small_value(0);
    node->rank = small_series(&s, BY_CLOSE, A, 0);
    s.series[node->rank].form = BY_DIVIDE;
    s.series[node->rank].over = s.series[node->rank].with = zero;
    small_blend(&s, 0.5, root, 0.5, children[2]);
    static const double cash[][2] = {{0.5, 0}, {0.5, 0}, {0.5, 0}, {0.5, 0}, {0.5, 0}};
    static const double rest[][2] = {{1, 0}, {1, 0}, {1, 0}, {1, 0}, {1, 0}};
    assert_targets(&s, 1, cash);
    node->empty = small_value(1);
    assert_targets(&s, 1, rest);
}

/* 1 / price as if it were 1 / volatility: exact numbers. */
static void test_inverse_volatility(void **unused) {
    (void)unused;
    small s;
    open_usual(&s);
    int32_t children[] = {small_leaf(&s, BY_ASSET, A), small_leaf(&s, BY_ASSET, B)};
    int32_t root = small_node(&s, BY_INVERSE_VOL, 2, children);
    int32_t price = small_series(&s, BY_CLOSE, BY_TEMPLATE, 0);
    s.nodes[root].volatility = price;
    /* Prices from row 1 on: 2 and 4, 1 and 5, 1 and 5, 2 and 4, 1 and 4. */
    static const double expected[][2] = {
        {2.0 / 3, 1.0 / 3}, {5.0 / 6, 1.0 / 6}, {5.0 / 6, 1.0 / 6}, {2.0 / 3, 1.0 / 3}, {0.8, 0.2}};
    assert_targets(&s, 1, expected);
    s.series[price].offset = small_value(-1); /* A's is 0 where it costs 1: dropped */
    static const double dropped[][2] = {{0.75, 0.25}, {0, 1}, {0, 1}, {0.75, 0.25}, {0, 1}};
    assert_targets(&s, 1, dropped);
    s.series[price].offset = small_value(-9); /* none is left: equal parts */
    static const double equal[][2] = {{0.5, 0.5}, {0.5, 0.5}, {0.5, 0.5}, {0.5, 0.5}, {0.5, 0.5}};
    assert_targets(&s, 1, equal);
    /* The same weighting of a filter that takes both. */
    s.series[price].offset = small_value(0);
    s.nodes[root].kind = BY_FILTER;
    s.nodes[root].rank = price;
    s.nodes[root].weighting = BY_WEIGH_INVERSE_VOL;
    s.nodes[root].count = small_value(5);
    assert_targets(&s, 1, expected);
}

/* From all A at a price of 1 or less to all B at 3. */
static void test_mixed(void **unused) {
    (void)unused;
    static const double a[] = {0.5, 1, 1.5, 3, 4};
    small s;
    small_open(&s, 5, a, a);
    int32_t children[] = {small_leaf(&s, BY_ASSET, A), small_leaf(&s, BY_ASSET, B)};
    int32_t root = small_node(&s, BY_MIXED, 2, children);
    s.nodes[root].series = small_series(&s, BY_CLOSE, A, 0);
    s.nodes[root].low = small_value(1);
    s.nodes[root].high = small_value(3);
    static const double expected[][2] = {{1, 0}, {1, 0}, {0.75, 0.25}, {0, 1}, {0, 1}};
    assert_targets(&s, 0, expected);
}

/* VOID leaves its share to whatever else the whole tree holds, or a measured part of it. */
static void test_void(void **unused) {
    (void)unused;
    small s;
    open_usual(&s);
    int32_t a = small_leaf(&s, BY_ASSET, A);
    int32_t half = small_blend(&s, 0.5, a, 0.5, small_leaf(&s, BY_VOID, 0));
    int32_t b = small_leaf(&s, BY_ASSET, B);
    int32_t root = small_blend(&s, 0.5, half, 0.25, b);
    static const double expected[][2] = {{1.0 / 3, 1.0 / 3},
                                         {1.0 / 3, 1.0 / 3},
                                         {1.0 / 3, 1.0 / 3},
                                         {1.0 / 3, 1.0 / 3},
                                         {1.0 / 3, 1.0 / 3}};
    assert_targets(&s, 1, expected);
    /* Measured alone, the first half is all A: its equity is 100 times A's close from row 0 on. */
    int32_t equity = small_series(&s, BY_CLOSE, A, 0);
    s.series[equity].node = half;
    int32_t children[] = {root, b};
    int32_t choice = small_node(&s, BY_IF, 2, children);
    s.nodes[choice].condition = small_compare(&s, equity, BY_EQ, 200);
    static const double chosen[][2] = {
        {1.0 / 3, 1.0 / 3}, {0, 1}, {0, 1}, {1.0 / 3, 1.0 / 3}, {0, 1}};
    assert_targets(&s, 1, chosen);
    s.nodes[a].kind = BY_VOID; /* nothing else is left there: cash */
    static const double alone[][2] = {{0, 1}, {0, 1}, {0, 1}, {0, 1}, {0, 1}};
    assert_targets(&s, 1, alone);
}

/* (2 A - 1 of the day before) + B, and how long one waits for it. */
static void test_series(void **unused) {
    (void)unused;
    small s;
    open_usual(&s);
    int32_t a = small_series(&s, BY_CLOSE, A, 0);
    s.series[a].factor = small_value(2);
    s.series[a].offset = small_value(-1);
    s.series[a].days_ago = small_value(1);
    int32_t sum = small_series(&s, BY_CLOSE, A, 0);
    s.series[sum].form = BY_ADD;
    s.series[sum].over = a;
    s.series[sum].with = small_series(&s, BY_CLOSE, B, 0);
    int32_t mean = small_series(&s, BY_SMA, A, 2);
    s.series[mean].over = sum;
    int32_t children[] = {small_leaf(&s, BY_ASSET, A), small_leaf(&s, BY_ASSET, B)};
    int32_t root = small_node(&s, BY_IF, 2, children);
    s.nodes[root].condition = small_compare(&s, mean, BY_EQ, 6.5);
    /* The sums from row 1 on: 1+4 3+5 1+5 1+4 3+4; the means from row 2 on: 6.5 7 5.5 6. */
    static const double expected[][2] = {{1, 0}, {0, 1}, {0, 1}, {0, 1}};
    assert_targets(&s, 2, expected);
}

/* A param moves the ticker and leaves a sub-tree out; refusals. */
static void test_param_and_refusals(void **unused) {
    (void)unused;
    small s;
    open_usual(&s);
    s.tree.param_count = 1;
    s.param = (by_param){"choice", 2, 0};
    static const double values[] = {A, B, 1, 0, 0, 1};
    for (int32_t i = 0; i < 6; i++) {
        s.values[i] = values[i];
    }
    int32_t late = small_compare(&s, small_series(&s, BY_SMA, A, 5), BY_GT, 0);
    int32_t leaf = small_leaf(&s, BY_ASSET, A);
    s.nodes[leaf].symbol = (by_field){0, 0, 0};
    int32_t branches[] = {leaf, leaf};
    int32_t waits = small_node(&s, BY_IF, 2, branches);
    s.nodes[waits].condition = late;
    int32_t root = small_blend(&s, 0, waits, 0, leaf);
    s.weights[s.nodes[root].child_first] = (by_field){0, 0, 2};
    s.weights[s.nodes[root].child_first + 1] = (by_field){0, 0, 4};
    by_range all = {0, ROWS - 1};
    plain_result *r = NULL;
    int32_t digit = 0; /* A, after the average */
    assert_int_equal(plain_run(&s.tree, &s.panel, &digit, all, &r), BY_OK);
    assert_true(r->first == 4 && r->weights[A] == 1 && r->weights[B] == 0);
    plain_free(r);
    digit = 1; /* B at once */
    assert_int_equal(plain_run(&s.tree, &s.panel, &digit, all, &r), BY_OK);
    assert_true(r->first == 1 && r->weights[A] == 0 && r->weights[B] == 1);
    plain_free(r);
    digit = 0;
    assert_int_equal(plain_run(&s.tree, &s.panel, &digit, (by_range){0, 3}, &r), BY_DATA);
    assert_null(r);
    s.series[0].window[0] = small_value(0);
    assert_int_equal(plain_run(&s.tree, &s.panel, &digit, all, &r), BY_STRATEGY);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blend),
        cmocka_unit_test(test_conditions),
        cmocka_unit_test(test_latch),
        cmocka_unit_test(test_filter_of_groups),
        cmocka_unit_test(test_filter_of_assets),
        cmocka_unit_test(test_inverse_volatility),
        cmocka_unit_test(test_mixed),
        cmocka_unit_test(test_void),
        cmocka_unit_test(test_series),
        cmocka_unit_test(test_param_and_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
