/* SPDX-License-Identifier: MIT */
#include "../cache/export.h"

#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../cache/number.h"
#include "../cache/number_text.h"

static locale_t c_locale;

static const char *text_of(double value) {
    static char text[BY_NUMBER_TEXT_SIZE + 1];
    text[by_number_text(value, c_locale, text)] = '\0';
    return text;
}

static void test_numbers(void **state) {
    (void)state;
    const char *same[] = {"0",
                          "-0",
                          "1",
                          "100000",
                          "0.1",
                          "123.45",
                          "0.000008",
                          "0.00000812",
                          "-2.5",
                          "1000000000000000",
                          "0.3",
                          "1e+300",
                          "5e-324",
                          "27.33333",
                          "1234567890.125",
                          "1e-05",
                          "2.5e-07",
                          "99999999.9",
                          "0.30000000000000004",
                          "27.333333333333332"};
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        double value = strtod(same[i], NULL), back = 0;
        const char *text = text_of(value);
        assert_true(by_number_parse(text, strlen(text), c_locale, &back));
        assert_memory_equal(&value, &back, sizeof value);
        if (strchr(same[i], 'e') == NULL) {
            assert_string_equal(text, same[i]);
        }
    }
    assert_string_equal(text_of((double)NAN), "");
    assert_string_equal(text_of((double)INFINITY), "");
}

static uint64_t next(uint64_t *seed) {
    *seed ^= *seed << 13, *seed ^= *seed >> 7, *seed ^= *seed << 17;
    return *seed;
}

static int digits_of(const char *text) {
    int digits = 0, zeros = 0;
    for (; *text != '\0' && *text != 'e'; text++) {
        if (*text >= '0' && *text <= '9' && (digits > 0 || *text != '0')) {
            digits++;
            zeros = *text == '0' ? zeros + 1 : 0;
        }
    }
    return digits - zeros;
}

/* As many digits as the shortest of printf that strtod reads back. */
static void test_numbers_are_exact_and_short(void **state) {
    (void)state;
    uint64_t seed = 7;
    for (int i = 0; i < 200000; i++) {
        double value = ldexp((double)(next(&seed) >> 11), (int)(next(&seed) % 70) - 70);
        if (i % 3 == 0) { /* a product of prices as an adjustment makes it */
            value = (double)(next(&seed) % 1000000) / 100 * ((double)(next(&seed) % 997) / 991);
        } else if (i % 3 == 1) {
            value = (double)(next(&seed) % 100000000) / pow(10, (double)(next(&seed) % 12));
        } else if (i % 50 == 2) {
            value = ldexp(1, (int)(next(&seed) % 120) - 60);
        }
        const char *text = text_of(value);
        double back = -1;
        assert_true(by_number_parse(text, strlen(text), c_locale, &back));
        if (back != value) {
            fail_msg("%s is not %.17g", text, value);
        }
        char shortest[64];
        for (int digits = 1; digits <= 17; digits++) {
            snprintf(shortest, sizeof shortest, "%.*e", digits - 1, value);
            if (strtod(shortest, NULL) == value) {
                break;
            }
        }
        int frexp_exponent;
        int at_power = frexp(value, &frexp_exponent) == 0.5;
        if (digits_of(text) > digits_of(shortest) && !at_power) {
            fail_msg("%s is longer than %s", text, shortest);
        }
    }
}

static void test_rows(void **state) {
    (void)state;
    const int64_t time[] = {-86400, 1577923200, 1577959140, 1578009600};
    const double price[] = {1.5, 2, 0.1, 3}, none[] = {(double)NAN, 5, (double)NAN, 1e15};
    by_bars bars = {4, time, price, price, none, price, none};
    char text[4096];
    int64_t length;
    assert_int_equal(by_export_rows(&bars, 0, 1, text, sizeof text, &length), 4);
    text[length] = '\0';
    assert_string_equal(text, "1969-12-31T00:00:00Z,1.5,1.5,,1.5,\n"
                              "2020-01-02T00:00:00Z,2,2,5,2,5\n"
                              "2020-01-02T09:59:00Z,0.1,0.1,,0.1,\n"
                              "2020-01-03T00:00:00Z,3,3,1000000000000000,3,1000000000000000\n");
    assert_int_equal(by_export_rows(&bars, 3, 0, text, sizeof text, &length), 4);
    text[length] = '\0';
    assert_string_equal(text, "2020-01-03,3,3,1000000000000000,3,1000000000000000\n");
}

/* The longest numbers and the smallest room. */
static void test_room(void **state) {
    (void)state;
    const int64_t time[] = {0, 60};
    const double price[] = {-1.2345678901234567e-300, 1.0 / 3};
    by_bars bars = {2, time, price, price, price, price, price};
    char text[BY_EXPORT_ROW_BYTES + 1];
    int64_t length = 0;
    assert_int_equal(by_export_rows(&bars, 0, 1, text, BY_EXPORT_ROW_BYTES, &length), 1);
    assert_true(length < BY_EXPORT_ROW_BYTES);
    assert_int_equal(by_export_rows(&bars, 1, 1, text, BY_EXPORT_ROW_BYTES, &length), 2);
    assert_int_equal(by_export_rows(&bars, 2, 1, text, BY_EXPORT_ROW_BYTES, &length), 2);
    assert_int_equal(length, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_numbers_are_exact_and_short),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_room),
    };
    c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    return cmocka_run_group_tests_name("export", tests, NULL, NULL);
}
