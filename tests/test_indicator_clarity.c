/* SPDX-License-Identifier: MIT
 *
 * The clarity of a trend against sums done in whole numbers, from which it is put together.
 */
#include "../engine/indicator.h"
#include "plain.h"
#include "reference.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

enum { ROWS_MAX = 1100 };

typedef int32_t (*compute)(int32_t, const by_recipe *, const by_inputs *, int32_t, double *);
static const compute both[] = {by_indicator_compute, plain_indicator};

/* R squared from the slope of the line and the deviation of the closes, both exact. */
static void test_trend_clarity(void **unused) {
    (void)unused;
    static const int32_t windows[] = {5, 20, 50};
    if (!reference_found()) {
        skip();
    }
    reference *input = reference_open("series", "syn_walk");
    reference *table = reference_open("indicators", "syn_walk.exact");
    const by_inputs inputs = {.close = reference_column(input, "close")};
    for (size_t i = 0; i < sizeof windows / sizeof *windows; i++) {
        char name[64];
        const by_recipe recipe = {.window = {windows[i]}};
        (void)snprintf(name, sizeof name, "EX_slope_%d", windows[i]);
        const double *slope = reference_column(table, name);
        (void)snprintf(name, sizeof name, "EX_std_pop_%d", windows[i]);
        const double *stdev = reference_column(table, name);
        assert_true(slope != NULL && stdev != NULL);
        for (int32_t f = 0; f < 2; f++) {
            double ours[ROWS_MAX];
            int32_t count = reference_rows(table);
            assert_int_equal(both[f](BY_TREND_CLARITY, &recipe, &inputs, count, ours),
                             windows[i] - 1);
            for (int32_t t = windows[i] - 1; t < count; t++) {
                double share = slope[t] / stdev[t];
                double expected = 100 * share * share * (windows[i] * windows[i] - 1) / 12;
                assert_true(fabs(ours[t] - expected) <= 1e-9);
            }
        }
    }
    reference_free(input);
    reference_free(table);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_trend_clarity)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
