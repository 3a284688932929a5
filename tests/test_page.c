/* SPDX-License-Identifier: MIT
 *
 * Pages: rows by symbol, fields, limits.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../cache/page_rooms.h"

static by_page *new_page(void) {
    by_page *page = NULL;
    assert_int_equal(by_page_new(&page, NULL), BY_OK);
    return page;
}

static void test_empty(void **state) {
    (void)state;
    by_page *page = new_page();
    by_page_rows rows;
    assert_int_equal(by_page_symbol_count(page), 0);
    assert_int_equal(by_page_row_count(page), 0);
    assert_int_equal(by_page_find(page, "SPY"), -1);
    assert_int_equal(by_page_has_rows(page), 0);
    assert_int_equal(by_page_no_trade_count(page), 0);
    assert_null(by_page_field(page, "next_page_token"));
    by_page_rows_at(page, -1, &rows);
    assert_int_equal(rows.bars.count, 0);
    by_page_free(page);
    by_page_free(NULL);
}

static void test_adds_rows(void **state) {
    (void)state;
    by_page *page = new_page();
    const int64_t first[] = {300, 200}, second[] = {400, 500, 600};
    const double close[] = {1, 2, 3}, volume[] = {7, 8, 9};
    by_bars bars = {.count = 2, .time = first, .close = close};
    assert_int_equal(by_page_add(page, "SPY", &bars, NULL), BY_OK);
    assert_int_equal(by_page_add(page, "QQQ", &(by_bars){0}, NULL), BY_OK);
    bars = (by_bars){.count = 3, .time = second, .close = close, .volume = volume};
    assert_int_equal(by_page_add(page, "SPY", &bars, NULL), BY_OK);
    assert_int_equal(by_page_symbol_count(page), 2);
    assert_int_equal(by_page_row_count(page), 5);
    assert_int_equal(by_page_has_rows(page), 1);
    by_page_rows rows;
    by_page_rows_at(page, by_page_find(page, "SPY"), &rows);
    assert_string_equal(rows.symbol, "SPY");
    assert_int_equal(rows.bars.count, 5);
    assert_int_equal(rows.bars.time[1], 200);
    assert_int_equal(rows.bars.time[4], 600);
    assert_int_equal(rows.first_time, 200);
    assert_int_equal(rows.last_time, 600);
    assert_int_equal(rows.rising, 0);
    assert_true(isnan(rows.bars.open[0]) && isnan(rows.bars.volume[1]));
    assert_true(rows.bars.close[4] == 3);
    assert_true(rows.bars.volume[2] == 7);
    by_page_rows_at(page, by_page_find(page, "QQQ"), &rows);
    assert_int_equal(rows.bars.count, 0);
    assert_int_equal(rows.rising, 1);
    assert_non_null(rows.bars.time);
    assert_non_null(rows.bars.volume);
    by_page_free(page);
}

static void test_rising(void **state) {
    (void)state;
    by_page *page = new_page();
    const int64_t rising[] = {-60, 0, 60}, equal[] = {0, 60, 60};
    const double close[] = {1, 1, 1};
    by_page_rows rows;
    by_page_add(page, "A", &(by_bars){.count = 3, .time = rising, .close = close}, NULL);
    by_page_add(page, "B", &(by_bars){.count = 3, .time = equal, .close = close}, NULL);
    by_page_rows_at(page, 0, &rows);
    assert_int_equal(rows.rising, 1);
    assert_int_equal(rows.first_time, -60);
    by_page_rows_at(page, 1, &rows);
    assert_int_equal(rows.rising, 0);
    by_page_free(page);
}

/* The market of a day: thousands of symbols with a row each, twice. */
static void test_many_symbols(void **state) {
    (void)state;
    enum { SYMBOLS = 20000 };
    by_page *page = new_page();
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < SYMBOLS; i++) {
            char symbol[16];
            int64_t time = 86400 * (i + round);
            double close = i + round * 0.5;
            snprintf(symbol, sizeof symbol, "S%d", i);
            by_bars bars = {.count = 1, .time = &time, .close = &close};
            assert_int_equal(by_page_add(page, symbol, &bars, NULL), BY_OK);
        }
    }
    assert_int_equal(by_page_symbol_count(page), SYMBOLS);
    for (int i = 0; i < SYMBOLS; i++) {
        char symbol[16];
        by_page_rows rows;
        snprintf(symbol, sizeof symbol, "S%d", i);
        by_page_rows_at(page, by_page_find(page, symbol), &rows);
        assert_string_equal(rows.symbol, symbol);
        assert_int_equal(rows.bars.count, 2);
        assert_int_equal(rows.first_time, 86400 * i);
        assert_true(rows.bars.close[1] == i + 0.5);
    }
    assert_int_equal(by_page_find(page, "S"), -1);
    by_page_free(page);
}

static void test_refuses_names(void **state) {
    (void)state;
    by_page *page = new_page();
    char name[BY_PAGE_NAME_SIZE + 1];
    by_error err = {0};
    memset(name, 'A', sizeof name);
    name[BY_PAGE_NAME_SIZE] = '\0';
    assert_int_equal(by_page_add(page, name, &(by_bars){0}, &err), BY_DATA);
    assert_non_null(strstr(err.message, "64 bytes"));
    name[BY_PAGE_NAME_SIZE - 1] = '\0';
    assert_int_equal(by_page_add(page, name, &(by_bars){0}, &err), BY_OK);
    assert_int_equal(by_page_add(page, "", &(by_bars){0}, &err), BY_DATA);
    assert_int_equal(by_page_add(page, "A\nB", &(by_bars){0}, &err), BY_DATA);
    assert_non_null(strstr(err.message, "control"));
    assert_int_equal(by_page_symbol_count(page), 1);
    by_page_free(page);
}

static void test_limit_of_rows(void **state) {
    (void)state;
    enum { STEP = 100000 };
    int64_t *time = calloc(STEP, sizeof *time);
    double *close = calloc(STEP, sizeof *close);
    by_bars bars = {.count = STEP, .time = time, .close = close};
    by_page *page = new_page();
    by_error err = {0};
    for (int i = 0; i < BY_PAGE_ROWS_MAX / STEP; i++) {
        assert_int_equal(by_page_add(page, i % 2 == 0 ? "A" : "B", &bars, &err), BY_OK);
    }
    assert_int_equal(by_page_add(page, "C", &bars, &err), BY_LIMIT);
    assert_non_null(strstr(err.message, "4000000 rows"));
    assert_int_equal(by_page_row_count(page), BY_PAGE_ROWS_MAX);
    by_page_free(page);
    free(time);
    free(close);
}

static void note(by_page *page, const char *path, int32_t depth, const char *text) {
    assert_int_equal(by_page_note_add(page, path, strlen(path), depth, text, strlen(text), NULL),
                     BY_OK);
}

static void refused(by_page *page, const char *path, int32_t depth, const char *text, size_t length,
                    const char *part) {
    by_error err = {0};
    assert_int_equal(by_page_note_add(page, path, strlen(path), depth, text, length, &err),
                     BY_DATA);
    assert_non_null(strstr(err.message, part));
    assert_null(by_page_field(page, path));
}

static void test_fields(void **state) {
    (void)state;
    by_page *page = new_page();
    note(page, "next", 1, "a");
    note(page, "next", 1, "b");
    note(page, "nex", 1, "c");
    assert_string_equal(by_page_field(page, "next"), "a");
    assert_string_equal(by_page_field(page, "nex"), "c");
    char *wide = calloc(1, BY_DECODE_FIELD_SIZE_MAX + 2);
    memset(wide, 'x', BY_DECODE_FIELD_SIZE_MAX + 1);
    refused(page, "wide", 2, wide, BY_DECODE_FIELD_SIZE_MAX + 1, "65537 bytes");
    refused(page, "nul", 2, "a\0b", 3, "NUL");
    wide[BY_DECODE_FIELD_SIZE_MAX] = '\0';
    note(page, "wide", 1, wide);
    assert_string_equal(by_page_field(page, "wide"), wide);
    free(wide);
    by_page_free(page);
}

/* What says where the next page is stands at the top, however much stands deeper before it. */
static void test_deep_fields_give_way(void **state) {
    (void)state;
    by_page *page = new_page();
    char path[32];
    for (int i = 0; i < BY_DECODE_FIELDS_MAX + 5; i++) {
        snprintf(path, sizeof path, "meta.%d", i);
        note(page, path, 2, "x");
    }
    note(page, "next", 1, "token");
    assert_string_equal(by_page_field(page, "next"), "token");
    assert_non_null(by_page_field(page, "meta.0"));
    assert_null(by_page_field(page, "meta.63"));
    assert_null(by_page_field(page, "meta.64"));
    by_page_free(page);
}

static void test_too_many_at_the_top(void **state) {
    (void)state;
    by_page *page = new_page();
    char path[32];
    for (int i = 0; i < BY_DECODE_FIELDS_MAX; i++) {
        snprintf(path, sizeof path, "key%d", i);
        note(page, path, 1, "x");
    }
    note(page, "key7", 1, "again");
    note(page, "meta.key", 2, "deeper");
    assert_null(by_page_field(page, "meta.key"));
    refused(page, "next", 1, "token", 5, "more than 64 values at the top");
    by_page_free(page);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_adds_rows),
        cmocka_unit_test(test_rising),
        cmocka_unit_test(test_many_symbols),
        cmocka_unit_test(test_refuses_names),
        cmocka_unit_test(test_limit_of_rows),
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_deep_fields_give_way),
        cmocka_unit_test(test_too_many_at_the_top),
    };
    return cmocka_run_group_tests_name("page", tests, NULL, NULL);
}
