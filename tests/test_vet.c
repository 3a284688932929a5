/* SPDX-License-Identifier: MIT
 *
 * Rows of pages: which may be stored, and why others may not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../cache/vet.h"
#include "fixture.h"

static const by_vet_rules rules = {
    .window = {0, INT64_C(1000) * DAY}, .final_end = INT64_C(900) * DAY, .grid_seconds = DAY};

static by_vetted vet(const by_bars *rows, const by_vet_rules *with) {
    by_vetted out;
    by_error err = {0};
    if (by_vet(rows, with, &out, &err) != BY_OK) {
        fail_msg("%s", err.message);
    }
    return out;
}

static void test_sound_rows_are_not_copied(void **state) {
    (void)state;
    series *s = fixture_series(850, 2, 60); /* up to day 968 */
    by_vetted v = vet(&s->bars, &rules);
    assert_int_equal(v.bars.count, 25);
    assert_int_equal(v.unfinished_count, 35);
    assert_int_equal(v.refused_count + v.repeated_count, 0);
    assert_ptr_equal(v.bars.time, s->time);
    assert_ptr_equal(v.bars.open, s->column[0]);
    assert_null(v.owned);
    by_vetted_free(&v);
    s->bars.count = 0;
    v = vet(&s->bars, &rules);
    assert_int_equal(v.bars.count, 0);
    by_vetted_free(&v);
    free(s);
}

/* One row is spoilt: it alone is refused, for this reason. */
static void refused(int column, double value, const char *reason) {
    series *s = fixture_series(0, 1, 30);
    s->column[column][7] = value;
    by_vetted v = vet(&s->bars, &rules);
    assert_int_equal(v.refused_count, 1);
    assert_int_equal(v.refusals.count, 1);
    assert_int_equal(v.bars.count, 29);
    assert_int_equal(v.bars.time[7], 8 * DAY);
    assert_int_equal(v.refusals.list[0].time, 7 * DAY);
    assert_int_equal(v.refusals.list[0].kept, 0);
    assert_true(v.refusals.list[0].volume == s->column[4][7] || column == 4);
    assert_string_equal(v.refusals.list[0].reason, reason);
    by_vetted_free(&v);
    free(s);
}

static void test_values(void **state) {
    (void)state;
    /* bar 7: open 107.5, high 108, low 107, close 107.75 */
    refused(3, (double)NAN, "the close is missing");
    refused(3, (double)INFINITY, "close inf is not a finite price above 0");
    refused(3, 0, "close 0 is not a finite price above 0");
    refused(0, -1, "open -1 is not a finite price above 0");
    refused(1, (double)INFINITY, "high inf is not a finite price above 0");
    refused(2, 0, "low 0 is not a finite price above 0");
    refused(4, -0.5, "volume -0.5 is below 0 or not finite");
    refused(4, (double)INFINITY, "volume inf is below 0 or not finite");
    refused(1, 90, "high 90 is below low 107");
    refused(3, 120, "high 108 is below close 120");
    refused(3, 80, "low 107 is above close 80");
    refused(0, 120, "high 108 is below open 120");
}

static void test_what_is_not_told(void **state) {
    (void)state;
    series *s = fixture_series(0, 1, 30);
    for (int c = 0; c < 5; c++) {
        s->column[c][c] = c == 3 ? s->column[c][c] : (double)NAN;
    }
    s->column[3][9] = s->column[1][9] * (1 + 9e-7); /* rounded by the vendor */
    by_vetted v = vet(&s->bars, &rules);
    assert_int_equal(v.bars.count, 30);
    assert_true(isnan(v.bars.open[0]));
    by_vetted_free(&v);
    by_vet_rules close = rules;
    close.open_close = 1;
    v = vet(&s->bars, &close);
    assert_true(v.bars.open[0] == s->column[3][0]);
    assert_true(v.bars.open[1] == s->column[0][1]);
    assert_true(isnan(s->column[0][0]));
    assert_ptr_equal(v.bars.close, s->column[3]);
    by_vetted_free(&v);
    free(s);
}

static void test_times(void **state) {
    (void)state;
    series *s = fixture_series(0, 1, 30);
    by_vet_rules window = rules;
    window.window = (by_span){3 * DAY, 20 * DAY};
    window.final_end = 18 * DAY;
    s->time[10] += 3600;
    by_vetted v = vet(&s->bars, &window);
    assert_int_equal(v.bars.count, 14); /* 3 .. 17 without 10 */
    assert_int_equal(v.unfinished_count, 12);
    assert_int_equal(v.refused_count, 4);
    assert_string_equal(v.refusals.list[0].reason, "outside of the range that was asked for");
    assert_string_equal(v.refusals.list[3].reason, "not at the start of a bar of 86400 seconds");
    by_vetted_free(&v);
    window.grid_offset = 3600;
    window.final_end = INT64_MAX;
    v = vet(&s->bars, &window);
    assert_int_equal(v.bars.count, 1);
    assert_int_equal(v.bars.time[0], 10 * DAY + 3600);
    by_vetted_free(&v);
    s->time[0] = INT64_MIN;
    s->time[1] = INT64_MAX;
    v = vet(&s->bars, &window);
    assert_int_equal(v.refused_count, 28);
    by_vetted_free(&v);
    free(s);
}

static void test_newest_first(void **state) {
    (void)state;
    series *s = fixture_series(0, 1, 300), *back = fixture_series(0, 1, 300);
    for (int32_t i = 0; i < 300; i++) {
        back->time[i] = s->time[299 - i];
        for (int c = 0; c < 5; c++) {
            back->column[c][i] = s->column[c][299 - i];
        }
    }
    by_vetted v = vet(&back->bars, &rules);
    assert_int_equal(v.bars.count, 300);
    assert_memory_equal(v.bars.time, s->time, 300 * 8);
    assert_memory_equal(v.bars.close, s->column[3], 300 * 8);
    assert_memory_equal(v.bars.volume, s->column[4], 300 * 8);
    by_vetted_free(&v);
    free(s);
    free(back);
}

static void test_same_times(void **state) {
    (void)state;
    series *s = fixture_series(0, 1, 10);
    for (int c = 0; c < 5; c++) { /* rows 3 and 6 equal row 1, row 5 has its time */
        s->column[c][3] = s->column[c][6] = s->column[c][5] = s->column[c][1];
    }
    s->time[3] = s->time[5] = s->time[6] = s->time[1];
    s->column[4][5] = 12345;
    by_vetted v = vet(&s->bars, &rules);
    assert_int_equal(v.bars.count, 7);
    assert_int_equal(v.repeated_count, 2);
    assert_int_equal(v.refused_count, 1);
    assert_string_equal(v.refusals.list[0].reason, "another bar of the same time came before it");
    assert_true(v.refusals.list[0].volume == 12345);
    assert_int_equal(v.refusals.list[0].time, DAY);
    assert_true(v.bars.volume[1] == s->column[4][1]);
    by_vetted_free(&v);
    free(s);
}

/* The first of a great many refusals are kept, whatever the order of the rows. */
static void test_many_refusals(void **state) {
    (void)state;
    series *s = fixture_series(0, 1, 5000), *other = fixture_series(0, 1, 5000);
    for (int32_t i = 0; i < 5000; i++) {
        int32_t to = (int32_t)((i * INT64_C(2477)) % 5000);
        s->column[3][i] = -1;
        other->time[to] = s->time[i];
        other->column[3][to] = -1;
        other->column[0][to] = s->column[0][i];
    }
    by_vet_rules all = rules;
    all.window.end = all.final_end = INT64_MAX;
    by_vetted a = vet(&s->bars, &all), b = vet(&other->bars, &all);
    assert_int_equal(a.bars.count + b.bars.count, 0);
    assert_int_equal(a.refused_count, 5000);
    assert_int_equal(b.refused_count, 5000);
    assert_int_equal(a.refusals.count, BY_REFUSALS_KEPT);
    assert_int_equal(b.refusals.count, BY_REFUSALS_KEPT);
    for (int32_t i = 0; i < BY_REFUSALS_KEPT; i++) {
        assert_int_equal(a.refusals.list[i].time, (int64_t)i * DAY);
        assert_int_equal(b.refusals.list[i].time, (int64_t)i * DAY);
    }
    by_vetted_free(&a);
    by_vetted_free(&b);
    free(s);
    free(other);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sound_rows_are_not_copied),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_what_is_not_told),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_newest_first),
        cmocka_unit_test(test_same_times),
        cmocka_unit_test(test_many_refusals),
    };
    return cmocka_run_group_tests_name("vet", tests, NULL, NULL);
}
