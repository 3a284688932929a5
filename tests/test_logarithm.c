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

static void check(double above, double below) {
    const double expected = (double)(logl((long double)above) - logl((long double)below));
    const double near = (double)log1pl(((long double)above - below) / below);
    const double value = by_logarithm(above, below);
    const double exact = fabs(expected) < 0.5 ? near : expected;
    if (!(fabs(value - exact) <= 2 * DBL_EPSILON * fabs(exact))) {
        fail_msg("log(%.17g / %.17g): %.17g, not %.17g", above, below, value, exact);
    }
}

/* Of all sizes, and near to each other. */
static void test_close_to_libm(void **unused) {
    (void)unused;
    random_source source = {1};
    for (int32_t i = 0; i < 200000; i++) {
        const double part = random_fraction(&source);
        const double any = ldexp(1 + part, random_below(&source, 2096) - 1073);
        const double other = ldexp(2 - random_fraction(&source), random_below(&source, 20));
        check(any, 1);
        check(1, any);
        check(any, other);
        check(other * (1 + ldexp(part - 0.5, -random_below(&source, 50))), other);
    }
}

static void test_edges(void **unused) {
    (void)unused;
    static const double none[] = {0, -0.0, -1, INFINITY, -INFINITY, NAN};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        assert_true(isnan(by_logarithm(none[i], 1)) && isnan(by_logarithm(1, none[i])));
        assert_true(isnan(by_logarithm(none[i], none[i])));
    }
    static const double some[] = {1, 1.5, 3, 1e300, DBL_MAX, DBL_MIN, 5e-324};
    for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
        assert_true(by_logarithm(some[i], some[i]) == 0);
        check(some[i], 1);
        check(DBL_MAX, some[i]);
        check(some[i], 5e-324);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_close_to_libm),
        cmocka_unit_test(test_edges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
