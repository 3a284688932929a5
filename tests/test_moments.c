/* SPDX-License-Identifier: MIT
 *
 * Moments of returns within windows: by hand, and of the combos of random sweeps against the
 * returns of their runs. BY_TREES=n tries no more than n sweeps.
 */
#include "../engine/moments.h"
#include "../engine/sweep.h"
#include "random_tree.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SEEDS = 300, WINDOWS = 9, COMBOS_MAX = 40, RETURNS = 40 };

static void assert_near(double value, double expected) {
    assert_true(fabs(value - expected) <= 1e-12 * fmax(1.0, fabs(expected)));
}

static void test_windows(void **state) {
    (void)state;
    double returns[RETURNS];
    for (int32_t i = 0; i < RETURNS; i++) {
        returns[i] = 0.01 * ((i * 7) % 11 - 5);
    }
    /* Rows 100 .. 140: return i ends in row 101 + i. */
    const by_range windows[] = {{101, 140}, {0, 1000},  {100, 101}, {101, 101}, {120, 132},
                                {0, 100},   {141, 200}, {130, 120}, {140, 140}};
    const int32_t first[] = {0, 0, 0, 0, 19, 0, 0, 0, 39};
    const int32_t count[] = {40, 40, 1, 1, 13, 0, 0, 0, 1};
    by_moments got[9];
    moments_reduce(returns, RETURNS, 100, windows, 9, got);
    for (int32_t w = 0; w < 9; w++) {
        double sum = 0.0;
        double squares = 0.0;
        double growth = 1.0;
        for (int32_t i = first[w]; i < first[w] + count[w]; i++) {
            sum += returns[i];
            squares += returns[i] * returns[i];
            growth *= 1.0 + returns[i];
        }
        assert_int_equal(got[w].count, count[w]);
        assert_near(got[w].sum, sum);
        assert_near(got[w].sum_squares, squares);
        assert_near(got[w].growth, growth);
        assert_near(got[w].count == 0 ? 0.0 : by_moments_total_return(&got[w]),
                    count[w] == 0 ? 0.0 : growth - 1.0);
    }
    assert_true(isnan(by_moments_total_return(&got[5])));
}

static void test_no_returns(void **state) {
    (void)state;
    const by_range window = {0, 10};
    by_moments got;
    moments_reduce(NULL, -1, 0, &window, 1, &got);
    assert_int_equal(got.count, 0);
    assert_true(got.sum == 0.0 && got.sum_squares == 0.0 && got.growth == 1.0);
}

static by_moments moments_of(const double *returns, int32_t count) {
    const by_range all = {0, INT32_MAX};
    by_moments got;
    moments_reduce(returns, count, -1, &all, 1, &got);
    return got;
}

static void test_sharpe(void **state) {
    (void)state;
    const double returns[] = {0.01, -0.02, 0.03, 0.005};
    by_moments got = moments_of(returns, 4);
    by_result metrics;
    const double none[5] = {0.0};
    by_metrics_compute(&(by_days){.returns = returns,
                                  .turnover = none,
                                  .exposure = none,
                                  .return_count = 4,
                                  .periods_per_year = 252.0},
                       &metrics);
    assert_near(by_moments_sharpe(&got, 252.0), metrics.metric[BY_METRIC_sharpe]);
    got = moments_of(returns, 1);
    assert_true(isnan(by_moments_sharpe(&got, 252.0)));
    /* Equal returns have no deviation, whatever rounding leaves of it. */
    double equal[1000];
    for (int32_t i = 0; i < 1000; i++) {
        equal[i] = 0.1 / 252.0;
    }
    for (int32_t count = 2; count <= 1000; count++) {
        got = moments_of(equal, count);
        assert_true(isnan(by_moments_sharpe(&got, 252.0)));
    }
    memset(equal, 0, sizeof equal);
    got = moments_of(equal, 1000);
    assert_true(isnan(by_moments_sharpe(&got, 252.0)));
}

/* A random sweep. */
typedef struct trial {
    random_bars bars;
    random_tree random;
    by_panel *panel;
    by_plan *plan;
    by_columns *columns;
    by_range asked;
    by_range windows[WINDOWS];
    int32_t combo_count;
    uint16_t digits[COMBOS_MAX * RANDOM_PARAMS_MAX];
} trial;

static int32_t open_trial(trial *t, uint64_t seed) {
    random_source source = {seed};
    random_bars_fill(&t->bars, &source);
    random_tree_fill(&t->random, &t->bars, &source);
    const by_tree *tree = &t->random.tree;
    t->panel = NULL;
    t->plan = NULL;
    t->columns = NULL;
    if (by_panel_new(t->bars.symbol_count, t->bars.names, t->bars.slices, t->bars.slice_first, 1,
                     &t->panel, NULL) != BY_OK ||
        by_plan_new(tree, &t->plan, NULL) != BY_OK ||
        by_columns_new(t->plan, t->panel, 1, INT64_MAX, &t->columns, NULL) != BY_OK) {
        return 0;
    }
    t->asked = (by_range){t->panel->first_common, t->panel->last_common};
    t->combo_count = 1 + random_below(&source, COMBOS_MAX);
    for (int32_t c = 0; c < t->combo_count; c++) {
        for (int32_t p = 0; p < tree->param_count; p++) {
            t->digits[c * tree->param_count + p] =
                (uint16_t)random_below(&source, tree->params[p].value_count);
        }
    }
    for (int32_t w = 0; w < WINDOWS; w++) {
        t->windows[w].first = random_below(&source, t->panel->bar_count + 20) - 10;
        t->windows[w].last = t->windows[w].first + random_below(&source, 200) - 10;
    }
    return t->asked.first <= t->asked.last;
}

static void close_trial(trial *t) {
    by_columns_free(t->columns);
    by_plan_free(t->plan);
    by_panel_free(t->panel);
}

/* The moments of a combo by its run: all zero, with growth 1, when it has no session. */
static void expect(const trial *t, int32_t combo, by_moments *out) {
    int32_t digits[BY_PARAMS_MAX] = {0};
    by_run *run = NULL;
    const int32_t params = t->random.tree.param_count;
    for (int32_t p = 0; p < params; p++) {
        digits[p] = t->digits[combo * params + p];
    }
    if (by_run_new(t->columns, digits, t->asked, &run, NULL) == BY_OK) {
        moments_reduce(run->returns, run->day_count - 1, run->first, t->windows, WINDOWS, out);
    } else {
        moments_reduce(NULL, -1, 0, t->windows, WINDOWS, out);
    }
    by_run_free(run);
}

static int64_t compare_sweep(const trial *t, int32_t threads) {
    const by_sweep_options options = {
        .asked = t->asked, .thread_count = threads, .windows = t->windows, .window_count = WINDOWS};
    by_sweep *sweep = NULL;
    int32_t first = 0;
    int32_t count = 0;
    const by_result *results = NULL;
    int64_t returns = 0;
    int32_t answer;
    assert_int_equal(by_sweep_start(t->columns, t->digits, t->combo_count, &options, &sweep, NULL),
                     BY_OK);
    while ((answer = by_sweep_take(sweep, 1000, &first, &count, &results)) >= 0) {
        const by_moments *moments = by_sweep_moments(sweep);
        for (int32_t i = 0; answer == 1 && i < count; i++) {
            by_moments expected[WINDOWS];
            expect(t, first + i, expected);
            assert_memory_equal(expected, moments + (size_t)i * WINDOWS, sizeof expected);
            for (int32_t w = 0; w < WINDOWS; w++) {
                returns += expected[w].count;
            }
        }
    }
    assert_int_equal(by_sweep_finish(sweep, NULL), BY_OK);
    by_sweep_free(sweep);
    return returns;
}

static void test_sweeps(void **state) {
    (void)state;
    const char *number = getenv("BY_TREES");
    const uint64_t asked = number != NULL ? strtoull(number, NULL, 10) : SEEDS;
    const uint64_t last = asked < SEEDS ? asked : SEEDS;
    trial *t = calloc(1, sizeof *t);
    int64_t returns = 0;
    assert_non_null(t);
    for (uint64_t seed = 1; seed <= last; seed++) {
        if (open_trial(t, seed)) {
            returns += compare_sweep(t, 1 + (int32_t)(seed % 3));
        }
        close_trial(t);
    }
    assert_true(returns > (int64_t)last * 1000); /* enough of them have sessions */
    free(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_windows),
        cmocka_unit_test(test_no_returns),
        cmocka_unit_test(test_sharpe),
        cmocka_unit_test(test_sweeps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
