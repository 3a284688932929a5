/* SPDX-License-Identifier: MIT
 *
 * Which columns of other software are which of our indicators, by tool, and which are none or
 * differ, and why.
 */
#ifndef BY_REFERENCE_ROWS_H
#define BY_REFERENCE_ROWS_H

#include "../engine/indicator.h"

#include <stdbool.h>
#include <stddef.h>

typedef int32_t reference_compute(int32_t kind, const by_recipe *recipe, const by_inputs *inputs,
                                  int32_t count, double *out);

/* Whether `name` is `pattern` with a whole number for %d, which goes to *w. */
bool reference_matches(const char *pattern, const char *name, int32_t *w);

/* What is put together from indicators: writes out[0 .. count), `w` being the window. */
typedef void reference_combination(reference_compute *compute, int32_t w, const by_inputs *inputs,
                                   int32_t count, double *out);

reference_combination reference_momentum, reference_sum, reference_typical, reference_intercept,
    reference_forecast, reference_angle, reference_triangular, reference_adxr, reference_balance;

/* What a column is measured by: its errors may grow with the largest close or return up to there.
 */
typedef enum reference_measure { BY_NOTHING, BY_CLOSES, BY_RETURNS } reference_measure;

/* Where only one of us has a value: they have some before ours or where ours is not defined; or
 * none yet, or none where nothing changed. */
enum { MORE = 1, FEWER = 2 };

/* The second series of what reads one: the one beside it; the same with the two swapped; opens. Or
 * no range: closes stand for it. */
typedef enum reference_second { BESIDE, SWAPPED, OPENS, NO_RANGE } reference_second;

/* A column: its name, with %d where its windows stand; how far it may be off relative to itself and
 * relative to what it is measured by; its unit over ours (0 is 1); whether it has MORE or FEWER
 * values; after how many rows what it began with is forgotten; and for these two, why. */
typedef struct reference_row {
    const char *name;
    int32_t kind;
    double off;
    double off_scale;
    reference_measure measure;
    int32_t window[3];
    int32_t variant;
    double number[2];
    double unit;
    reference_second second;
    reference_combination *combination;
    int32_t only;
    int32_t from;
    const char *why;
} reference_row;

/* What a row does not say is 0. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

typedef struct reference_tool {
    const char *tool; /* NAME of SERIES.NAME.csv */
    const reference_row *rows;
    size_t count;
} reference_tool;

extern const reference_tool reference_talib, reference_tulip, reference_pandas, reference_exact,
    reference_composer;

/* The columns of the series that are not met, and why. Both are patterns as of a shell's file
 * names, with | between several. */
typedef struct reference_exception {
    const char *column;
    const char *series;
    const char *why;
} reference_exception;

extern const reference_exception reference_unmet[];
extern const size_t reference_unmet_count;

#endif
