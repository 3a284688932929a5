/* SPDX-License-Identifier: MIT */
#include "indicator_trial.h"
#include "random_tree.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { VARIANTS_MAX = 32 };

by_inputs trial_inputs(const indicator_bars *b) {
    return (by_inputs){b->columns[0], b->columns[1], b->columns[2], b->columns[3],
                       b->columns[4], b->columns[5], b->time};
}

void trial_walk(indicator_bars *b, uint64_t seed) {
    random_source source = {seed};
    double close = 100;
    double other = 50;
    for (int32_t i = 0; i < ROWS; i++) {
        const double open = close + (random_below(&source, 33) - 16) / 64.0;
        close = fmax(20, open + (random_below(&source, 257) - 128) / 64.0);
        other = fmax(10, other + (random_below(&source, 129) - 64) / 64.0);
        b->columns[0][i] = open;
        b->columns[1][i] = fmax(open, close) + random_below(&source, 40) / 64.0;
        b->columns[2][i] = fmin(open, close) - random_below(&source, 40) / 64.0;
        b->columns[3][i] = close;
        b->columns[4][i] = random_chance(&source, 0.1) ? 0 : random_below(&source, 1000);
        b->columns[5][i] = other;
        b->time[i] = INT64_C(3600) * i;
    }
}

void trial_line(indicator_bars *b, double begin, double step) {
    const double size = fabs(step);
    trial_walk(b, 1);
    for (int32_t i = 0; i < ROWS; i++) {
        const double close = begin + step * i;
        b->columns[0][i] = close - step / 2;
        b->columns[1][i] = close + (step > 0 ? size / 4 : size * 3 / 4);
        b->columns[2][i] = close - (step > 0 ? size * 3 / 4 : size / 4);
        b->columns[3][i] = close;
        b->columns[4][i] = 1;
    }
}

const by_recipe trial_recipes[RECIPES] = {
    {.window = {3, 5, 2}, .number = {0.02, 0.2}},
    {.window = {1, 1, 1}, .number = {2, 2}},
    {.window = {14, 9, 4}, .number = {1.5, 0.5}},
    {.window = {20, 33, 7}, .number = {0.1, 3}},
};

void trial_all(void (*test)(int32_t kind, const by_recipe *recipe)) {
    for (int32_t kind = 0; kind < BY_INDICATOR_COUNT; kind++) {
        for (int32_t r = 0; r < RECIPES; r++) {
            by_recipe recipe = trial_recipes[r];
            const int32_t most = by_indicator_variant_max(kind);
            for (int32_t v = 0; v <= most && v < VARIANTS_MAX; v++) {
                recipe.variant = v;
                test(kind, &recipe);
            }
        }
    }
}

void trial_fail(const char *what, int32_t kind, const by_recipe *recipe, int32_t row, double value,
                double expected) {
    fail_msg("%s: %s(%d, %d, %d) variant %d, row %d: %.17g, not %.17g", what,
             by_indicator_name(kind), recipe->window[0], recipe->window[1], recipe->window[2],
             recipe->variant, row, value, expected);
}

void trial_compute(int32_t kind, const by_recipe *recipe, const by_inputs *inputs, int32_t count,
                   double *out) {
    const int32_t first = by_indicator_compute(kind, recipe, inputs, count, out);
    assert_true(first >= 0 && first <= count && (first == count || !isnan(out[first])));
    for (int32_t i = 0; i < first; i++) {
        assert_true(isnan(out[i]));
    }
}

bool trial_same(double a, double b) {
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

bool trial_begins_by_itself(int32_t kind) {
    return (kind >= BY_SWING_HIGH && kind <= BY_HIGHER_LOW) || kind == BY_VWMA || kind == BY_VWAP ||
           kind == BY_LINREG_R2 || kind == BY_CORRELATION || kind == BY_BETA;
}
