/* SPDX-License-Identifier: MIT
 *
 * Indicators that a tree brings along, when they fail: in columns, in columns that are computed
 * again, in the walk over a node's equity. That their values arrive, tests/test_random.c proves.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../engine/sweep.h"
#include "small.h"

enum { ROWS = 12, WINDOWS = 12 };

static const double closes[ROWS] = {10, 11, 12, 11, 13, 14, 13, 15, 16, 15, 17, 18};

/* A mean that fails when it has been computed `left` times, and for windows from `window` on. */
typedef struct allowance {
    atomic_int left;
    int32_t window;
} allowance;

static int32_t mean(void *context, const by_recipe *recipe, const by_inputs *in, int32_t count,
                    double *out, by_error *err) {
    allowance *at = context;
    const int32_t window = recipe->window[0];
    if (window >= at->window || atomic_fetch_sub(&at->left, 1) <= 0) {
        return by_fail(err, BY_LIMIT, "enough of %d", window);
    }
    for (int32_t i = 0; i < count; i++) {
        double sum = 0;
        for (int32_t k = i - window + 1; k <= i && i + 1 >= window; k++) {
            sum += in->close[k];
        }
        out[i] = i + 1 < window ? NAN : sum / window;
    }
    return BY_OK;
}

/* Holds A while a mean of closes is above 12, else B; the window is a param of WINDOWS values. */
typedef struct trial {
    small s;
    allowance allowance;
    by_custom custom;
    by_plan *plan;
    by_columns *columns;
    by_error err;
} trial;

static void open_trial(trial *t, int32_t computations, int32_t window) {
    memset(t, 0, sizeof *t);
    small_open(&t->s, ROWS, closes, closes);
    atomic_init(&t->allowance.left, computations);
    t->allowance.window = window;
    t->custom = (by_custom){.name = "brittle",
                            .identity = 1,
                            .window_count = 1,
                            .number_count = 1,
                            .compute = mean,
                            .context = &t->allowance};
    t->s.tree.customs = &t->custom;
    t->s.tree.custom_count = 1;
    t->s.param = (by_param){.name = "w", .value_count = WINDOWS};
    t->s.tree.param_count = 1;
    t->s.tree.value_count = WINDOWS;
    for (int32_t i = 0; i < WINDOWS; i++) {
        t->s.values[i] = i + 1;
    }
}

static int32_t add_series(trial *t) {
    const int32_t series = small_series(&t->s, (by_indicator)BY_INDICATOR_COUNT, A, 1);
    t->s.series[series].window[0] = (by_field){0, 0, 0};
    t->s.series[series].number[0] = small_value(2.5);
    return series;
}

static by_node *add_root(trial *t, int32_t series) {
    const int32_t condition = small_compare(&t->s, series, BY_GT, 12);
    const int32_t children[] = {small_leaf(&t->s, BY_ASSET, A), small_leaf(&t->s, BY_ASSET, B)};
    by_node *root = &t->s.nodes[small_node(&t->s, BY_IF, 2, children)];
    root->condition = condition;
    return root;
}

static by_status make_columns(trial *t, int32_t threads, int64_t size_bytes) {
    const by_status status = by_plan_new(&t->s.tree, &t->plan, &t->err);
    return status != BY_OK
               ? status
               : by_columns_new(t->plan, &t->s.panel, threads, size_bytes, &t->columns, &t->err);
}

static void close_trial(trial *t) {
    by_columns_free(t->columns);
    by_plan_free(t->plan);
}

static void test_first_column_is_told(void **unused) {
    (void)unused;
    trial t;
    for (int32_t threads = 1; threads <= 4; threads++) {
        open_trial(&t, INT32_MAX, 5);
        (void)add_root(&t, add_series(&t));
        assert_int_equal(make_columns(&t, threads, INT64_MAX), BY_LIMIT);
        assert_string_equal(t.err.message, "in indicator brittle (A 5 2.5): enough of 5");
        assert_null(t.columns);
        close_trial(&t);
    }
}

/* Columns that there is no room for are computed again, and may fail then. */
static void test_run_fails_later(void **unused) {
    (void)unused;
    trial t;
    open_trial(&t, WINDOWS + 1, INT32_MAX);
    (void)add_root(&t, add_series(&t));
    assert_int_equal(make_columns(&t, 2, 1), BY_OK);
    const by_range asked = {0, ROWS - 1};
    by_status status = BY_OK;
    for (int32_t digit = 0; digit < WINDOWS && status == BY_OK; digit++) {
        by_run *run = NULL;
        const int32_t digits[BY_PARAMS_MAX] = {digit};
        status = by_run_new(t.columns, digits, asked, &run, &t.err);
        assert_true((status == BY_OK) == (run != NULL));
        by_run_free(run);
    }
    assert_int_equal(status, BY_LIMIT);
    assert_memory_equal(t.err.message, "in indicator brittle (A ", 24);
    close_trial(&t);
}

static void test_sweep_fails_later(void **unused) {
    (void)unused;
    trial t;
    open_trial(&t, WINDOWS + 2, INT32_MAX);
    (void)add_root(&t, add_series(&t));
    assert_int_equal(make_columns(&t, 2, 1), BY_OK);
    uint16_t digits[WINDOWS];
    for (int32_t i = 0; i < WINDOWS; i++) {
        digits[i] = (uint16_t)i;
    }
    const by_sweep_options options = {.asked = {0, ROWS - 1}, .thread_count = 2};
    by_sweep *sweep = NULL;
    assert_int_equal(by_sweep_start(t.columns, digits, WINDOWS, &options, &sweep, &t.err), BY_OK);
    int32_t first;
    int32_t count;
    int32_t delivered = 0;
    const by_result *results;
    for (int32_t taken; (taken = by_sweep_take(sweep, 1000, &first, &count, &results)) >= 0;) {
        delivered += taken > 0 ? count : 0;
    }
    assert_true(delivered < WINDOWS);
    assert_int_equal(by_sweep_finish(sweep, &t.err), BY_LIMIT);
    assert_memory_equal(t.err.message, "in indicator brittle (A ", 24);
    by_sweep_free(sweep);
    close_trial(&t);
}

static void test_walk_over_a_node_fails(void **unused) {
    (void)unused;
    trial t;
    open_trial(&t, INT32_MAX, 3);
    const int32_t measured = small_leaf(&t.s, BY_ASSET, B);
    const int32_t series = add_series(&t);
    t.s.series[series].node = measured;
    (void)add_root(&t, series);
    assert_int_equal(make_columns(&t, 1, INT64_MAX), BY_OK);
    for (int32_t digit = 0; digit < 4; digit++) {
        by_run *run = NULL;
        const int32_t digits[BY_PARAMS_MAX] = {digit};
        const by_status status =
            by_run_new(t.columns, digits, (by_range){0, ROWS - 1}, &run, &t.err);
        assert_int_equal(status, digit < 2 ? BY_OK : BY_LIMIT);
        by_run_free(run);
    }
    assert_string_equal(t.err.message, "in indicator brittle (3 2.5): enough of 3");
    close_trial(&t);
}

static void test_a_plan_knows_its_indicators(void **unused) {
    (void)unused;
    trial t;
    open_trial(&t, INT32_MAX, INT32_MAX);
    (void)add_root(&t, add_series(&t));
    assert_int_equal(make_columns(&t, 1, INT64_MAX), BY_OK);
    const uint64_t hash = by_plan_hash(t.plan);
    by_plan *other = NULL;
    t.custom.name = "another";
    assert_int_equal(by_plan_new(&t.s.tree, &other, NULL), BY_OK);
    assert_true(by_plan_hash(other) == hash);
    by_plan_free(other);
    t.custom.identity = 2;
    assert_int_equal(by_plan_new(&t.s.tree, &other, NULL), BY_OK);
    assert_true(by_plan_hash(other) != hash);
    by_plan_free(other);
    close_trial(&t);
}

static void test_a_tree_is_checked(void **unused) {
    (void)unused;
    trial t;
    open_trial(&t, INT32_MAX, INT32_MAX);
    (void)add_root(&t, add_series(&t));
    by_plan *plan = NULL;
    const by_custom wrong[] = {{.name = "x", .window_count = 4},
                               {.name = "x", .window_count = -1},
                               {.name = "x", .number_count = 3},
                               {.name = "x", .reads = BY_READS_TIME}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        t.custom = wrong[i];
        assert_int_equal(by_plan_new(&t.s.tree, &plan, &t.err), BY_STRATEGY);
        assert_non_null(strstr(t.err.message, "indicator x has more than 3 windows"));
    }
    t.s.tree.custom_count = 0;
    assert_int_equal(by_plan_new(&t.s.tree, &plan, &t.err), BY_STRATEGY);
    assert_non_null(strstr(t.err.message, "the indicator must be a whole number from 0 to"));
    t.s.tree.custom_count = BY_CUSTOMS_MAX + 1;
    assert_int_equal(by_plan_new(&t.s.tree, &plan, &t.err), BY_LIMIT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_column_is_told),
        cmocka_unit_test(test_run_fails_later),
        cmocka_unit_test(test_sweep_fails_later),
        cmocka_unit_test(test_walk_over_a_node_fails),
        cmocka_unit_test(test_a_plan_knows_its_indicators),
        cmocka_unit_test(test_a_tree_is_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
