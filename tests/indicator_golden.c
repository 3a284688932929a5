/* SPDX-License-Identifier: MIT */
#include "indicator_golden.h"
#include "plain.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

const golden_compute both[2] = {by_indicator_compute, plain_indicator};

const double golden_close[GOLDEN] = {4, 8, 6, 6, 12, 3, 3};
static const double golden_open[GOLDEN] = {4, 6, 8, 7, 6, 9, 3};
static const double golden_high[GOLDEN] = {5, 9, 8, 7, 12, 10, 4};
static const double golden_low[GOLDEN] = {3, 5, 5, 5, 6, 2, 2};
const double golden_volume[GOLDEN] = {10, 20, 30, 40, 50, 60, 70};
static const double golden_other[GOLDEN] = {2, 4, 2, 4, 2, 4, 2};
const by_inputs golden_inputs = {.open = golden_open,
                                 .high = golden_high,
                                 .low = golden_low,
                                 .close = golden_close,
                                 .volume = golden_volume,
                                 .other = golden_other};

static by_recipe recipe_of(const golden_case *c) {
    by_recipe recipe = {.variant = c->variant, .number = {1, 1}};
    memcpy(recipe.window, c->window, sizeof recipe.window);
    return recipe;
}

static int32_t compute_golden(int32_t f, const golden_case *c, const by_inputs *inputs,
                              int32_t count, double *out) {
    const by_recipe recipe = recipe_of(c);
    return both[f](c->kind, &recipe, inputs, count, out);
}

void golden_check(const golden_case *cases, size_t count) {
    for (size_t g = 0; g < count; g++) {
        for (int32_t f = 0; f < 2; f++) {
            double out[GOLDEN];
            int32_t first = compute_golden(f, &cases[g], &golden_inputs, GOLDEN, out);
            if (first != cases[g].first) {
                fail_msg("case %zu: first value at %d", g, first);
            }
            for (int32_t i = 0; i < GOLDEN; i++) {
                double expected = cases[g].value[i];
                bool good = i < first ? isnan(out[i])
                                      : fabs(out[i] - expected) <= 4e-14 * fmax(1, fabs(expected));
                if (!good) {
                    fail_msg("case %zu: %.17g at %d, not %.17g", g, out[i], i, expected);
                }
            }
        }
    }
}

enum { TWICE = 2 * GOLDEN + 5 };

/* The golden bars at rows 1 and GOLDEN + 4, one bar alone between them, NaN around. */
static void spread(const double *column, double one, double *out) {
    for (int32_t i = 0; i < TWICE; i++) {
        out[i] = NAN;
    }
    memcpy(out + 1, column, sizeof golden_close);
    out[GOLDEN + 2] = one;
    memcpy(out + GOLDEN + 4, column, sizeof golden_close);
}

void golden_check_inside(const golden_case *cases, size_t count) {
    double open[TWICE];
    double close[TWICE];
    double high[TWICE];
    double low[TWICE];
    double volume[TWICE];
    double other[TWICE];
    double alone[GOLDEN];
    double out[TWICE];
    const by_inputs inputs = {
        .open = open, .high = high, .low = low, .close = close, .volume = volume, .other = other};
    spread(golden_other, 1, other);
    spread(golden_open, 1, open);
    spread(golden_close, 1, close);
    spread(golden_high, 2, high);
    spread(golden_low, 1, low);
    spread(golden_volume, 9, volume);
    for (size_t g = 0; g < count; g++) {
        for (int32_t f = 0; f < 2; f++) {
            int32_t first = compute_golden(f, &cases[g], &golden_inputs, GOLDEN, alone);
            const by_recipe recipe = recipe_of(&cases[g]);
            int32_t needed = by_indicator_closes_needed(cases[g].kind, &recipe);
            int32_t expected = first < GOLDEN ? first + 1 : TWICE;
            assert_int_equal(compute_golden(f, &cases[g], &inputs, TWICE, out), expected);
            for (int32_t i = 0; i < TWICE; i++) {
                int32_t at = i > GOLDEN + 3 ? i - GOLDEN - 4 : i - 1;
                bool inside = at >= 0 && at < GOLDEN && !isnan(close[i]) && i != GOLDEN + 2;
                bool one = i == GOLDEN + 2 && needed == 1 && first == 0;
                double value = inside ? alone[at] : NAN;
                assert_true(one ? !isnan(out[i])
                                : memcmp(&out[i], &value, sizeof value) == 0 ||
                                      (isnan(out[i]) && isnan(value)));
            }
        }
    }
}
