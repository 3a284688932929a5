/* SPDX-License-Identifier: MIT
 *
 * Averages, oscillators and structures over more bars than are computed side by side: the engine's
 * against the plain ones, from the first bar to the last.
 */
#include "../engine/indicator.h"
#include "plain.h"
#include "random_tree.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { ROWS = 2600 };

static double column[5][ROWS];
static const by_inputs inputs = {.open = column[0],
                                 .high = column[1],
                                 .low = column[2],
                                 .close = column[3],
                                 .volume = column[4]};

static void fill(void) {
    random_source source = {11};
    double close = 100;
    for (int32_t i = 0; i < ROWS; i++) {
        const double open = close;
        close = open * (0.95 + 0.1 * random_fraction(&source));
        close = random_chance(&source, 0.1) ? open : close;
        column[0][i] = open;
        column[1][i] = fmax(open, close) * (1 + 0.01 * random_below(&source, 3));
        column[2][i] = fmin(open, close) * (1 - 0.01 * random_below(&source, 3));
        column[3][i] = close;
        column[4][i] = random_below(&source, 1000);
    }
}

static void check(int32_t kind, int32_t variant, int32_t first, int32_t second) {
    static double fast[ROWS];
    static double plain[ROWS];
    const by_recipe recipe = {.window = {first, second, 3}, .variant = variant};
    (void)by_indicator_compute(kind, &recipe, &inputs, ROWS, fast);
    (void)plain_indicator(kind, &recipe, &inputs, ROWS, plain);
    for (int32_t i = 0; i < ROWS; i++) {
        if (memcmp(&fast[i], &plain[i], sizeof *fast) != 0 &&
            !(isnan(fast[i]) && isnan(plain[i]))) {
            fail_msg("%s, windows %d %d, variant %d, row %d: engine %.17g, plain %.17g",
                     by_indicator_name(kind), first, second, variant, i, fast[i], plain[i]);
        }
    }
}

static void test_tiles(void **unused) {
    (void)unused;
    static const struct {
        int32_t kind;
        int32_t variant;
    } kinds[] = {
        {BY_EMA, 2},          {BY_RSI, 0},
        {BY_RSI, 1},          {BY_RSI, 2},
        {BY_WMA, 0},          {BY_DEMA, 1},
        {BY_TEMA, 1},         {BY_KAMA, 0},
        {BY_HULL, 0},         {BY_WILDER, 0},
        {BY_VWMA, 0},         {BY_VWAP, 0},
        {BY_APO, 2},          {BY_PPO, 2},
        {BY_TRIX, 1},         {BY_STOCHASTIC_RSI, 0},
        {BY_CMO, 0},          {BY_STOCHASTIC_RSI_D, 0},
        {BY_CMO, 1},          {BY_WILLIAMS_R, 0},
        {BY_VOLATILITY, 0},   {BY_VOLATILITY_PARKINSON, 0},
        {BY_SWING_HIGH, 0},   {BY_VOLATILITY_GARMAN_KLASS, 0},
        {BY_SWING_LOW, 0},    {BY_VOLATILITY_YANG_ZHANG, 0},
        {BY_HIGHER_HIGH, 0},  {BY_HIGHER_LOW, 0},
        {BY_TREND_REGIME, 0}, {BY_VOLATILITY_REGIME, 1},
    };
    fill();
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        check(kinds[k].kind, kinds[k].variant, 5, 33);
        check(kinds[k].kind, kinds[k].variant, 40, 1100);
        check(kinds[k].kind, kinds[k].variant, 1030, 2);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_tiles)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
