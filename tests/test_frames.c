/* SPDX-License-Identifier: MIT
 *
 * Bars of higher timeframes on rows whose times can be seen by eye, and what is seen of them.
 */
#include "../engine/calendar.h"
#include "../engine/frames.h"
#include "../engine/timeframe.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

enum { ROWS_MAX = 400, HOUR = 3600, MINUTE = 60 };

#define MONDAY INT64_C(1709510400) /* 2024-03-04 */

/* One symbol. Its close is its number of the row from 1, its high one above, its low one below, its
 * open 0.5 below, and its volume 10, where a test does not change them. */
typedef struct rows {
    int32_t count;
    int64_t time[ROWS_MAX];
    double column[5][ROWS_MAX];
    const double *at[5];
    by_panel panel;
} rows;

static void add_row(rows *r, int64_t time) {
    const int32_t i = r->count++;
    r->time[i] = time;
    r->column[0][i] = i + 1;
    r->column[1][i] = i + 0.5;
    r->column[2][i] = i + 2;
    r->column[3][i] = i;
    r->column[4][i] = 10;
}

/* As a panel does where the symbol has no bar of its own. */
static void fill_row(rows *r, int32_t row) {
    for (int32_t c = 0; c < 4; c++) {
        r->column[c][row] = r->column[0][row - 1];
    }
    r->column[4][row] = 0;
}

static const by_panel *panel_of(rows *r, int32_t bar_seconds) {
    for (int32_t c = 0; c < 5; c++) {
        r->at[c] = r->column[c];
    }
    r->panel = (by_panel){.bar_count = r->count,
                          .symbol_count = 1,
                          .bar_seconds = bar_seconds,
                          .time = r->time,
                          .close = r->at,
                          .open = r->at + 1,
                          .high = r->at + 2,
                          .low = r->at + 3,
                          .volume = r->at + 4};
    return &r->panel;
}

static frames open_frames(const by_panel *panel, int32_t count, const int32_t *timeframes) {
    frames f;
    assert_int_equal(frames_open(&f, panel, count, timeframes, NULL), BY_OK);
    for (int32_t i = 1; i < f.count; i++) {
        assert_int_equal(frames_add_symbol(&f, i, 0, NULL), BY_OK);
    }
    return f;
}

static void assert_bar(const frames *f, int32_t timeframe, int32_t bar, int64_t time,
                       const double expected[5]) {
    const by_panel *bars = &f->list[frames_find(f, timeframe)].bars;
    const double *const columns[] = {bars->close[0], bars->open[0], bars->high[0], bars->low[0],
                                     bars->volume[0]};
    assert_true(bar < bars->bar_count);
    assert_int_equal(bars->time[bar], time);
    for (int32_t c = 0; c < 5; c++) {
        if (isnan(expected[c]) ? !isnan(columns[c][bar]) : columns[c][bar] != expected[c]) {
            fail_msg("bar %d, column %d: %.17g instead of %.17g", bar, c, columns[c][bar],
                     expected[c]);
        }
    }
}

/* What is seen on each row, a letter a row: . for nothing, a for the first bar and so on. */
static void assert_seen(const frames *f, int32_t timeframe, const char *expected) {
    const int32_t above = frames_find(f, timeframe);
    double close[ROWS_MAX];
    const int32_t first = frames_see(f, 0, above, f->list[above].bars.close[0], 0, close);
    assert_int_equal(f->panel->bar_count, strlen(expected));
    for (int32_t row = 0; row < f->panel->bar_count; row++) {
        const int32_t bar = frames_seen(f, 0, above, row);
        const char seen = (char)(bar < 0 ? '.' : 'a' + bar);
        if (seen != expected[row]) {
            fail_msg("row %d sees %c instead of %c", row, seen, expected[row]);
        }
        assert_true(bar < 0 ? isnan(close[row]) : close[row] == f->list[above].bars.close[0][bar]);
        assert_int_equal(row >= first, bar >= 0);
    }
}

/* Three hours of quarters, of which one is missing in the middle and one at an end. */
static void add_quarters(rows *r) {
    const int32_t minutes[] = {0, 15, 30, 45, 60, 90, 105, 120, 135, 150, 180};
    for (size_t i = 0; i < sizeof minutes / sizeof *minutes; i++) {
        add_row(r, MONDAY + 9 * HOUR + minutes[i] * MINUTE);
    }
}

static void test_bars(void **unused) {
    (void)unused;
    rows r = {0};
    add_quarters(&r);
    frames f = open_frames(panel_of(&r, 15 * MINUTE), 1, (int32_t[]){HOUR});
    assert_int_equal(f.list[1].bars.bar_count, 3); /* the last one is still open */
    assert_bar(&f, HOUR, 0, MONDAY + 9 * HOUR, (double[]){4, 0.5, 5, 0, 40});
    assert_bar(&f, HOUR, 1, MONDAY + 10 * HOUR, (double[]){7, 4.5, 8, 4, 30});
    assert_bar(&f, HOUR, 2, MONDAY + 11 * HOUR, (double[]){10, 7.5, 11, 7, 30});
    /* The row of 45 shows the first hour; that of 11:45 is missing, so 12:00 shows the third. */
    assert_seen(&f, HOUR, "...aaabbbbc");
    frames_close(&f);
}

static void test_unknown_length(void **unused) {
    (void)unused;
    rows r = {0};
    add_quarters(&r);
    frames f = open_frames(panel_of(&r, 0), 1, (int32_t[]){HOUR});
    assert_seen(&f, HOUR, "....aaabbbc");
    frames_close(&f);
}

/* Hours that begin at half past belong to the hour in which they end. */
static void test_rows_across(void **unused) {
    (void)unused;
    rows r = {0};
    for (int32_t i = 0; i < 6; i++) {
        add_row(&r, MONDAY + 9 * HOUR + 30 * MINUTE + i * HOUR);
    }
    frames f = open_frames(panel_of(&r, HOUR), 1, (int32_t[]){2 * HOUR});
    assert_bar(&f, 2 * HOUR, 0, MONDAY + 10 * HOUR, (double[]){2, 0.5, 3, 0, 20});
    assert_seen(&f, 2 * HOUR, "..aabb");
    frames_close(&f);
}

/* Days and weeks of an exchange close with the next session: nobody knows that none is to come. */
static void test_days(void **unused) {
    (void)unused;
    rows r = {0};
    for (int32_t day = 0; day < 8; day++) {
        for (int32_t hour = 14; hour < (day == 1 ? 16 : 17); hour++) { /* Tuesday is a half day */
            add_row(&r, MONDAY + (day + day / 5 * 2) * INT64_C(86400) + hour * HOUR);
        }
    }
    frames f = open_frames(panel_of(&r, HOUR), 2, (int32_t[]){BY_WEEK_SECONDS, BY_DAY_SECONDS});
    assert_seen(&f, BY_DAY_SECONDS, "...aabbbcccdddeeefffggg");
    assert_seen(&f, BY_WEEK_SECONDS, "..............aaaaaaaaa");
    assert_bar(&f, BY_WEEK_SECONDS, 0, MONDAY, (double[]){14, 0.5, 15, 0, 140});
    /* On bars of a day, Friday does not show its week, and the next Monday does. */
    const int32_t days = frames_find(&f, BY_DAY_SECONDS);
    const int32_t weeks = frames_find(&f, BY_WEEK_SECONDS);
    assert_int_equal(frames_seen(&f, days, weeks, 4), -1);
    assert_int_equal(frames_seen(&f, days, weeks, 5), 0);
    frames_close(&f);
}

/* A market that never closes fills its days and weeks by the clock. */
static void test_always_open(void **unused) {
    (void)unused;
    rows r = {0};
    for (int32_t i = 0; i < 15 * 2; i++) {
        add_row(&r, MONDAY + i * 12 * HOUR);
    }
    frames f =
        open_frames(panel_of(&r, 12 * HOUR), 2, (int32_t[]){BY_DAY_SECONDS, BY_WEEK_SECONDS});
    assert_seen(&f, BY_DAY_SECONDS, ".aabbccddeeffgghhiijjkkllmmnno");
    assert_seen(&f, BY_WEEK_SECONDS, ".............aaaaaaaaaaaaaabbb");
    const int32_t days = frames_find(&f, BY_DAY_SECONDS);
    assert_int_equal(frames_seen(&f, days, frames_find(&f, BY_WEEK_SECONDS), 6), 0);
    frames_close(&f);
}

/* Rows that a panel fills in say nothing but the close; prices that are not known are left out. */
static void test_gaps(void **unused) {
    (void)unused;
    rows r = {0};
    for (int32_t i = 0; i < 16; i++) {
        add_row(&r, MONDAY + i * 15 * MINUTE);
    }
    for (int32_t c = 0; c < 5; c++) {
        r.column[c][0] = r.column[c][1] = NAN; /* before its first bar */
    }
    fill_row(&r, 4); /* a late open in the second hour */
    for (int32_t row = 8; row < 12; row++) {
        fill_row(&r, row); /* nothing in the third */
    }
    r.column[1][12] = r.column[2][13] = r.column[4][14] = NAN; /* partly told in the fourth */
    frames f = open_frames(panel_of(&r, 15 * MINUTE), 1, (int32_t[]){HOUR});
    assert_bar(&f, HOUR, 0, MONDAY, (double[]){4, 2.5, 5, 2, 20});
    assert_bar(&f, HOUR, 1, MONDAY + HOUR, (double[]){8, 5.5, 9, 5, 30});
    assert_bar(&f, HOUR, 2, MONDAY + 2 * HOUR, (double[]){8, 8, 8, 8, 0});
    assert_bar(&f, HOUR, 3, MONDAY + 3 * HOUR, (double[]){16, 13.5, 17, 12, 30});
    frames_close(&f);
}

static void assert_same(const double *a, const double *b, int32_t count) {
    assert_memory_equal(a, b, (size_t)count * sizeof *a);
}

/* Whatever is cut off behind a row, it sees the same. */
static void test_cut(void **unused) {
    (void)unused;
    static const int32_t timeframes[] = {HOUR, 4 * HOUR, BY_DAY_SECONDS, BY_WEEK_SECONDS};
    rows r = {0};
    uint32_t state = 1;
    for (int64_t time = MONDAY; r.count < 300;) {
        state = state * 1664525 + 1013904223; /* missing bars, nights and days */
        time += 10 * MINUTE * (state >> 29 == 0 ? 70 : 1 + (state >> 24) % 3);
        add_row(&r, time);
        r.column[0][r.count - 1] = (state >> 16) % 100 + 1;
    }
    for (int32_t bar_seconds = 0; bar_seconds <= 10 * MINUTE; bar_seconds += 10 * MINUTE) {
        const by_panel whole = *panel_of(&r, bar_seconds);
        frames all = open_frames(&whole, 4, timeframes);
        double expected[ROWS_MAX];
        double seen[ROWS_MAX];
        for (int32_t count = 1; count < r.count; count += 7) {
            by_panel cut = whole;
            cut.bar_count = count;
            frames f = open_frames(&cut, 4, timeframes);
            for (int32_t i = 1; i < f.count; i++) {
                const by_panel *bars = &f.list[i].bars;
                assert_same(bars->close[0], all.list[i].bars.close[0], bars->bar_count);
                assert_same(bars->high[0], all.list[i].bars.high[0], bars->bar_count);
                assert_same(bars->volume[0], all.list[i].bars.volume[0], bars->bar_count);
                frames_see(&all, 0, i, all.list[i].bars.close[0], 0, expected);
                frames_see(&f, 0, i, bars->close[0], 0, seen);
                assert_same(seen, expected, count);
            }
            frames_close(&f);
        }
        frames_close(&all);
    }
}

static void test_refused(void **unused) {
    (void)unused;
    rows r = {0};
    add_quarters(&r);
    const int32_t timeframes[] = {900, 300, 1200};
    const char *const texts[] = {"leave b.on out", "which are longer", "no whole number"};
    for (int32_t i = 0; i < 3; i++) {
        frames f;
        by_error err = {0};
        assert_int_equal(frames_open(&f, panel_of(&r, 900), 1, &timeframes[i], &err), BY_STRATEGY);
        assert_non_null(strstr(err.message, texts[i]));
        frames_close(&f);
    }
}

/* Periods against the C library's calendar, back to before 1970. */
static void test_periods(void **unused) {
    (void)unused;
    for (int64_t time = -INT64_C(200) * 365 * 86400; time < INT64_C(8000000000); time += 7654321) {
        int64_t begin;
        int64_t end;
        struct tm date;
        time_t at = time;
        gmtime_r(&at, &date);
        calendar_period(BY_MONTH_SECONDS, time, &begin, &end);
        struct tm first = {.tm_year = date.tm_year, .tm_mon = date.tm_mon, .tm_mday = 1};
        struct tm next = {.tm_year = date.tm_year, .tm_mon = date.tm_mon + 1, .tm_mday = 1};
        assert_int_equal(begin, timegm(&first));
        assert_int_equal(end, timegm(&next));
        calendar_period(BY_WEEK_SECONDS, time, &begin, &end);
        struct tm monday = {.tm_year = date.tm_year,
                            .tm_mon = date.tm_mon,
                            .tm_mday = date.tm_mday - (date.tm_wday + 6) % 7};
        assert_int_equal(begin, timegm(&monday));
        assert_int_equal(end, begin + BY_WEEK_SECONDS);
        calendar_period(4 * HOUR, time, &begin, &end);
        assert_true(begin <= time && time < end && end == begin + 4 * HOUR);
        assert_int_equal(begin % (4 * HOUR), 0);
    }
}

static void test_timeframes(void **unused) {
    (void)unused;
    const struct {
        int32_t seconds;
        int32_t valid;
        const char *text;
    } all[] = {{300, 1, "5m"},
               {5400, 1, "90m"},
               {HOUR, 1, "1h"},
               {BY_DAY_SECONDS, 1, "1d"},
               {BY_WEEK_SECONDS, 1, "1w"},
               {BY_MONTH_SECONDS, 1, "1M"},
               {420, 0, "7m"},
               {2 * BY_DAY_SECONDS, 0, "2d"},
               {7, 0, "7s"},
               {0, 0, NULL},
               {-60, 0, NULL}};
    char text[BY_TIMEFRAME_TEXT];
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        assert_int_equal(by_timeframe_is_valid(all[i].seconds), all[i].valid);
        if (all[i].text != NULL) {
            assert_string_equal(by_timeframe_text(all[i].seconds, text), all[i].text);
        }
    }
    assert_true(by_timeframe_is_above(BY_MONTH_SECONDS, BY_DAY_SECONDS));
    assert_false(by_timeframe_is_above(BY_MONTH_SECONDS, BY_WEEK_SECONDS));
    assert_false(by_timeframe_is_above(HOUR, 25 * MINUTE));
    assert_false(by_timeframe_is_above(HOUR, HOUR));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bars),        cmocka_unit_test(test_unknown_length),
        cmocka_unit_test(test_rows_across), cmocka_unit_test(test_days),
        cmocka_unit_test(test_always_open), cmocka_unit_test(test_gaps),
        cmocka_unit_test(test_cut),         cmocka_unit_test(test_refused),
        cmocka_unit_test(test_periods),     cmocka_unit_test(test_timeframes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
