/* SPDX-License-Identifier: MIT
 *
 * The judge itself, on cases small enough to be worked out by hand.
 */
#include "plain.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { ROWS = 6, A = 0, B = 1 };

/* A doubles, halves, stays, doubles, halves; B has its first bar on row 1 and then rises by a
 * quarter, stays, falls by a fifth, stays. All numbers are exact in binary but 0.8 and 1.25 / 3. */
static const double close_a[ROWS] = {1, 2, 1, 1, 2, 1};
static const double close_b[ROWS] = {NAN, 4, 5, 5, 4, 4};

typedef struct market {
    by_panel panel;
    const double *close[2];
    double forward[ROWS * 2];
    int64_t time[ROWS];
    int32_t first_bar[2];
    int32_t last_bar[2];
    int32_t filled[2];
} market;

static void set_market(market *m) {
    *m = (market){.close = {close_a, close_b}, .first_bar = {0, 1}, .last_bar = {5, 5}};
    for (int32_t row = 1; row + 1 < ROWS; row++) {
        m->forward[row * 2] = close_a[row + 1] / close_a[row] - 1;
        m->forward[row * 2 + 1] = close_b[row + 1] / close_b[row] - 1;
    }
    m->forward[0] = 1;
    m->panel = (by_panel){.bar_count = ROWS,
                          .first_common = 1,
                          .last_common = 5,
                          .symbol_count = 2,
                          .time = m->time,
                          .close = m->close,
                          .forward = m->forward,
                          .first_bar = m->first_bar,
                          .last_bar = m->last_bar,
                          .filled_count = m->filled};
}

#define CONSTANT(x)                                                                                \
    { .constant = (x), .param = -1 }

static const char *const symbols[] = {"A", "B"};
static const int32_t digits_none[1] = {0};

static plain_result *run(const by_tree *tree, by_range asked, double slippage) {
    market m;
    set_market(&m);
    plain_result *out = NULL;
    assert_int_equal(plain_run(tree, &m.panel, digits_none, asked, (by_costs){slippage}, &out),
                     BY_OK);
    return out;
}

static void assert_close(double value, double expected) {
    assert_true(fabs(value - expected) <= 1e-15 * fabs(expected));
}

/* Half of A and a quarter of B, held from row 1 on. */
static void test_blend(void **unused) {
    (void)unused;
    by_node nodes[] = {{.kind = BY_ASSET, .symbol = CONSTANT(A)},
                       {.kind = BY_ASSET, .symbol = CONSTANT(B)},
                       {.kind = BY_CASH},
                       {.kind = BY_WEIGHTED, .child_first = 0, .child_count = 3}};
    int32_t links[] = {0, 1, 2};
    by_field weights[] = {CONSTANT(0.5), CONSTANT(0.25), CONSTANT(0.25)};
    by_tree tree = {.nodes = nodes,
                    .links = links,
                    .weights = weights,
                    .symbols = symbols,
                    .node_count = 4,
                    .link_count = 3,
                    .symbol_count = 2};
    plain_result *r = run(&tree, (by_range){0, 3}, 0);
    assert_int_equal(r->first, 1);
    assert_int_equal(r->day_count, 3);
    assert_int_equal(r->result.start, 1);
    assert_int_equal(r->result.return_count, 2);
    assert_true(r->weights[0] == 0.5 && r->weights[1] == 0.25);
    /* Row 1 to 2: A -50 %, B +25 %: 1 - 0.25 + 0.0625. */
    assert_true(r->equity[0] == 10000 && r->equity[1] == 8125);
    assert_true(r->equity[2] == 8125);
    assert_true(r->returns[0] == -0.1875 && r->returns[1] == 0);
    assert_true(r->exposure[2] == 0.75);
    /* Drifted to 0.25 and 0.3125 of 0.8125. */
    assert_true(r->turnover[0] == 0.75);
    assert_close(r->turnover[1], (0.5 - 0.25 / 0.8125) + (0.3125 / 0.8125 - 0.25));
    assert_true(r->turnover[2] == 0);
    plain_free(r);
    r = run(&tree, (by_range){2, 3}, 0.5);
    assert_true(r->first == 2 && r->equity[0] == 6250 && r->equity[1] == 6250);
    assert_true(r->returns[0] == -0.375 && r->turnover[1] == 0);
    plain_free(r);
}

/* A where its 2-bar average is above 1.25, else the top one of A, B and B by the last return. */
static void test_choice(void **unused) {
    (void)unused;
    by_series series[] = {
        {.kind = CONSTANT(BY_SMA), .symbol = CONSTANT(A), .window = {CONSTANT(2)}}};
    by_condition conditions[] = {{.kind = BY_COMPARE,
                                  .left = 0,
                                  .right = -1,
                                  .comparator = CONSTANT(BY_GT),
                                  .threshold = CONSTANT(1.25)},
                                 {.kind = BY_NONE, .child_first = 0, .child_count = 1},
                                 {.kind = BY_NONE, .child_first = 1, .child_count = 1}};
    int32_t condition_links[] = {0, 1};
    by_node nodes[] = {
        {.kind = BY_ASSET, .symbol = CONSTANT(A)},
        {.kind = BY_ASSET, .symbol = CONSTANT(B)},
        {.kind = BY_GROUP, .child_first = 0, .child_count = 1},
        {.kind = BY_FILTER,
         .child_first = 1,
         .child_count = 3,
         .indicator = CONSTANT(BY_CUMULATIVE_RETURN),
         .window = {CONSTANT(1)},
         .count = CONSTANT(2)},
        {.kind = BY_IF, .condition = 2, .child_first = 4, .child_count = 2},
    };
    int32_t links[] = {1, 0, 2, 1, 0, 3};
    by_field weights[6] = {{0}};
    by_tree tree = {.nodes = nodes,
                    .series = series,
                    .conditions = conditions,
                    .links = links,
                    .weights = weights,
                    .condition_links = condition_links,
                    .symbols = symbols,
                    .node_count = 5,
                    .series_count = 1,
                    .condition_count = 3,
                    .link_count = 6,
                    .condition_link_count = 2,
                    .symbol_count = 2};
    plain_result *r = run(&tree, (by_range){0, 5}, 0);
    /* B's first return is on row 2. A's averages from there: 1.5 1 1.5 1.5; so A, choice, A, A.
     * Row 3: all returned 0: a tie, the first two in order: A and B (in the group). */
    assert_int_equal(r->first, 2);
    assert_int_equal(r->day_count, 4);
    double expected[4][2] = {{1, 0}, {0.5, 0.5}, {1, 0}, {1, 0}};
    for (int32_t i = 0; i < 4; i++) {
        assert_true(r->weights[i * 2] == expected[i][0]);
        assert_true(r->weights[i * 2 + 1] == expected[i][1]);
    }
    /* Row 2 to 3 nothing; 3 to 4: A +100 %, B -20 %; 4 to 5: A -50 %. */
    assert_true(r->equity[1] == 10000);
    assert_close(r->equity[2], 14000);
    assert_close(r->equity[3], 7000);
    plain_free(r);

    nodes[3].bottom = 1;
    conditions[2].child_first = 0; /* none of: above */
    r = run(&tree, (by_range){0, 5}, 0);
    /* Row 2 now: A -50 %, B +25 % twice: bottom two are A and the first B. Row 4: A +100 %,
     * B -20 %: B and B, added up. Row 5: A -50 %, B 0: A and B. */
    double bottom[4][2] = {{0.5, 0.5}, {1, 0}, {0, 1}, {0.5, 0.5}};
    for (int32_t i = 0; i < 4; i++) {
        assert_true(r->weights[i * 2] == bottom[i][0]);
        assert_true(r->weights[i * 2 + 1] == bottom[i][1]);
    }
    plain_free(r);
}

/* A param moves the ticker; refusals. */
static void test_param_and_refusals(void **unused) {
    (void)unused;
    by_node node = {.kind = BY_ASSET, .symbol = {.param = 0, .first = 1}};
    by_series series = {.kind = CONSTANT(BY_SMA), .symbol = CONSTANT(B), .window = {CONSTANT(5)}};
    double values[] = {7, A, B};
    by_param param = {"ticker", 2, 0};
    by_tree tree = {.nodes = &node,
                    .series = &series,
                    .values = values,
                    .params = &param,
                    .symbols = symbols,
                    .node_count = 1,
                    .series_count = 1,
                    .value_count = 3,
                    .param_count = 1,
                    .symbol_count = 2};
    market m;
    set_market(&m);
    plain_result *out = NULL;
    int32_t digit = 1;
    by_costs free_of_cost = {0};
    /* The average that nothing reads still sets the start: row 5, the last. */
    assert_int_equal(plain_run(&tree, &m.panel, &digit, (by_range){0, 5}, free_of_cost, &out),
                     BY_OK);
    assert_true(out->first == 5 && out->day_count == 1);
    assert_true(out->weights[A] == 0 && out->weights[B] == 1);
    assert_true(out->result.return_count == 0 && out->result.metric[BY_METRIC_trade_days] == 1);
    plain_free(out);
    assert_int_equal(plain_run(&tree, &m.panel, &digit, (by_range){0, 4}, free_of_cost, &out),
                     BY_DATA);
    assert_null(out);
    series.window[0].constant = 0;
    assert_int_equal(plain_run(&tree, &m.panel, &digit, (by_range){0, 5}, free_of_cost, &out),
                     BY_STRATEGY);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blend),
        cmocka_unit_test(test_choice),
        cmocka_unit_test(test_param_and_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
