/* SPDX-License-Identifier: MIT
 *
 * The CSV parser: what it takes, what it refuses and how it says so.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../cache/csv.h"
#include "../cache/number.h"
#include "../cache/when.h"

static const by_csv_options daily = {.timeframe_seconds = 86400, .adjust = 1};
static const by_csv_options minutes = {.timeframe_seconds = 60};

static by_csv *parse_size(const char *text, size_t size, const by_csv_options *options) {
    by_csv *csv = NULL;
    by_error err = {0};
    by_status status = by_csv_parse(text, size, "x.csv", options, &csv, &err);
    if (status != BY_OK) {
        print_message("%s\n", err.message);
    }
    assert_int_equal(status, BY_OK);
    return csv;
}

static by_csv *parse(const char *text, const by_csv_options *options) {
    return parse_size(text, strlen(text), options);
}

/* Expects the text to be refused as a whole, with `part` in the message. */
static void refuses(const char *text, size_t size, const char *part) {
    by_csv *csv = NULL;
    by_error err = {0};
    assert_int_equal(by_csv_parse(text, size, "x.csv", &daily, &csv, &err), BY_DATA);
    assert_null(csv);
    assert_non_null(strstr(err.message, "x.csv"));
    if (strstr(err.message, part) == NULL) {
        fail_msg("'%s' is not in: %s", part, err.message);
    }
}

/* Expects row 2 of three to be refused with `part` in the reason. */
static void refuses_row(const char *row, const by_csv_options *options, const char *part) {
    char text[400];
    snprintf(text, sizeof text,
             "date,open,high,low,close,volume\n2020-01-02,1,2,0.5,1,1\n%s\n2020-01-06,1,2,1,1,1\n",
             row);
    by_csv *csv = parse(text, options);
    assert_int_equal(csv->bars.count, 2);
    assert_int_equal(csv->refused_count, 1);
    assert_int_equal(csv->refusals[0].line, 3);
    if (strstr(csv->refusals[0].reason, part) == NULL) {
        fail_msg("'%s' is not in: %s", part, csv->refusals[0].reason);
    }
    by_csv_free(csv);
}

static int64_t when(const char *text) {
    by_when out;
    const char *fault = by_when_parse(text, strlen(text), &out);
    return fault == NULL ? out.time : INT64_MIN;
}

static void test_columns_in_any_order(void **state) {
    (void)state;
    by_csv *csv = parse("\xef\xbb\xbf"
                        "VOLUME; Close;\"High\";low;OPEN;Date;note\r\n"
                        "100;10.5;11;9;10;2020-01-02;first\r\n\r\n"
                        ";10.75;11;10;10.5;2020-01-03;",
                        &daily);
    assert_int_equal(csv->bars.count, 2);
    assert_int_equal(csv->refused_count, 0);
    assert_int_equal(csv->bars.time[0], 1577923200);
    assert_float_equal(csv->bars.open[0], 10, 0);
    assert_float_equal(csv->bars.high[0], 11, 0);
    assert_float_equal(csv->bars.low[0], 9, 0);
    assert_float_equal(csv->bars.close[1], 10.75, 0);
    assert_float_equal(csv->bars.volume[0], 100, 0);
    assert_true(isnan(csv->bars.volume[1]));
    by_csv_free(csv);
}

static void test_close_is_enough(void **state) {
    (void)state;
    by_csv *csv = parse("Date\tclose\n2020-01-02\t1e2", &daily);
    assert_int_equal(csv->bars.count, 1);
    assert_float_equal(csv->bars.close[0], 100, 0);
    assert_true(isnan(csv->bars.open[0]) && isnan(csv->bars.volume[0]));
    by_csv_free(csv);
}

static void test_empty_cells(void **state) {
    (void)state;
    by_csv *csv = parse("date,open,high,low,close,volume\n2020-01-02,,,,1.5,\n", &daily);
    assert_int_equal(csv->bars.count, 1);
    assert_true(isnan(csv->bars.open[0]) && isnan(csv->bars.high[0]) && isnan(csv->bars.low[0]));
    assert_true(isnan(csv->bars.volume[0]));
    by_csv_free(csv);
}

static void test_adjusts(void **state) {
    (void)state;
    const char *text = "Date,Open,High,Low,Close,Adj Close,Volume\n2020-01-02,10,12,8,10,5,7\n";
    by_csv *csv = parse(text, &daily);
    assert_float_equal(csv->bars.open[0], 5, 0);
    assert_float_equal(csv->bars.high[0], 6, 0);
    assert_float_equal(csv->bars.low[0], 4, 0);
    assert_float_equal(csv->bars.close[0], 5, 0);
    assert_float_equal(csv->bars.volume[0], 7, 0);
    by_csv_free(csv);
    csv = parse(text, &(by_csv_options){.timeframe_seconds = 86400});
    assert_float_equal(csv->bars.close[0], 10, 0);
    by_csv_free(csv);
}

static void test_refuses_rows(void **state) {
    (void)state;
    refuses_row("2020-01-03,1,2,0.5,,1", &daily, "close is missing");
    refuses_row("2020-01-03,1,2,0.5", &daily, "4 cells");
    refuses_row("2020-01-03,1,2,0.5,1,1,9", &daily, "more cells");
    refuses_row("2020-01-03,1,2,0.5,x,1", &daily, "'x' is not a number");
    refuses_row("2020-01-03,nan,2,0.5,1,1", &daily, "not a number");
    refuses_row("2020-01-03,inf,2,0.5,1,1", &daily, "not a number");
    refuses_row("2020-01-03,0x1p3,2,0.5,1,1", &daily, "not a number");
    refuses_row("2020-01-03,1e999,2,0.5,1,1", &daily, "too large");
    refuses_row("2020-01-03,1,1e308,0.5,1,1", &daily, "above 1e+15");
    refuses_row("2020-01-03,0,2,0,1,1", &daily, "not above 0");
    refuses_row("2020-01-03,1,2,-1,1,1", &daily, "not above 0");
    refuses_row("2020-01-03,1,2,0.5,1,-1", &daily, "below 0");
    refuses_row("2020-01-03,1,2,3,1,1", &daily, "is below low");
    refuses_row("2020-01-03,1,2,0.5,2.1,1", &daily, "below close");
    refuses_row("2020-01-03,0.4,2,0.5,1,1", &daily, "above open");
    refuses_row("2020-01-01,1,2,0.5,1,1", &daily, "comes after 2020-01-02");
    refuses_row("2020-01-02,1,2,0.5,1.5,1", &daily, "second row of 2020-01-02");
    refuses_row("2020-02-30,1,2,0.5,1,1", &daily, "calendar");
    refuses_row("1800-01-02,1,2,0.5,1,1", &daily, "1900 to 2200");
    refuses_row("01/02/2020,1,2,0.5,1,1", &daily, "not a time");
    refuses_row(",1,2,0.5,1,1", &daily, "time is missing");
    refuses_row("2020-01-03,\"1,2,0.5,1,1", &daily, "quote");
    refuses_row("2020-01-03T00:00:30,1,2,0.5,1,1", &minutes, "not the start of a bar");
    refuses_row("2020-01-03T25:00,1,2,0.5,1,1", &minutes, "clock");
}

static void test_rounding_is_forgiven(void **state) {
    (void)state;
    by_csv *csv = parse("date,open,high,low,close,volume\n2020-01-02,1,2,1,2.0000001,-0\n", &daily);
    assert_int_equal(csv->refused_count, 0);
    assert_false(signbit(csv->bars.volume[0]));
    by_csv_free(csv);
}

static void test_repeats_are_dropped(void **state) {
    (void)state;
    by_csv *csv = parse("date,close\n2020-01-02,1\n2020-01-02,1.0\n2020-01-03,2\n", &daily);
    assert_int_equal(csv->bars.count, 2);
    assert_int_equal(csv->repeated_count, 1);
    assert_int_equal(csv->refused_count, 0);
    by_csv_free(csv);
}

static void test_refuses_files(void **state) {
    (void)state;
    refuses("", 0, "empty");
    refuses("\n \n", 3, "empty");
    refuses("date,close\n", 11, "no rows");
    refuses("date,last\n2020-01-02,1\n", 23, "no close column; found: date, last");
    refuses("day,close\n2020-01-02,1\n", 23, "no date or time column");
    refuses("date,close,Close\n2020-01-02,1,1\n", 32, "two columns");
    refuses("date,close\n2020-01-02,0\n", 24, "none of its 1 rows");
    refuses("date,close\r2020-01-02,1\r", 24, "CR alone");
    refuses("d\0a\0t\0e\0", 8, "NUL");
    refuses("\xff\xfe"
            "d\0a\0",
            6, "UTF-16");
    char *wide = malloc(BY_CSV_LINE_MAX + 2);
    memset(wide, 'a', BY_CSV_LINE_MAX + 1);
    refuses(wide, BY_CSV_LINE_MAX + 1, "too long");
    memset(wide, ',', 1000);
    refuses(wide, 1000, "256 columns");
    free(wide);
}

static void test_damaged_lines(void **state) {
    (void)state;
    by_csv *csv = parse_size("date,close\n2020-01-02,\0001\n2020-01-03,1\n", 37, &daily);
    assert_int_equal(csv->refused_count, 1);
    assert_non_null(strstr(csv->refusals[0].reason, "NUL"));
    by_csv_free(csv);
    size_t size = BY_CSV_LINE_MAX + 100;
    char *text = malloc(size);
    memset(text, '1', size);
    memcpy(text, "date,close\n2020-01-02,1\n", 24);
    csv = parse_size(text, size, &daily);
    assert_int_equal(csv->bars.count, 1);
    assert_int_equal(csv->refusals[0].line, 3);
    assert_non_null(strstr(csv->refusals[0].reason, "longer"));
    by_csv_free(csv);
    free(text);
}

static void test_many_refusals(void **state) {
    (void)state;
    char text[2000] = "date,close\n2020-01-02,1\n";
    for (int i = 0; i < 100; i++) {
        strcat(text, "2020-01-03,0\n");
    }
    by_csv *csv = parse(text, &daily);
    assert_int_equal(csv->refused_count, 100);
    assert_int_equal(csv->refusals[BY_CSV_REFUSALS_KEPT - 1].line, BY_CSV_REFUSALS_KEPT + 2);
    by_csv_free(csv);
}

static void test_times(void **state) {
    (void)state;
    assert_int_equal(when("2020-01-02"), 1577923200);
    assert_int_equal(when("20200102"), 1577923200);
    assert_int_equal(when("1577923200"), 1577923200);
    assert_int_equal(when("1577923200000"), 1577923200);
    assert_int_equal(when("1577923200.000"), 1577923200);
    assert_int_equal(when("2020-01-02T01:02:03.5Z"), 1577923200 + 3723);
    assert_int_equal(when("2020-01-02 01:02:03 +00:00"), 1577923200 + 3723);
    assert_int_equal(when("2020-01-02 01:02-0500"), 1577923200 + 3720 + 5 * 3600);
    assert_int_equal(when("2020-01-02 01:02+01"), 1577923200 + 120);
    assert_int_equal(when("1969-12-31"), -86400);
    assert_int_equal(when("1900-01-01"), BY_WHEN_MIN);
    assert_int_equal(when("2200-12-31"), BY_WHEN_END - 86400);
    const char *bad[] = {"",
                         "2020",
                         "x",
                         "2020-1-2",
                         "2020-13-01",
                         "2020-01-02T",
                         "2020-01-02T1",
                         "2020-01-02x",
                         "1577923200.5",
                         "1e9",
                         "2020-01-02T00:00+24:00",
                         "15779232000000000000",
                         "1577923200000000"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (strcmp(bad[i], "2020") != 0 && when(bad[i]) != INT64_MIN) {
            fail_msg("'%s' was taken", bad[i]);
        }
    }
    for (int64_t time = BY_WHEN_MIN; time < BY_WHEN_END; time += 86400 * 13 + 3661) {
        char text[BY_WHEN_TEXT_SIZE];
        assert_int_equal(when(by_when_text(time, text)), time);
    }
}

static void test_days(void **state) {
    (void)state;
    by_csv *csv = parse("date,close\n2020-01-02 00:00:00-05:00,1\n2020-01-03 00:00:00+01:00,2\n"
                        "2020-01-05T23:00:00-05:00,3\n1578355200.0,4\n",
                        &daily);
    assert_int_equal(csv->bars.count, 4);
    assert_int_equal(csv->bars.time[0], 1577923200);
    assert_int_equal(csv->bars.time[1], 1577923200 + 86400);
    assert_int_equal(csv->bars.time[2], 1577923200 + 4 * 86400);
    by_csv_free(csv);
    csv = parse("Date,Time,Close\n2020-01-02,09:30,1\n2020-01-02,09:31:00,2\n", &minutes);
    assert_int_equal(csv->bars.time[1], 1577923200 + 34260);
    by_csv_free(csv);
}

/* Against strtod, which is exact, on numbers of all lengths, and around half way cases. */
static void test_numbers_are_exact(void **state) {
    (void)state;
    locale_t c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    uint64_t seed = 1;
    for (int i = 0; i < 300000; i++) {
        char text[64];
        uint64_t r[3];
        for (int k = 0; k < 3; k++) {
            seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
            r[k] = seed;
        }
        double half = ldexp((double)(r[0] >> 11), (int)(r[1] % 60) - 55);
        if (i % 3 == 0) {
            snprintf(text, sizeof text, "%llu.%llu", (unsigned long long)(r[0] >> r[1] % 64),
                     (unsigned long long)(r[2] >> r[1] % 61));
        } else if (i % 3 == 1) {
            snprintf(text, sizeof text, "%.*e", (int)(r[1] % 20), half);
        } else {
            snprintf(text, sizeof text, "%llue%d", (unsigned long long)(r[0] | 1) >> r[1] % 12,
                     (int)(r[2] % 56) - 28);
        }
        double value = 0, expected = strtod(text, NULL);
        assert_true(by_number_parse(text, strlen(text), c_locale, &value));
        if (memcmp(&value, &expected, sizeof value) != 0) {
            fail_msg("%s: %.17g, not %.17g", text, value, expected);
        }
    }
    const char *bad[] = {"",   "+",   ".",  "e5",  "1e",  "1e+",      "1.2.3", " 1",
                         "1 ", "--1", "1_", "0x1", "1,5", "infinity", "NaN",   "1f"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        double value;
        assert_false(by_number_parse(bad[i], strlen(bad[i]), c_locale, &value));
    }
    freelocale(c_locale);
}

static void test_locale_is_ignored(void **state) {
    (void)state;
    if (setlocale(LC_ALL, "de_DE.UTF-8") == NULL && setlocale(LC_ALL, "fr_FR.UTF-8") == NULL) {
        print_message("skipped: no locale with a decimal comma is installed\n");
        skip();
    }
    by_csv *csv = parse("date,close\n2020-01-02,1.000000000000000000000000000001\n", &daily);
    setlocale(LC_ALL, "C");
    assert_float_equal(csv->bars.close[0], 1, 0);
    by_csv_free(csv);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns_in_any_order),
        cmocka_unit_test(test_close_is_enough),
        cmocka_unit_test(test_empty_cells),
        cmocka_unit_test(test_adjusts),
        cmocka_unit_test(test_refuses_rows),
        cmocka_unit_test(test_rounding_is_forgiven),
        cmocka_unit_test(test_repeats_are_dropped),
        cmocka_unit_test(test_refuses_files),
        cmocka_unit_test(test_damaged_lines),
        cmocka_unit_test(test_many_refusals),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_days),
        cmocka_unit_test(test_numbers_are_exact),
        cmocka_unit_test(test_locale_is_ignored),
    };
    return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
