/* SPDX-License-Identifier: MIT */
#include "../cache/results_text.h"

#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../cache/number_exact.h"

static locale_t c_locale;

static void check_number(double value) {
    char text[BY_NUMBER_EXACT_SIZE + 1], expected[64];
    text[by_number_exact(value, c_locale, text)] = '\0';
    (void)snprintf(expected, sizeof expected, "%.17g", value);
    assert_string_equal(text, expected);
    assert_true(strlen(expected) < BY_NUMBER_EXACT_SIZE);
}

static uint64_t next(uint64_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static void test_numbers_are_those_of_printf(void **state) {
    (void)state;
    uint64_t seed = 88172645463325252U;
    for (int i = 0; i < 20000; i++) {
        uint64_t bits = next(&seed);
        double any;
        memcpy(&any, &bits, sizeof any);
        if (isfinite(any)) {
            check_number(any);
        }
        check_number((double)(int64_t)next(&seed) / 9.3e18 * pow(10, (int)(next(&seed) % 24) - 6));
        check_number((double)(next(&seed) % 100000) / (double)(1 << (next(&seed) % 20)));
        check_number((double)(next(&seed) % 2000000000) / pow(10, (double)(next(&seed) % 10)));
        check_number((double)(next(&seed) >> 11) / (double)(UINT64_C(1) << (next(&seed) % 60)));
    }
    const double some[] = {0.0,
                           -0.0,
                           0.1,
                           0.5,
                           1e-4,
                           0.00099999999999999999,
                           9007199254740993.0,
                           9007199254740991.5,
                           1e17,
                           1e22,
                           5e-324,
                           1.7976931348623157e308};
    for (size_t i = 0; i < sizeof some / sizeof some[0]; i++) {
        check_number(some[i]);
    }
    char text[BY_NUMBER_EXACT_SIZE];
    assert_int_equal(by_number_exact(NAN, c_locale, text), 0);
    assert_int_equal(by_number_exact(-INFINITY, c_locale, text), 0);
}

static void test_numbers_beside_powers_of_ten(void **state) {
    (void)state;
    for (int exponent = -8; exponent < 20; exponent++) {
        double below = pow(10, exponent), above = below;
        for (int k = 0; k < 50; k++) {
            check_number(below);
            check_number(-above);
            below = nextafter(below, 0);
            above = nextafter(above, INFINITY);
        }
    }
}

static const char *const fast_texts[] = {",5", ",10"}, *const refuge_texts[] = {",\"a,b\""};
static const char *const *const param_texts[] = {fast_texts, refuge_texts};
static const char *const missing[] = {",", ",none"}, *const endings[] = {"\n", ",failed\n"};
static const char *openings[BY_METRIC_COUNT];
static const int32_t ending_of[] = {0, 1, -1, 0};

static by_results_form form_of(void) {
    for (int32_t m = 0; m < BY_METRIC_COUNT; m++) {
        openings[m] = m == BY_METRIC_sharpe ? ";" : "";
    }
    by_results_form form = {.opening = "#",
                            .param_count = 2,
                            .param_texts = param_texts,
                            .param_missing = missing,
                            .metric_openings = openings,
                            .undefined = "",
                            .endings = endings,
                            .ending_of = ending_of};
    const int32_t value_counts[] = {2, 1};
    form.row_bytes = by_results_row_bytes(&form, value_counts, 2);
    return form;
}

static void test_rows(void **state) {
    (void)state;
    by_results_form form = form_of();
    by_result rows[4];
    for (int i = 0; i < 4; i++) {
        for (int32_t m = 0; m < BY_METRIC_COUNT; m++) {
            rows[i].metric[m] = NAN;
        }
    }
    rows[0].metric[BY_METRIC_sharpe] = 0.1;
    rows[1].metric[BY_METRIC_sharpe] = INFINITY;
    rows[3].metric[BY_METRIC_sharpe] = -2;
    const uint16_t digits[] = {1, 0, 0, BY_DIGIT_NONE, 0, 0, BY_DIGIT_NONE, 0};
    const char *expected = "#1,10,\"a,b\";0.10000000000000001\n"
                           "#2,5,none;,failed\n"
                           "#4,,\"a,b\";-2\n";
    char text[4096];
    int64_t length;
    assert_int_equal(by_results_text(&form, rows, digits, 0, 4, text, sizeof text, &length), 4);
    assert_int_equal(length, strlen(expected));
    assert_memory_equal(text, expected, strlen(expected));

    /* Piece by piece, in memory that is full after a row: the sanitizers see what goes beyond it.
     */
    char *piece = malloc((size_t)form.row_bytes), all[4096] = "";
    assert_non_null(piece);
    for (int32_t from = 0; from < 4;) {
        from = by_results_text(&form, rows, digits, from, 4, piece, form.row_bytes, &length);
        strncat(all, piece, (size_t)length);
    }
    free(piece);
    assert_string_equal(all, expected);
}

int main(void) {
    c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_are_those_of_printf),
        cmocka_unit_test(test_numbers_beside_powers_of_ten),
        cmocka_unit_test(test_rows),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    freelocale(c_locale);
    return failed;
}
