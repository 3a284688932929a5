/* SPDX-License-Identifier: MIT
 *
 * The engine's logarithm against that of the C library.
 */
#include "../engine/logarithm.h"
#include "random_tree.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* Of all sizes, and near to 1. */
static void test_close_to_libm(void **unused) {
    (void)unused;
    random_source source = {1};
    for (int32_t i = 0; i < 200000; i++) {
        const double part = random_fraction(&source);
        const double x = i % 2 == 0 ? ldexp(1 + part, random_below(&source, 2096) - 1073)
                                    : 1 + ldexp(part - 0.5, -random_below(&source, 50));
        const double expected = log(x);
        if (!(fabs(by_logarithm(x) - expected) <= 2 * DBL_EPSILON * fabs(expected))) {
            fail_msg("log(%.17g): %.17g, not %.17g", x, by_logarithm(x), expected);
        }
    }
}

static void test_edges(void **unused) {
    (void)unused;
    assert_true(by_logarithm(1) == 0);
    assert_true(by_logarithm(0) == -INFINITY && by_logarithm(-0.0) == -INFINITY);
    assert_true(by_logarithm(INFINITY) == INFINITY);
    assert_true(isnan(by_logarithm(-1)) && isnan(by_logarithm(-INFINITY)));
    assert_true(isnan(by_logarithm(NAN)));
    assert_float_equal(by_logarithm(DBL_MAX), log(DBL_MAX), 1e-12);
    assert_float_equal(by_logarithm(5e-324), log(5e-324), 1e-12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_close_to_libm),
        cmocka_unit_test(test_edges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
