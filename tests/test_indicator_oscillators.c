/* SPDX-License-Identifier: MIT
 *
 * Oscillators, against cases worked out by hand.
 */
#include "indicator_golden.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const golden_case golden[] = {
    {BY_RSI, {2}, 0, 2, {0, 0, 200.0 / 3, 200.0 / 3, 280.0 / 3, 700.0 / 25.5, 700.0 / 25.5}},
    {BY_RSI, {1}, 0, 1, {0, 100, 0, 50, 100, 0, 50}},
    {BY_RSI, {1}, 4, 1, {0, 100, 0, 0, 100, 0, 0}},
    {BY_RSI, {2}, 16, 2, {0, 0, 200.0 / 3, 0, 100, 40, 0}},
    {BY_RSI, {2}, 24, 2, {0, 0, 200.0 / 3, 0, 100, 40, 0}},
    {BY_RSI, {2}, 32, 2, {0, 0, 200.0 / 3, 200.0 / 3, 600.0 / 7, 25, 40}},
    {BY_RSI, {7}, 0, 7, {0}},
    {BY_RSI, {7}, 16, 7, {0}},
    {BY_CMO, {2}, 0, 2, {0, 0, 100.0 / 3, -100, 100, -20, -100}},
    {BY_CMO, {1}, 0, 1, {0, 100, -100, 0, 100, -100, 0}},
    {BY_CMO, {2}, 1, 2, {0, 0, 100.0 / 3, 100.0 / 3, 260.0 / 3, -2300.0 / 51, -2300.0 / 51}},
    {BY_RSI, {2}, 1, 2, {0, 0, 200.0 / 3, 0, 100, 40, 0}},
    {BY_RSI, {2}, 2, 2, {0, 0, 200.0 / 3, 200.0 / 3, 280.0 / 3, 1400.0 / 51, 1400.0 / 51}},
    {BY_RSI, {2}, 3, 2, {0, 0, 50, 50, 650.0 / 7, 26, 26}},
    {BY_STOCHASTIC_RSI, {2, 2}, 0, 3, {0, 0, 0, 0, 100, 0, 0}},
    {BY_STOCHASTIC_RSI, {2, 3}, 0, 4, {0, 0, 0, 0, 100, 0, 0}},
    {BY_STOCHASTIC_RSI_D, {2, 3, 2}, 0, 5, {0, 0, 0, 0, 0, 50, 0}},
    {BY_WILLIAMS_R, {2}, 0, 1, {0, -50.0 / 3, -75, -200.0 / 3, 0, -90, -87.5}},
    {BY_WILLIAMS_R, {8}, 0, 7, {0}},
    {BY_PERCENTILE, {3}, 0, 2, {0, 0, 50, 0, 100, 0, 0}},
    {BY_PERCENTILE, {1}, 0, 7, {0}},
    {BY_STOCHASTIC, {3}, 0, 2, {0, 0, 50, 0, 100, 0, 0}},
    {BY_STOCHASTIC, {2}, 0, 1, {0, 100, 0, 50, 100, 0, 50}},
    {BY_STOCHASTIC, {1}, 0, 0, {50, 50, 50, 50, 50, 50, 50}},
    {BY_AROON_UP, {2}, 0, 2, {0, 0, 50, 0, 100, 50, 0}},
    {BY_AROON_DOWN, {2}, 0, 2, {0, 0, 0, 100, 50, 100, 100}},
    {BY_AROON, {2}, 0, 2, {0, 0, 50, -100, 50, -50, -100}},
    {BY_STOCHASTIC_K, {2, 1, 1}, 0, 1, {0, 250.0 / 3, 25, 100.0 / 3, 100, 10, 12.5}},
    {BY_STOCHASTIC_K, {2, 2, 2}, 0, 3, {0, 0, 0, 175.0 / 6, 200.0 / 3, 55, 11.25}},
    {BY_STOCHASTIC_FAST_K, {2}, 0, 1, {0, 250.0 / 3, 25, 100.0 / 3, 100, 10, 12.5}},
    {BY_STOCHASTIC_FAST_K, {3}, 0, 2, {0, 0, 50, 25, 100, 10, 10}},
    {BY_STOCHASTIC_FAST_D, {2, 2}, 0, 2, {0, 0, 325.0 / 6, 175.0 / 6, 200.0 / 3, 55, 11.25}},
    {BY_STOCHASTIC_D, {2, 2, 2}, 0, 3, {0, 0, 0, 125.0 / 3, 575.0 / 12, 365.0 / 6, 33.125}},
    {BY_STOCHASTIC_D, {2, 1, 1}, 0, 1, {0, 250.0 / 3, 25, 100.0 / 3, 100, 10, 12.5}},
    {BY_ULTIMATE_OSCILLATOR,
     {1, 2, 3},
     0,
     3,
     {0, 0, 0, 340.0 / 7, 7125.0 / 77, 3095.0 / 126, 2500.0 / 63}},
    {BY_ULTIMATE_OSCILLATOR, {1, 1, 1}, 0, 1, {0, 80, 100.0 / 3, 50, 100, 10, 50}},
    {BY_ULTIMATE_OSCILLATOR, {5, 2, 1}, 0, 5, {0, 0, 0, 0, 0, 42.5, 17750.0 / 483}},
    {BY_CCI, {3}, 0, 2, {0, 0, 400.0 / 17, -500.0 / 7, 100, -200.0 / 3, -75}},
    {BY_CCI, {2}, 0, 1, {0, 200.0 / 3, -200.0 / 3, -200.0 / 3, 200.0 / 3, -200.0 / 3, -200.0 / 3}},
    {BY_CCI, {1}, 0, 0, {0}},
    {BY_MFI, {2}, 0, 2, {0, 0, 4400.0 / 101, 0, 2500.0 / 37, 62.5, 0}},
    {BY_OBV, {0}, 0, 0, {10, 30, 0, 0, 50, -10, -10}},
    {BY_OBV, {0}, 1, 0, {0, 20, -10, -10, 40, -20, -20}},
};

static void test_golden(void **unused) {
    (void)unused;
    golden_check(golden, sizeof golden / sizeof *golden);
    golden_check_inside(golden, sizeof golden / sizeof *golden);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
