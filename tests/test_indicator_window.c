/* SPDX-License-Identifier: MIT
 *
 * Indicators of windows over more bars than are computed side by side, and with windows longer than
 * that: each value must be, to the last bit, what its window gives alone.
 */
#include "../engine/indicator.h"
#include "plain.h"
#include "random_tree.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { ROWS = 7000 };

static double column[6][ROWS];

static by_inputs inputs_from(int32_t row) {
    return (by_inputs){.open = column[0] + row,
                       .high = column[1] + row,
                       .low = column[2] + row,
                       .close = column[3] + row,
                       .volume = column[4] + row,
                       .other = column[5] + row};
}

/* Closes with ties, and a level now and then far from the one before. */
static void fill(random_source *source) {
    double level = 100;
    for (int32_t i = 0; i < ROWS; i++) {
        level = random_chance(source, 0.001) ? 100 * (1 + random_below(source, 1000)) : level;
        level += random_below(source, 5) - 2;
        level = level > 1 ? level : 1;
        column[3][i] = level;
        column[0][i] = level * (1 + 0.01 * random_fraction(source));
        column[1][i] = level + random_below(source, 3);
        column[2][i] = level - 0.5 * random_below(source, 2);
        column[4][i] = random_below(source, 1000);
        column[5][i] = 50 + random_fraction(source);
    }
}

static const int32_t kinds[] = {BY_AROON,
                                BY_AROON_DOWN,
                                BY_AROON_UP,
                                BY_BETA,
                                BY_BOLLINGER_UPPER,
                                BY_CCI,
                                BY_CORRELATION,
                                BY_DONCHIAN_LOWER,
                                BY_DONCHIAN_MIDDLE,
                                BY_DONCHIAN_UPPER,
                                BY_HIGHEST,
                                BY_HIGHEST_BARS,
                                BY_HULL,
                                BY_LINREG,
                                BY_LINREG_R2,
                                BY_LOWEST,
                                BY_LOWEST_BARS,
                                BY_MAX_DRAWDOWN,
                                BY_MEAN_RETURN,
                                BY_MFI,
                                BY_PERCENTILE,
                                BY_PPO,
                                BY_SMA,
                                BY_STDEV_PRICE,
                                BY_STDEV_RETURN,
                                BY_STOCHASTIC,
                                BY_STOCHASTIC_D,
                                BY_STOCHASTIC_FAST_D,
                                BY_STOCHASTIC_FAST_K,
                                BY_STOCHASTIC_K,
                                BY_TREND_CLARITY,
                                BY_ULCER,
                                BY_TREND_REGIME,
                                BY_ULTIMATE_OSCILLATOR,
                                BY_VARIANCE,
                                BY_VOLATILITY,
                                BY_VOLATILITY_YANG_ZHANG,
                                BY_VWAP,
                                BY_WMA,
                                BY_ZSCORE};

static void check(int32_t kind, const by_recipe *recipe, random_source *source) {
    static double whole[ROWS];
    static double alone[ROWS];
    const int32_t needed = by_indicator_closes_needed(kind, recipe);
    const by_inputs all = inputs_from(0);
    if (needed > ROWS) {
        return;
    }
    (void)by_indicator_compute(kind, recipe, &all, ROWS, whole);
    for (int32_t n = 0; n < 3; n++) {
        const int32_t t = n == 0 ? ROWS - 1 : needed - 1 + random_below(source, ROWS - needed + 1);
        const by_inputs part = inputs_from(t - needed + 1);
        (void)plain_indicator(kind, recipe, &part, needed, alone);
        if (memcmp(&whole[t], &alone[needed - 1], sizeof *whole) != 0) {
            fail_msg("%s, window %d, variant %d, row %d: engine %.17g, plain %.17g",
                     by_indicator_name(kind), recipe->window[0], recipe->variant, t, whole[t],
                     alone[needed - 1]);
        }
    }
}

static void test_windows(void **unused) {
    (void)unused;
    static const int32_t windows[] = {2,    3,    31,   500,  1023, 1024, 1025,
                                      1500, 2047, 2048, 2049, 4095, 5001, 6990};
    random_source source = {7};
    fill(&source);
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        for (size_t w = 0; w < sizeof windows / sizeof *windows; w++) {
            for (int32_t v = kinds[k] == BY_PPO ? 2 : 0; v <= by_indicator_variant_max(kinds[k]);
                 v++) {
                const by_recipe recipe = {
                    .window = {windows[w], 3, 2}, .number = {2, 2}, .variant = v};
                check(kinds[k], &recipe, &source);
            }
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_windows)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
