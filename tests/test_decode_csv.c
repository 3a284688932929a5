/* SPDX-License-Identifier: MIT
 *
 * Answers as CSV, files, and what times become.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "../cache/csv.h"
#include "../cache/when.h"
#include "answer.h"
#include "scratch.h"

#define NONE ((double)NAN)

static const by_decode_spec csv = {.layout = BY_LAYOUT_CSV,
                                   .default_symbol = "SPY",
                                   .time = "Date",
                                   .open = "Open",
                                   .high = "High",
                                   .low = "Low",
                                   .close = "Close",
                                   .volume = "Volume",
                                   .timeframe_seconds = 86400};
/* Columns are found by their usual names. */
static const by_decode_spec usual = {
    .layout = BY_LAYOUT_CSV, .default_symbol = "SPY", .timeframe_seconds = 60};

static const char two_rows[] = "Date,Open,High,Low,Close,Volume\n"
                               "2020-08-27,101.125,102.375,100.015,101.75,123456789\n"
                               "2020-08-28,103.011,104.442,102.078,103.308,223344556\n";

static void test_adjusted_close(void **state) {
    (void)state;
    static const char text[] = "Date,Open,High,Low,Close,Adj Close,Volume\n"
                               "2020-01-02,99,104,98,100,50,7\n"
                               "2020-01-03,99,104,98,100,null,7\n";
    by_decode_spec spec = csv;
    spec.adjusted = "Adj Close";
    by_page *page = answer_page(&spec, text);
    answer_row(page, "SPY", 0, "2020-01-02", (double[]){49.5, 52, 49, 50, 7});
    answer_row(page, "SPY", 1, "2020-01-03", (double[]){NONE, NONE, NONE, NONE, 7});
    by_page_free(page);
    answer_refused(&spec, two_rows, "it must name the column of the adjusted close");
    spec = (by_decode_spec){.layout = BY_LAYOUT_CSV,
                            .default_symbol = "SPY",
                            .timeframe_seconds = 86400,
                            .adjusted = "adj_close"};
    page = answer_page(&spec, text);
    answer_row(page, "SPY", 0, "2020-01-02", (double[]){49.5, 52, 49, 50, 7});
    by_page_free(page);
    page = answer_page(&spec, two_rows);
    answer_row(page, "SPY", 0, "2020-08-27",
               (double[]){101.125, 102.375, 100.015, 101.75, 123456789});
    by_page_free(page);
    spec.adjusted = NULL;
    page = answer_page(&spec, text);
    answer_row(page, "SPY", 0, "2020-01-02", (double[]){99, 104, 98, 100, 7});
    by_page_free(page);
}

static void test_named_columns(void **state) {
    (void)state;
    by_page *page = answer_page(&csv, two_rows);
    answer_row(page, "SPY", 0, "2020-08-27",
               (double[]){101.125, 102.375, 100.015, 101.75, 123456789});
    answer_row(page, "SPY", 1, "2020-08-28",
               (double[]){103.011, 104.442, 102.078, 103.308, 223344556});
    assert_int_equal(by_page_row_count(page), 2);
    assert_int_equal(by_page_has_rows(page), 1);
    by_page_free(page);
    page = answer_page(&csv, "\xef\xbb\xbf\r\nnote;\"CLOSE\"; date;VOLUME\r\n\r\n"
                             "x;\"1.5\";2020-01-03;\r\ny;null;2020-01-02;7;\r\n\r\n");
    answer_row(page, "SPY", 0, "2020-01-03", (double[]){NONE, NONE, NONE, 1.5, NONE});
    answer_row(page, "SPY", 1, "2020-01-02", (double[]){NONE, NONE, NONE, NONE, 7});
    by_page_free(page);
    page = answer_page(&csv, "close\tdate\n1\t2020-01-02");
    assert_int_equal(by_page_row_count(page), 1);
    by_page_free(page);
    page = answer_page(&csv, "Date,Close\n");
    assert_int_equal(by_page_row_count(page), 0);
    assert_int_equal(by_page_has_rows(page), 1);
    by_page_free(page);
}

static void test_symbol_column(void **state) {
    (void)state;
    by_decode_spec spec = csv;
    spec.symbol = "ticker";
    spec.default_symbol = NULL;
    spec.no_trade_rows = 1;
    by_page *page =
        answer_page(&spec, "Ticker,Date,Close\nA,2020-01-02,1\nB,2020-01-02,0\nC,2020-01-02,3\n");
    assert_int_equal(by_page_symbol_count(page), 2);
    assert_int_equal(by_page_no_trade_count(page), 1);
    answer_row(page, "C", 0, "2020-01-02", (double[]){NONE, NONE, NONE, 3, NONE});
    by_page_free(page);
    answer_refused(&spec, two_rows, "must name the column of the symbol");
    answer_refused(&spec, "Ticker,Date,Close\n,2020-01-02,1\n", "line 2: there is no symbol");
}

static void test_usual_columns(void **state) {
    (void)state;
    by_page *page = answer_page(&usual, "Time,Adj Close,close,DATE\n09:30,9,1.5,2020-01-02\n");
    answer_row(page, "SPY", 0, "2020-01-02T09:30:00Z", (double[]){NONE, NONE, NONE, 1.5, NONE});
    by_page_free(page);
    by_decode_spec spec = usual;
    spec.time_unit = BY_TIME_MS;
    page = answer_page(&spec, "timestamp,open,high,low,close,volume\n1577975400000,1,2,3,4,5\n");
    answer_row(page, "SPY", 0, "2020-01-02T14:30:00Z", (double[]){1, 2, 3, 4, 5});
    by_page_free(page);
    answer_refused(&usual, "day,close\n", "the first line is 'day,close': it must name");
}

static void test_refuses(void **state) {
    (void)state;
    answer_refused(&csv, "No data", "the first line is 'No data'");
    answer_refused(&usual, "Exceeded the daily hits limit",
                   "the first line is 'Exceeded the daily hits limit'");
    answer_refused(&csv, "<html>\n<body>Sorry</body>\n", "the first line is '<html>'");
    answer_refused(&csv, "", "the answer is empty");
    answer_refused(&csv, "\r\n", "the answer is empty");
    answer_refused(&csv, "Date,Close,Close\n2020-01-02,1,2\n", "two columns have the same name");
    answer_refused(&csv, "Date,CLOSE,close\n2020-01-02,1,2\n", "two columns have the same name");
    answer_refused(&csv, "Date,Close\n2020-01-02,x\n2020-01-03,1\n", "line 2: close 'x' is not a");
    answer_refused(&csv, "Date,Close\n\n02/01/2020,1\n2020-01-03,1\n", "line 3: time '02/01/2020'");
    answer_refused(&csv, "Date,Close\n2020-01-02\n2020-01-03,1\n", "line 2: 1 cells");
    answer_refused(&csv, "Date,Close\n2020-01-02,1,5\n2020-01-03,1\n", "line 2: more cells");
    answer_refused_size(&csv, "Date,Close\n2020-01-02,\0001\n", 25, "NUL");
    answer_refused_size(&csv,
                        "\xff\xfe"
                        "D\0a\0",
                        6, "UTF-16");
}

static void test_cut(void **state) {
    (void)state;
    answer_refused(&csv, "Date,Close", "was cut after 10 bytes: it ends in 'Date,Close'");
    answer_refused(&csv, "Date,Close\n2020-01-02,1\n2020-01", "was cut after 31 bytes");
    answer_refused(&csv, "Date,Close\n2020-01-02,1\n2020-01\n", "was cut after 32 bytes");
    answer_refused(&csv, "Date,Close\n2020-01-02,1\n\"2020-01", "was cut after 32 bytes");
    by_decode_spec spec = csv;
    spec.final_newline = 1;
    answer_refused(&spec, "Date,Close\n2020-01-02,1", "was cut after 23 bytes");
    by_page_free(answer_page(&spec, "Date,Close\n2020-01-02,1\n"));
    /* Every beginning is refused, unless it ends where a row ends; without the promise of a line
     * end the last cell may be cut unseen. */
    for (size_t size = 0; size < sizeof two_rows - 1; size++) {
        by_page *page = NULL;
        by_error err = {0};
        by_status status = by_decode(&spec, two_rows, size, "x", &page, &err);
        assert_int_equal(status, size > 0 && two_rows[size - 1] == '\n' ? BY_OK : BY_DATA);
        by_page_free(page);
        status = by_decode(&csv, two_rows, size, "x", &page, &err);
        size_t commas = 0;
        for (size_t i = size; i > 0 && two_rows[i - 1] != '\n'; i--) {
            commas += two_rows[i - 1] == ',';
        }
        if (size < 32 || (commas > 0 && commas < 5)) {
            assert_int_equal(status, BY_DATA);
        }
        by_page_free(page);
    }
}

static void test_files(void **state) {
    by_page *page = NULL;
    by_error err = {0};
    const char *path = scratch_path(*state, "spy.csv.gz");
    gzFile file = gzopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(gzwrite(file, two_rows, sizeof two_rows - 1), sizeof two_rows - 1);
    gzclose(file);
    assert_int_equal(by_decode_file(&csv, path, "spy.csv.gz", &page, &err), BY_OK);
    assert_int_equal(by_page_row_count(page), 2);
    by_page_free(page);
    path = scratch_path(*state, "spy.csv");
    scratch_write(path, "No data", 7);
    assert_int_equal(by_decode_file(&csv, path, "spy.csv", &page, &err), BY_DATA);
    assert_string_equal(err.message, "spy.csv: the first line is 'No data': it must name the "
                                     "columns of the time and the close");
    assert_int_equal(by_decode_file(&csv, "/nowhere.csv", "x", &page, &err), BY_DATA);
    assert_null(page);
}

/* What a time of a description becomes; NULL: it is refused. */
static void becomes(by_decode_spec spec, const char *time, const char *expected) {
    char text[100];
    spec.layout = BY_LAYOUT_ROWS;
    spec.path = "";
    spec.default_symbol = "SPY";
    spec.time = "0";
    spec.close = "1";
    snprintf(text, sizeof text, "[[%s,1]]", time);
    if (expected == NULL) {
        answer_refused(&spec, text, "1900 to 2200");
        return;
    }
    by_page *page = answer_page(&spec, text);
    answer_row(page, "SPY", 0, expected, (double[]){NONE, NONE, NONE, 1, NONE});
    by_page_free(page);
}

static void test_units(void **state) {
    (void)state;
    by_decode_spec minute = {.timeframe_seconds = 60};
    becomes(minute, "\"2020-01-02T14:30:00Z\"", "2020-01-02T14:30:00Z");
    becomes(minute, "\"2020-01-02T14:30:00.123456789Z\"", "2020-01-02T14:30:00Z");
    becomes(minute, "\"2020-01-02 09:30:00-05:00\"", "2020-01-02T14:30:00Z");
    becomes(minute, "\"2020-01-02 09:30\"", "2020-01-02T09:30:00Z");
    becomes(minute, "\"2020-01-02\"", "2020-01-02");
    becomes(minute, "1577975400", "2020-01-02T14:30:00Z");
    becomes(minute, "1577975400000", "2020-01-02T14:30:00Z");
    becomes(minute, "\"1899-12-31\"", NULL);
    minute.time_unit = BY_TIME_S;
    becomes(minute, "1577975400", "2020-01-02T14:30:00Z");
    becomes(minute, "\"1577975400\"", "2020-01-02T14:30:00Z");
    becomes(minute, "1577975400.9", "2020-01-02T14:30:00Z");
    becomes(minute, "1.5779754e9", "2020-01-02T14:30:00Z");
    becomes(minute, "-60", "1969-12-31T23:59:00Z");
    becomes(minute, "1577975400000", NULL);
    becomes(minute, "1e300", NULL);
    becomes(minute, "-2208988801", NULL);
    becomes(minute, "7289654400", NULL);
    minute.time_unit = BY_TIME_MS;
    becomes(minute, "1577975400999", "2020-01-02T14:30:00Z");
    becomes(minute, "-1", "1969-12-31T23:59:59Z");
    minute.time_unit = BY_TIME_US;
    becomes(minute, "1577975400000000", "2020-01-02T14:30:00Z");
    minute.time_unit = BY_TIME_NS;
    becomes(minute, "1577975400000000000", "2020-01-02T14:30:00Z");
    becomes(minute, "\"1577975400000000001\"", "2020-01-02T14:30:00Z");
    becomes(minute, "9999999999999999999", NULL);
    becomes(minute, "99999999999999999999", NULL);
}

static void test_zones_and_ends(void **state) {
    (void)state;
    by_decode_spec minute = {.timeframe_seconds = 300, .stamp_end = 1};
    becomes(minute, "\"2020-01-02T14:35:00Z\"", "2020-01-02T14:30:00Z");
    becomes(minute, "\"1900-01-01\"", NULL);
    minute = (by_decode_spec){.timeframe_seconds = 60, .local_time = 1, .zone_seconds = 20700};
    becomes(minute, "\"2020-01-02T11:00:00\"", "2020-01-02T05:15:00Z");
    becomes(minute, "\"2020-01-02T11:00:00Z\"", "2020-01-02T11:00:00Z");
    becomes(minute, "\"2020-01-02T11:00:00+01:00\"", "2020-01-02T10:00:00Z");
    becomes(minute, "1577975400", "2020-01-02T14:30:00Z");
}

static void test_days(void **state) {
    (void)state;
    by_decode_spec day = {.timeframe_seconds = 86400};
    becomes(day, "\"2020-01-02\"", "2020-01-02");
    becomes(day, "\"20200102\"", "2020-01-02");
    becomes(day, "\"2020-01-02T05:00:00Z\"", "2020-01-02");
    becomes(day, "\"2020-01-02T00:00:00+01:00\"", "2020-01-02");
    becomes(day, "\"2020-01-02T23:59:59Z\"", "2020-01-02");
    becomes(day, "-1", "1969-12-31");
    day.stamp_end = 1;
    becomes(day, "\"2020-01-02\"", "2020-01-02");
    becomes(day, "\"2020-01-02T21:00:00Z\"", "2020-01-02");
    becomes(day, "\"2020-01-03T00:00:00Z\"", "2020-01-02");
    becomes(day, "\"2020-01-03T00:00:00+05:45\"", "2020-01-02");
    becomes(day, "\"1900-01-01T00:00:00Z\"", NULL);
    /* Midnight of Kathmandu is the evening before in UTC. */
    day = (by_decode_spec){
        .timeframe_seconds = 86400, .time_unit = BY_TIME_S, .day_shift_seconds = 20700};
    becomes(day, "1577902500", "2020-01-02");
    day.stamp_end = 1;
    becomes(day, "1577902500", "2020-01-01");
    day = (by_decode_spec){.timeframe_seconds = 86400, .local_time = 1, .zone_seconds = 20700};
    becomes(day, "\"2020-01-02\"", "2020-01-02");
    becomes(day, "\"2020-01-02T00:00:00\"", "2020-01-02");
    becomes(day, "\"2020-01-02T15:00:00\"", "2020-01-02");
    day.day_shift_seconds = 20700;
    becomes(day, "\"2020-01-02T00:00:00\"", "2020-01-02");
    becomes(day, "\"2020-01-02T05:00:00\"", "2020-01-02");
    /* Late trading of New York ends on the UTC day behind. */
    day = (by_decode_spec){.timeframe_seconds = 86400, .day_shift_seconds = -18000, .stamp_end = 1};
    becomes(day, "\"2020-01-03T01:00:00Z\"", "2020-01-02");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_named_columns),
        cmocka_unit_test(test_adjusted_close),
        cmocka_unit_test(test_symbol_column),
        cmocka_unit_test(test_usual_columns),
        cmocka_unit_test(test_refuses),
        cmocka_unit_test(test_cut),
        cmocka_unit_test_setup_teardown(test_files, scratch_setup, scratch_teardown),
        cmocka_unit_test(test_units),
        cmocka_unit_test(test_zones_and_ends),
        cmocka_unit_test(test_days),
    };
    return cmocka_run_group_tests_name("decode_csv", tests, NULL, NULL);
}
