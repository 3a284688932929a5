/* SPDX-License-Identifier: MIT
 *
 * Series of higher timeframes in small trees: what they are on each session, and what is refused.
 */
#include "../engine/timeframe.h"
#include "../engine/trace.h"
#include "small.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ROWS = 16 };

/* Closes of 16 days from Monday 2020-12-28 on. */
static const double closes[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

/* A mean of closes in bars of a timeframe. */
static int32_t higher(small *s, int32_t timeframe, int32_t window) {
    const int32_t index = small_series(s, BY_SMA, A, window);
    s->series[index].timeframe = timeframe;
    return index;
}

static int32_t seen(small *s, int32_t over) {
    const int32_t index = small_series(s, BY_CLOSE, A, 1);
    s->series[index].form = BY_SEEN;
    s->series[index].over = over;
    return index;
}

/* A where a series is above 0, else B. */
static void choose(small *s, int32_t series) {
    const int32_t condition = small_compare(s, series, BY_GT, 0);
    const int32_t branches[] = {small_leaf(s, BY_ASSET, A), small_leaf(s, BY_ASSET, B)};
    const int32_t node = small_node(s, BY_IF, 2, branches);
    s->nodes[node].condition = condition;
}

/* Fails unless a series has these values, from the first that is none on, and sees bars that begin
 * `begins` days after the first row. */
static void assert_values(const small *s, int32_t series, const double *expected,
                          const int32_t *begins) {
    const int32_t digits[BY_PARAMS_MAX] = {0};
    by_plan *plan;
    by_columns *columns;
    by_trace *trace;
    const by_range all = {0, ROWS - 1};
    assert_int_equal(by_plan_new(&s->tree, &plan, NULL), BY_OK);
    assert_int_equal(by_columns_new(plan, &s->panel, 1, 1 << 20, &columns, NULL), BY_OK);
    assert_int_equal(by_trace_new(columns, digits, all, &trace, NULL), BY_OK);
    for (int32_t row = 0; row < ROWS; row++) {
        const double value = by_trace_series(trace, series, row);
        const int64_t begin = by_trace_bar(trace, series, row);
        if (isnan(expected[row]) ? !isnan(value) : value != expected[row]) {
            fail_msg("row %d: %g instead of %g", row, value, expected[row]);
        }
        if (begins[row] == INT32_MIN) {
            assert_true(begin == INT64_MIN);
        } else {
            assert_int_equal(begin, s->time[0] + (int64_t)begins[row] * BY_DAY_SECONDS);
        }
    }
    by_trace_free(trace);
    by_columns_free(columns);
    by_plan_free(plan);
}

#define NO INT32_MIN

static void test_weeks(void **unused) {
    (void)unused;
    small s;
    small_open(&s, ROWS, closes, closes);
    s.panel.bar_seconds = BY_DAY_SECONDS;
    const int32_t week = seen(&s, higher(&s, BY_WEEK_SECONDS, 2));
    s.series[week].days_ago = small_value(1);
    s.series[week].factor = small_value(10);
    choose(&s, week);
    assert_values(
        &s, week,
        (double[]){NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, 105, 105},
        (int32_t[]){NO, NO, NO, NO, NO, NO, NO, 0, 0, 0, 0, 0, 0, 0, 7, 7});
    plain_result *run = small_run(&s);
    assert_int_equal(run->first, 14);
    plain_free(run);
}

/* Where nobody knows how long a row is, the week is seen a day later; and December with January. */
static void test_unknown_length(void **unused) {
    (void)unused;
    small s;
    small_open(&s, ROWS, closes, closes);
    const int32_t month = seen(&s, higher(&s, BY_MONTH_SECONDS, 1));
    choose(&s, month);
    assert_values(
        &s, month, (double[]){NAN, NAN, NAN, NAN, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4},
        (int32_t[]){NO, NO, NO, NO, -27, -27, -27, -27, -27, -27, -27, -27, -27, -27, -27, -27});
}

/* What a bar of four hours sees of days is seen on the rows, once that bar has closed. */
static void test_nested(void **unused) {
    (void)unused;
    small s;
    small_open(&s, ROWS, closes, closes);
    for (int32_t row = 0; row < ROWS; row++) {
        s.time[row] = INT64_C(1609113600) + row * INT64_C(7200); /* 12 rows a day */
    }
    s.panel.bar_seconds = 7200;
    const int32_t day = seen(&s, higher(&s, BY_DAY_SECONDS, 1));
    s.series[day].timeframe = 14400;
    s.series[day].days_ago = small_value(1);
    const int32_t hours = seen(&s, day);
    choose(&s, hours);
    const int32_t digits[BY_PARAMS_MAX] = {0};
    plain_result *run = small_run(&s);
    assert_int_equal(run->first, 13); /* the bar after that whose end is the day's */
    plain_free(run);
    by_plan *plan;
    by_columns *columns;
    by_run *fast;
    assert_int_equal(by_plan_new(&s.tree, &plan, NULL), BY_OK);
    assert_int_equal(by_columns_new(plan, &s.panel, 1, 1 << 20, &columns, NULL), BY_OK);
    assert_int_equal(by_run_new(columns, digits, (by_range){0, ROWS - 1}, &fast, NULL), BY_OK);
    assert_int_equal(fast->first, 13);
    by_run_free(fast);
    by_columns_free(columns);
    by_plan_free(plan);
}

static void assert_refused(const small *s, const char *text) {
    by_plan *plan;
    by_error err = {0};
    assert_int_equal(by_plan_new(&s->tree, &plan, &err), BY_STRATEGY);
    if (strstr(err.message, text) == NULL) {
        fail_msg("no '%s' in: %s", text, err.message);
    }
}

static void test_refused(void **unused) {
    (void)unused;
    small s;
    small_open(&s, ROWS, closes, closes);
    choose(&s, higher(&s, BY_WEEK_SECONDS, 2));
    assert_refused(&s, "higher timeframe, unseen");

    small_open(&s, ROWS, closes, closes);
    choose(&s, seen(&s, small_series(&s, BY_SMA, A, 2)));
    assert_refused(&s, "not made of its own bars");

    small_open(&s, ROWS, closes, closes);
    choose(&s, seen(&s, higher(&s, 7 * 60, 2)));
    assert_refused(&s, "bars of 420 seconds are no timeframe");

    small_open(&s, ROWS, closes, closes);
    const int32_t week = seen(&s, higher(&s, BY_MONTH_SECONDS, 2));
    s.series[week].timeframe = BY_WEEK_SECONDS;
    choose(&s, seen(&s, week));
    assert_refused(&s, "not made of its own bars");

    small_open(&s, ROWS, closes, closes);
    const int32_t mixed = small_series(&s, BY_SMA, A, 2);
    s.series[mixed].over = higher(&s, BY_WEEK_SECONDS, 2);
    assert_int_equal(s.series[mixed].over, mixed + 1);
    by_series swapped = s.series[mixed]; /* inputs come first */
    s.series[mixed] = s.series[mixed + 1];
    s.series[mixed + 1] = swapped;
    s.series[mixed + 1].over = mixed;
    choose(&s, mixed + 1);
    assert_refused(&s, "not made of its own bars");

    small_open(&s, ROWS, closes, closes);
    const int32_t node = small_leaf(&s, BY_ASSET, A);
    const int32_t over = higher(&s, BY_WEEK_SECONDS, 2);
    s.series[over].node = node;
    choose(&s, seen(&s, over));
    assert_refused(&s, "where tickers alone can be");
}

/* A template over children that are no tickers becomes a series over a node. */
static void test_template(void **unused) {
    (void)unused;
    small s;
    small_open(&s, ROWS, closes, closes);
    const int32_t rank = seen(&s, higher(&s, BY_WEEK_SECONDS, 1));
    s.series[s.series[rank].over].symbol = small_value(BY_TEMPLATE);
    const int32_t inner[] = {small_leaf(&s, BY_ASSET, A), small_leaf(&s, BY_ASSET, B)};
    int32_t children[] = {inner[0], inner[1]};
    const int32_t filter = small_node(&s, BY_FILTER, 2, children);
    s.nodes[filter].rank = rank;
    s.nodes[filter].count = small_value(1);
    by_plan *plan;
    assert_int_equal(by_plan_new(&s.tree, &plan, NULL), BY_OK);
    by_plan_free(plan);
    children[1] = small_blend(&s, 0.5, inner[0], 0.5, inner[1]);
    const int32_t other = small_node(&s, BY_FILTER, 2, children);
    s.nodes[other].rank = rank;
    s.nodes[other].count = small_value(1);
    assert_refused(&s, "measure it outside of b.on");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_weeks), cmocka_unit_test(test_unknown_length),
        cmocka_unit_test(test_nested), cmocka_unit_test(test_refused),
        cmocka_unit_test(test_template)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
