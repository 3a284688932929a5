/* SPDX-License-Identifier: MIT
 *
 * The panel on a few bars whose alignment can be seen by eye.
 */
#include "../engine/panel.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { SYMBOLS = 3, SLICES_MAX = 8, BARS_MAX = 64 };

static const char *const names[SYMBOLS] = {"LONG", "LATE", "THIN"};

/* Bars at some times; the close of a bar is its symbol's number, a point, and its time. */
typedef struct bars {
    int32_t slice_count;
    int32_t bar_count;
    int32_t slice_first[SYMBOLS + 1];
    by_bars slices[SLICES_MAX];
    int64_t time[BARS_MAX];
    double column[5][BARS_MAX];
} bars;

/* Times of one symbol after the other, rising, slices parted by -1, symbols by -2. */
static void fill(bars *b, const int64_t *times) {
    int32_t symbol = 0;
    memset(b, 0, sizeof *b);
    by_bars *slice = b->slices;
    for (;; times++) {
        if (slice->count == 0) {
            const int32_t at = b->bar_count;
            *slice = (by_bars){0,
                               b->time + at,
                               b->column[1] + at,
                               b->column[2] + at,
                               b->column[3] + at,
                               b->column[0] + at,
                               b->column[4] + at};
        }
        if (*times < 0) {
            slice++;
            b->slice_count++;
            if (*times == -2) {
                b->slice_first[++symbol] = b->slice_count;
            }
            if (symbol == SYMBOLS) {
                return;
            }
            continue;
        }
        b->time[b->bar_count] = *times;
        for (int32_t c = 0; c < 5; c++) {
            b->column[c][b->bar_count] = symbol + 1 + (double)*times / 100 + 10 * c;
        }
        b->bar_count++;
        slice->count++;
    }
}

static by_panel *make(const bars *b, int32_t full) {
    by_panel *panel;
    by_error err = {0};
    if (by_panel_new(SYMBOLS, names, b->slices, b->slice_first, full, &panel, &err) != BY_OK) {
        fail_msg("%s", err.message);
    }
    return panel;
}

static void assert_column(const double *column, const double *expected, int32_t count) {
    for (int32_t i = 0; i < count; i++) {
        if (isnan(expected[i]) ? !isnan(column[i]) : column[i] != expected[i]) {
            fail_msg("row %d: %.17g instead of %.17g", i, column[i], expected[i]);
        }
    }
}

static const int64_t gaps[] = {1, 2, -1, 3, 5, 6, 8, -2, 3, 4, 6, -2, 2, -1, 6, 7, -2};
static const int64_t axis[] = {1, 2, 3, 4, 5, 6, 7, 8};

static void test_alignment(void **unused) {
    (void)unused;
    static bars b;
    fill(&b, gaps);
    by_panel *panel = make(&b, 0);
    const double expected[SYMBOLS][8] = {
        {1.01, 1.02, 1.03, 1.03, 1.05, 1.06, 1.06, 1.08},
        {NAN, NAN, 2.03, 2.04, 2.04, 2.06, 2.06, 2.06},
        {NAN, 3.02, 3.02, 3.02, 3.02, 3.06, 3.07, 3.07},
    };
    const int32_t first[] = {0, 2, 1};
    const int32_t last[] = {7, 5, 6};
    const int32_t filled[] = {2, 1, 3};
    assert_int_equal(panel->bar_count, 8);
    assert_int_equal(panel->symbol_count, SYMBOLS);
    assert_int_equal(panel->first_common, 2);
    assert_int_equal(panel->last_common, 5);
    assert_memory_equal(panel->time, axis, sizeof axis);
    assert_memory_equal(panel->first_bar, first, sizeof first);
    assert_memory_equal(panel->last_bar, last, sizeof last);
    assert_memory_equal(panel->filled_count, filled, sizeof filled);
    assert_true(panel->open == NULL && panel->high == NULL && panel->low == NULL &&
                panel->volume == NULL);
    for (int32_t s = 0; s < SYMBOLS; s++) {
        assert_column(panel->close[s], expected[s], 8);
        for (int32_t i = 0; i < 8; i++) {
            bool known = i < 7 && !isnan(expected[s][i]);
            double forward = known ? expected[s][i + 1] / expected[s][i] - 1 : 0;
            assert_true(panel->forward[i * SYMBOLS + s] == forward);
        }
    }
    by_panel_free(panel);
}

static void test_other_columns(void **unused) {
    (void)unused;
    static bars b;
    fill(&b, gaps);
    b.column[2][6] = NAN; /* the high of LATE's first bar */
    by_panel *panel = make(&b, 1);
    const double open[] = {NAN, NAN, 12.03, 12.04, 2.04, 12.06, 2.06, 2.06};
    const double high[] = {NAN, NAN, NAN, 22.04, 2.04, 22.06, 2.06, 2.06};
    const double low[] = {NAN, NAN, 32.03, 32.04, 2.04, 32.06, 2.06, 2.06};
    const double volume[] = {NAN, NAN, 42.03, 42.04, 0, 42.06, 0, 0};
    assert_column(panel->open[1], open, 8);
    assert_column(panel->high[1], high, 8);
    assert_column(panel->low[1], low, 8);
    assert_column(panel->volume[1], volume, 8);
    assert_true(panel->open[0][7] == 11.08 && panel->volume[2][5] == 43.06);
    assert_int_equal(panel->filled_count[2], 3);
    by_panel_free(panel);
}

/* More rows than are turned at a time, and times that interleave from all sides. */
static void test_many_rows(void **unused) {
    (void)unused;
    static bars b;
    int64_t times[BARS_MAX];
    int32_t at = 0;
    for (int64_t t = 0; t < 60; t += 3) {
        times[at++] = t + 2;
    }
    times[at++] = -2;
    for (int64_t t = 0; t < 60; t += 3) {
        times[at++] = t;
    }
    times[at++] = -2;
    for (int64_t t = 0; t < 57; t += 3) {
        times[at++] = t + 1;
    }
    times[at++] = -2;
    fill(&b, times);
    by_panel *panel = make(&b, 0);
    assert_int_equal(panel->bar_count, 59);
    assert_int_equal(panel->first_common, 2);
    assert_int_equal(panel->last_common, 55);
    for (int32_t i = 0, t = 0; i < 59; i++, t++) {
        t += t == 58; /* the one time that nobody has */
        assert_int_equal(panel->time[i], t);
        for (int32_t s = 0; s < SYMBOLS; s++) {
            double now = panel->close[s][i];
            double forward = i < 58 && !isnan(now) ? panel->close[s][i + 1] / now - 1 : 0;
            assert_true(panel->forward[i * SYMBOLS + s] == forward);
        }
    }
    by_panel_free(panel);
}

static void test_hash(void **unused) {
    (void)unused;
    static bars b;
    fill(&b, gaps);
    by_panel *closes = make(&b, 0);
    by_panel *full = make(&b, 1);
    const uint64_t whole = by_panel_hash(closes, 7);
    assert_true(by_panel_hash(full, 7) != whole);
    assert_true(by_panel_hash(closes, 6) != whole);
    const uint64_t all = by_panel_hash(full, 7);
    const uint64_t begin = by_panel_hash(full, 6);
    by_panel_free(closes);
    by_panel_free(full);
    b.column[4][5] += 1; /* the volume of LONG at 8 */
    closes = make(&b, 0);
    full = make(&b, 1);
    assert_true(by_panel_hash(closes, 7) == whole);
    assert_true(by_panel_hash(full, 7) != all);
    assert_true(by_panel_hash(full, 6) == begin);
    by_panel_free(closes);
    by_panel_free(full);
}

static void refused(const int64_t *times, by_status status, const char *part) {
    static bars b;
    by_panel *panel = (by_panel *)&b;
    by_error err = {0};
    fill(&b, times);
    assert_int_equal(by_panel_new(SYMBOLS, names, b.slices, b.slice_first, 1, &panel, &err),
                     status);
    assert_null(panel);
    if (strstr(err.message, part) == NULL) {
        fail_msg("'%s' is not in: %s", part, err.message);
    }
}

static void test_errors(void **unused) {
    (void)unused;
    static const int64_t none[] = {1, -2, 2, -2, -2};
    static const int64_t apart[] = {1, 2, -2, 3, 4, -2, 1, 4, -2};
    static const int64_t twice[] = {1, 2, -2, 1, 2, -1, 2, 3, -2, 1, -2};
    static const int64_t back[] = {1, 2, -2, 1, 2, -2, 3, 1, -2};
    refused(none, BY_DATA, "no bars for THIN");
    refused(apart, BY_DATA, "LONG ends before LATE begins");
    refused(twice, BY_DATA, "bar 2 of LATE is not later than the one before it");
    refused(back, BY_DATA, "bar 1 of THIN is not later");
    by_panel *panel;
    assert_int_equal(by_panel_new(0, NULL, NULL, NULL, 0, &panel, NULL), BY_LIMIT);
    by_panel_free(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alignment), cmocka_unit_test(test_other_columns),
        cmocka_unit_test(test_many_rows), cmocka_unit_test(test_hash),
        cmocka_unit_test(test_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
