/* SPDX-License-Identifier: MIT
 *
 * Values counted that are below one, by ranks, against looking at each: stretches that are sorted
 * one after the other, ties, both zeroes, infinite values and NaN; in place, too.
 */
#include "../engine/indicators/ranks.h"
#include "random_tree.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { ROWS = 60000 };

static double x[ROWS];
static double out[ROWS];

static void fill(random_source *source) {
    static const double odd[] = {0, -0.0, INFINITY, -INFINITY, NAN, 1e300, -1e300, 5e-324};
    double walk = 0;
    for (int32_t i = 0; i < ROWS; i++) {
        walk += random_below(source, 9) - 4;
        x[i] = random_chance(source, 0.5) ? walk : random_fraction(source) - 0.5;
        x[i] = random_chance(source, 0.01) ? odd[random_below(source, 8)] : x[i];
    }
}

static void check(int32_t row, int32_t before) {
    int32_t below = 0;
    for (int32_t i = row - before; i < row; i++) {
        below += x[i] < x[row];
    }
    if (isnan(x[row]) ? !isnan(out[row]) : out[row] != below) {
        fail_msg("row %d, of %d before: %g, not %d", row, before, out[row], below);
    }
}

static void test_ranks(void **unused) {
    (void)unused;
    static const int32_t befores[] = {1, 2, 63, 800, 4095, 9000, ROWS - 1};
    random_source source = {3};
    fill(&source);
    for (size_t b = 0; b < sizeof befores / sizeof *befores; b++) {
        const int32_t before = befores[b];
        const int32_t count = ROWS - (before < 4000 ? random_below(&source, 1000) : 0);
        memcpy(out, x, sizeof out);
        assert_true(ranks_below(out, count, before, out));
        assert_memory_equal(out, x, (size_t)before * sizeof *x);
        for (int32_t row = before; row < count; row += 1 + random_below(&source, 20)) {
            check(row, before);
        }
        check(count - 1, before);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_ranks)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
