/* SPDX-License-Identifier: MIT
 *
 * Spaces of small trees: which params matter, and the orders of walks.
 */
#include "../engine/plan_params.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "small.h"

enum { PARAMS = 4, NONE = BY_DIGIT_NONE };

/* A small tree with four params, its plan and its space. */
typedef struct spaced {
    small s;
    by_param params[PARAMS];
    by_plan *plan;
    by_space *space;
} spaced;

static const double closes[4] = {1, 2, 3, 4};

/* Params of two values. */
static spaced *begin(void) {
    spaced *c = calloc(1, sizeof *c);
    assert_non_null(c);
    small_open(&c->s, 4, closes, closes);
    for (int32_t p = 0; p < PARAMS; p++) {
        c->params[p] = (by_param){.name = "p", .value_count = 2};
    }
    c->s.tree.params = c->params;
    c->s.tree.param_count = PARAMS;
    return c;
}

static void compile(spaced *c) {
    by_error err = {0};
    if (by_plan_new(&c->s.tree, &c->plan, &err) != BY_OK) {
        fail_msg("%s", err.message);
    }
    assert_int_equal(by_space_new(c->plan, &c->space, NULL), BY_OK);
}

static void end(spaced *c) {
    by_space_free(c->space);
    by_plan_free(c->plan);
    free(c);
}

static by_field bound(small *s, int32_t param, double first, double second) {
    const by_field field = {.param = param, .first = s->tree.value_count};
    s->values[s->tree.value_count++] = first;
    s->values[s->tree.value_count++] = second;
    return field;
}

static void assert_active(spaced *c, uint16_t a, uint16_t b, uint64_t expected) {
    const uint16_t digits[PARAMS] = {a, b, 1, 1};
    uint64_t active;
    assert_int_equal(plan_params_active(&c->space->params, digits, &active, NULL), BY_OK);
    assert_int_equal(active, expected);
}

/* A choice of two sub-trees by param 0: the first holds what param 1 says, the second does where an
 * indicator with the window of param 2 is high. The trade pays what param 3 says. */
static void test_choice(void **unused) {
    (void)unused;
    spaced *c = begin();
    small *s = &c->s;
    const int32_t one = small_leaf(s, BY_ASSET, A);
    s->nodes[one].symbol = bound(s, 1, A, B);
    const int32_t series = small_series(s, BY_SMA, A, 1);
    s->series[series].window[0] = bound(s, 2, 1, 2);
    const int32_t yes_no[] = {small_leaf(s, BY_ASSET, A), small_leaf(s, BY_ASSET, B)};
    const int32_t condition = small_compare(s, series, BY_GT, 2);
    const int32_t other = small_node(s, BY_IF, 2, yes_no);
    s->nodes[other].condition = condition;
    const int32_t children[] = {one, other};
    const int32_t root = small_node(s, BY_WEIGHTED, 2, children);
    s->weights[s->nodes[root].child_first] = bound(s, 0, 1, 0);
    s->weights[s->nodes[root].child_first + 1] = bound(s, 0, 0, 1);
    s->trading.slippage = bound(s, 3, 0, 0.001);
    compile(c);
    uint16_t digits[8][PARAMS];
    const uint16_t expected[8][PARAMS] = {{0, 0, NONE, 0}, {0, 0, NONE, 1}, {0, 1, NONE, 0},
                                          {0, 1, NONE, 1}, {1, NONE, 0, 0}, {1, NONE, 0, 1},
                                          {1, NONE, 1, 0}, {1, NONE, 1, 1}};
    int32_t count = 0;
    assert_int_equal(by_space_grid(c->space, 100, NULL, &count, NULL), BY_OK);
    assert_int_equal(count, 8);
    assert_int_equal(by_space_grid(c->space, 100, digits[0], &count, NULL), BY_OK);
    assert_memory_equal(digits, expected, sizeof expected);
    assert_active(c, 1, 1, 0xd);
    assert_active(c, NONE, 1, 0xb);
    end(c);
}

/* The windows that a kind of indicator does not have: an average has one, a PPO two. */
static void test_windows(void **unused) {
    (void)unused;
    spaced *c = begin();
    small *s = &c->s;
    const int32_t series = small_series(s, BY_SMA, A, 1);
    s->series[series].kind = bound(s, 0, BY_SMA, BY_PPO);
    s->series[series].window[0] = bound(s, 1, 1, 2);
    s->series[series].window[1] = bound(s, 2, 2, 3);
    s->series[series].window[2] = bound(s, 3, 2, 3);
    const int32_t yes_no[] = {small_leaf(s, BY_ASSET, A), small_leaf(s, BY_ASSET, B)};
    const int32_t condition = small_compare(s, series, BY_GT, 2);
    s->nodes[small_node(s, BY_IF, 2, yes_no)].condition = condition;
    compile(c);
    assert_active(c, 0, 0, 0x3);
    assert_active(c, 1, 0, 0x7);
    end(c);
}

/* The weights of ranks that are not taken. */
static void test_ranks(void **unused) {
    (void)unused;
    spaced *c = begin();
    small *s = &c->s;
    const int32_t rank = small_series(s, BY_CLOSE, BY_TEMPLATE, 0);
    const int32_t children[] = {small_leaf(s, BY_ASSET, A), small_leaf(s, BY_ASSET, B)};
    const int32_t root = small_node(s, BY_FILTER, 2, children);
    s->nodes[root].rank = rank;
    s->nodes[root].weighting = BY_WEIGH_BY_RANK;
    s->nodes[root].count = bound(s, 0, 1, 2);
    s->nodes[root].empty = bound(s, 3, 0, 1);
    s->weights[s->nodes[root].child_first] = bound(s, 1, 0.5, 0.25);
    s->weights[s->nodes[root].child_first + 1] = bound(s, 2, 0.5, 0.25);
    compile(c);
    assert_active(c, 0, 0, 0xb);
    assert_active(c, 1, 0, 0xf);
    end(c);
}

/* A param of one value keeps it, and one that no field depends on does not matter. */
static void test_idle(void **unused) {
    (void)unused;
    spaced *c = begin();
    small *s = &c->s;
    c->params[1].value_count = 1;
    s->nodes[small_leaf(s, BY_ASSET, A)].symbol = bound(s, 0, A, B);
    s->trading.slippage = bound(s, 2, 0.001, 0.001); /* the same either way */
    compile(c);
    assert_active(c, 0, 0, 0x3);
    end(c);
}

/* The moves of each param from a combo to the next. */
static void count_moves(const uint16_t *digits, int32_t params, int32_t count, int64_t *moves,
                        int64_t *steps) {
    for (int32_t i = 1; i < count; i++) {
        for (int32_t p = 0; p < params; p++) {
            const int32_t step = digits[i * params + p] - digits[(i - 1) * params + p];
            moves[p] += step != 0;
            steps[p] += abs(step);
        }
    }
}

/* A tree of nothing but trading, with params of any number of values. */
static spaced *open_sized(int32_t param_count, const int32_t *sizes) {
    spaced *c = begin();
    by_field *const fields[4] = {&c->s.trading.slippage, &c->s.trading.commission,
                                 &c->s.trading.cash_yield, &c->s.trading.sale_fee};
    double *values = calloc(4000, sizeof *values);
    assert_non_null(values);
    for (int32_t p = 0, first = 0; p < param_count; first += sizes[p++]) {
        c->params[p] = (by_param){.name = "p", .value_count = sizes[p]};
        *fields[p] = (by_field){.param = p, .first = first};
        for (int32_t i = 0; i < sizes[p]; i++) {
            values[first + i] = 1e-5 * i;
        }
        c->s.tree.value_count += sizes[p];
    }
    c->s.tree.values = values;
    c->s.tree.param_count = param_count;
    small_leaf(&c->s, BY_ASSET, A);
    compile(c);
    free(values);
    return c;
}

static void test_grid_walk(void **unused) {
    (void)unused;
    static const int32_t sizes[3] = {7, 4, 9};
    enum { COUNT = 7 * 4 * 9 };
    spaced *c = open_sized(3, sizes);
    uint16_t digits[COUNT * 3];
    uint16_t walked[COUNT * 3];
    uint32_t combos[COUNT];
    int32_t count;
    assert_int_equal(by_space_grid(c->space, COUNT, digits, &count, NULL), BY_OK);
    assert_int_equal(count, COUNT);
    assert_int_equal(by_space_arrange(c->space, digits, COUNT, 100, combos, walked, NULL), BY_OK);
    int64_t moves[3] = {0};
    int64_t steps[3] = {0};
    count_moves(walked, 3, COUNT, moves, steps);
    assert_int_equal(moves[0] + moves[1] + moves[2], COUNT - 1); /* one param a step */
    assert_int_equal(steps[0] + steps[1] + steps[2], COUNT - 1); /* by one */
    uint8_t seen[COUNT] = {0};
    for (int32_t i = 0; i < COUNT; i++) {
        const int32_t combo = (int32_t)combos[i] - 100;
        assert_in_range(combo, 0, COUNT - 1);
        assert_int_equal(seen[combo]++, 0);
        assert_memory_equal(walked + i * 3, digits + combo * 3, 3 * sizeof *walked);
    }
    end(c);
}

/* Of random combos those with the same digits of the slow params stand together, and the slowest
 * param never turns back. */
static void test_sample_walk(void **unused) {
    (void)unused;
    static const int32_t sizes[4] = {3, 60, 5, 1};
    enum { COUNT = 500 };
    spaced *c = open_sized(4, sizes);
    uint32_t state = 7;
    uint16_t digits[COUNT * 4];
    uint16_t walked[COUNT * 4];
    uint32_t combos[COUNT];
    int32_t order[4];
    for (int32_t i = 0; i < COUNT * 4; i++) {
        state = state * 1664525 + 1013904223;
        digits[i] = (uint16_t)((state >> 16) % (uint32_t)sizes[i % 4]);
    }
    assert_int_equal(by_space_arrange(c->space, digits, COUNT, 0, combos, walked, NULL), BY_OK);
    by_sweep_order(c->plan, order);
    int64_t moves[4] = {0};
    int64_t steps[4] = {0};
    count_moves(walked, 4, COUNT, moves, steps);
    assert_int_equal(moves[order[0]], sizes[order[0]] - 1);
    assert_int_equal(steps[order[0]], sizes[order[0]] - 1);
    int64_t before[4] = {0};
    int64_t unsorted[4] = {0};
    count_moves(digits, 4, COUNT, before, unsorted);
    assert_true(steps[1] * 3 < unsorted[1]);
    end(c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_choice),    cmocka_unit_test(test_windows),
        cmocka_unit_test(test_ranks),     cmocka_unit_test(test_idle),
        cmocka_unit_test(test_grid_walk), cmocka_unit_test(test_sample_walk)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
