/* SPDX-License-Identifier: MIT
 *
 * What audits find between two evaluations of a small tree.
 */
#include "../engine/audit.h"
#include "small.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

enum { ROWS = 8 };

static const double closes_b[] = {5, 5, 5, 5, 5, 5, 5, 5};

/* A where the mean of 2 closes of A is above 5, else B: one series, one condition, three nodes. */
typedef struct evaluated {
    small s;
    by_plan *plan;
    by_columns *columns;
    by_trace *trace;
    int32_t series;
    int32_t condition;
    int32_t node;
} evaluated;

static void columns_of(evaluated *e, int32_t row_count, const double *closes) {
    small *s = &e->s;
    small_open(s, row_count, closes, closes_b);
    e->series = small_series(s, BY_SMA, A, 2);
    e->condition = small_compare(s, e->series, BY_GT, 5);
    const int32_t branches[] = {small_leaf(s, BY_ASSET, A), small_leaf(s, BY_ASSET, B)};
    e->node = small_node(s, BY_IF, 2, branches);
    s->nodes[e->node].condition = e->condition;
    e->trace = NULL;
    assert_int_equal(by_plan_new(&s->tree, &e->plan, NULL), BY_OK);
    assert_int_equal(by_columns_new(e->plan, &s->panel, 1, 1 << 20, &e->columns, NULL), BY_OK);
}

static void evaluate(evaluated *e, int32_t row_count, const double *closes) {
    const int32_t digits[BY_PARAMS_MAX] = {0};
    columns_of(e, row_count, closes);
    assert_int_equal(
        by_trace_new(e->columns, digits, (by_range){0, row_count - 1}, &e->trace, NULL), BY_OK);
}

static void discard(evaluated *e) {
    by_trace_free(e->trace);
    by_columns_free(e->columns);
    by_plan_free(e->plan);
}

static void assert_none(by_difference found) {
    assert_int_equal(found.count, 0);
    assert_int_equal(found.first_row, -1);
    assert_int_equal(found.last_row, -1);
}

static void assert_found(by_difference found, int32_t count, int32_t first, int32_t last) {
    assert_int_equal(found.count, count);
    assert_int_equal(found.first_row, first);
    assert_int_equal(found.last_row, last);
}

static void assert_all_none(const by_audit *audit, const evaluated *e) {
    assert_none(by_audit_series(audit, e->series));
    assert_none(by_audit_condition(audit, e->condition));
    assert_none(by_audit_node(audit, e->node));
}

static by_audit *audit_of(const evaluated *e) {
    by_audit *audit;
    assert_int_equal(by_audit_new(e->plan, &audit, NULL), BY_OK);
    return audit;
}

static const double rising[] = {1, 2, 3, 4, 5, 6, 7, 8};

/* What later rows are changes nothing; what a row is changes all that looks at it. */
static void differences_are_found_where_they_are(void **state) {
    (void)state;
    static const double other[] = {1, 2, 3, 4, 5, 1, 7, 8};
    static evaluated whole, part;
    evaluate(&whole, ROWS, rising);
    evaluate(&part, 5, rising);
    by_audit *audit = audit_of(&whole);
    by_audit_compare(audit, whole.trace, part.trace, 0, (by_range){1, 4}, 0.0);
    assert_all_none(audit, &whole);
    discard(&part);
    evaluate(&part, ROWS, other);
    by_audit_compare(audit, whole.trace, part.trace, 0, (by_range){1, 4}, 0.0);
    assert_all_none(audit, &whole);
    by_audit_compare(audit, whole.trace, part.trace, 0, (by_range){1, 7}, 0.0);
    const by_difference found = by_audit_series(audit, whole.series);
    assert_found(found, 2, 5, 6);
    assert_true(found.whole == 5.5 && found.part == 3.0);
    const by_difference holds = by_audit_condition(audit, whole.condition);
    assert_found(holds, 2, 5, 6);
    assert_true(holds.whole == 1.0 && holds.part == 0.0);
    assert_found(by_audit_node(audit, whole.node), 2, 5, 6);
    assert_true(isnan(by_audit_node(audit, whole.node).whole));
    assert_none(by_audit_series(audit, whole.series + 1));
    assert_none(by_audit_series(audit, -1));
    assert_none(by_audit_rank(audit, whole.node, 0));
    by_audit_free(audit);
    discard(&part);
    discard(&whole);
}

/* A part that begins later stands `shift` rows behind the whole. */
static void rows_are_told_as_those_of_the_whole(void **state) {
    (void)state;
    static const double later[] = {4, 5, 6, 7, 80};
    static evaluated whole, part;
    evaluate(&whole, ROWS, rising);
    evaluate(&part, 5, later);
    by_audit *audit = audit_of(&whole);
    by_audit_compare(audit, whole.trace, part.trace, 3, (by_range){1, 3}, 0.0);
    assert_all_none(audit, &whole);
    by_audit_compare(audit, whole.trace, part.trace, 3, (by_range){1, 4}, 0.0);
    const by_difference found = by_audit_series(audit, whole.series);
    assert_found(found, 1, 7, 7);
    assert_true(found.whole == 7.5 && found.part == 43.5);
    assert_none(by_audit_condition(audit, whole.condition));
    by_audit_free(audit);
    discard(&part);
    discard(&whole);
}

/* Differences within the tolerance are none. */
static void tolerance_is_relative(void **state) {
    (void)state;
    static const double near[] = {1, 2, 3, 4, 5, 6, 7, 8 + 1e-6};
    static evaluated whole, part;
    evaluate(&whole, ROWS, rising);
    evaluate(&part, ROWS, near);
    by_audit *audit = audit_of(&whole);
    by_audit_compare(audit, whole.trace, part.trace, 0, (by_range){1, 7}, 1e-7);
    assert_all_none(audit, &whole);
    by_audit_compare(audit, whole.trace, part.trace, 0, (by_range){1, 7}, 1e-8);
    assert_found(by_audit_series(audit, whole.series), 1, 7, 7);
    by_audit_compare(audit, whole.trace, part.trace, 0, (by_range){1, 7}, 0.0);
    assert_found(by_audit_series(audit, whole.series), 2, 7, 7);
    by_audit_free(audit);
    discard(&part);
    discard(&whole);
}

/* NaN is the same as NaN, and as nothing else; where values begin later, that is found. */
static void nan_is_told_from_values(void **state) {
    (void)state;
    static const double hole[] = {NAN, NAN, 3, 4, 5, 6, 7, 8};
    static evaluated whole, part;
    evaluate(&whole, ROWS, rising);
    evaluate(&part, ROWS, hole);
    by_audit *audit = audit_of(&whole);
    by_audit_compare(audit, whole.trace, part.trace, 0, (by_range){4, 7}, 0.0);
    by_difference found = by_audit_series(audit, whole.series);
    assert_found(found, 1, 1, 1);
    assert_true(isnan(found.whole) && isnan(found.part));
    by_audit_compare(audit, whole.trace, part.trace, 0, (by_range){4, 7}, 0.0);
    assert_int_equal(by_audit_series(audit, whole.series).count, 1);
    by_audit_free(audit);
    audit = audit_of(&whole);
    by_audit_compare(audit, part.trace, part.trace, 0, (by_range){3, 7}, 0.0);
    assert_all_none(audit, &whole);
    by_audit_free(audit);
    discard(&part);
    discard(&whole);
}

/* Where a part of the history is too short for a trace, its columns can be compared. */
static void columns_are_compared_without_a_trace(void **state) {
    (void)state;
    static evaluated whole, part;
    evaluate(&whole, ROWS, rising);
    columns_of(&part, 1, rising);
    by_audit *audit = audit_of(&whole);
    by_audit_compare_columns(audit, whole.trace, part.columns, (by_range){0, 0});
    assert_all_none(audit, &whole);
    discard(&part);
    static const double hole[] = {NAN, NAN, 3, 4, 5, 6, 7, 8};
    columns_of(&part, 3, hole);
    by_audit_compare_columns(audit, whole.trace, part.columns, (by_range){0, 2});
    const by_difference found = by_audit_series(audit, whole.series);
    assert_found(found, 2, 1, 2);
    assert_true(found.whole == 1.5 && isnan(found.part));
    by_audit_free(audit);
    discard(&part);
    discard(&whole);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(differences_are_found_where_they_are),
        cmocka_unit_test(rows_are_told_as_those_of_the_whole),
        cmocka_unit_test(tolerance_is_relative),
        cmocka_unit_test(nan_is_told_from_values),
        cmocka_unit_test(columns_are_compared_without_a_trace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
