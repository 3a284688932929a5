/* SPDX-License-Identifier: MIT
 *
 * Bars and recipes that every kind of indicator is tried with.
 */
#ifndef BY_INDICATOR_TRIAL_H
#define BY_INDICATOR_TRIAL_H

#include "../engine/indicator.h"

#include <stdbool.h>

enum { ROWS = 400, COLUMNS = 6, RECIPES = 4 };

/* open, high, low, close, volume, other */
typedef struct indicator_bars {
    double columns[COLUMNS][ROWS];
    int64_t time[ROWS];
} indicator_bars;

by_inputs trial_inputs(const indicator_bars *b);
/* A walk in 64ths, so that scales and levels change it without a rounding. */
void trial_walk(indicator_bars *b, uint64_t seed);
/* Bars that rise (or fall) by `step` each. */
void trial_line(indicator_bars *b, double begin, double step);

extern const by_recipe trial_recipes[RECIPES];
/* Calls `test` for every kind, recipe and variant (of those with many, the first). */
void trial_all(void (*test)(int32_t kind, const by_recipe *recipe));

/* As by_indicator_compute, and holds what that returns against what it writes. */
void trial_compute(int32_t kind, const by_recipe *recipe, const by_inputs *inputs, int32_t count,
                   double *out);
/* Whether they have the same bits or are both NaN. */
bool trial_same(double a, double b);
/* Fails the test: says `what` of which value. */
void trial_fail(const char *what, int32_t kind, const by_recipe *recipe, int32_t row, double value,
                double expected);
/* Whether a kind has values only where the data say so: a swing, two of them; something moves. */
bool trial_begins_by_itself(int32_t kind);

#endif
