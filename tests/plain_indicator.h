/* SPDX-License-Identifier: MIT
 *
 * Between the files of the plain indicators. Each function fills out[0 .. count) over one stretch
 * without NaN in what the kind reads (`high` and `low` are there) when the kind is its own, and
 * else returns false. `out` holds NaN on entry. The order of each sum is part of the definition, so
 * that the last bit is defined, too: by halves over windows, else oldest to newest.
 */
#ifndef BY_PLAIN_INDICATOR_H
#define BY_PLAIN_INDICATOR_H

#include <stdbool.h>

#include "../engine/indicator.h"

typedef bool plain_fill(int32_t kind, const by_recipe *recipe, const by_inputs *in, int32_t count,
                        double *out);

/* Of p[0 .. w): the sum, put together from those of its halves and the last value when w is odd,
 * and the mean; what the values are above the first one, summed up, the squares of what they differ
 * from their mean, and its products with what their places differ from the mean place. */
double plain_sum(const double *p, int32_t w);
double plain_mean(const double *p, int32_t w);

typedef struct plain_moment {
    double sum;
    double squares;
    double products;
} plain_moment;

plain_moment plain_moments(const double *p, int32_t w);

/* Of both, and the sum of the products of what they differ from their means. */
typedef struct plain_comoment {
    plain_moment of_p;
    plain_moment of_q;
    double products;
} plain_comoment;

plain_comoment plain_comoments(const double *p, const double *q, int32_t w);

/* Of a window of closes; of all closes up to a row; of highs, lows and volumes; and those that
 * their files name. */
plain_fill plain_fill_windows;
plain_fill plain_fill_histories;
plain_fill plain_fill_bars;
plain_fill plain_fill_averages;
plain_fill plain_fill_ranges;
plain_fill plain_fill_moments;
plain_fill plain_fill_structures;

/* Exponential averages of x from the w-th value on, NaN before. They begin with the first value,
 * or, by `seed` 1, with the plain mean of the first w ones. */
void plain_exponential(const double *x, int32_t count, int32_t w, int32_t seed, double *out);
/* The mean of the last w changes up to row t over the mean of their sizes, *way; `flat` where
 * nothing changed. */
double plain_efficiency(const double *p, int32_t t, int32_t w, double flat, double *way);
/* Highest and lowest of the w values that end with row t. */
double plain_highest(const double *p, int32_t t, int32_t w);
double plain_lowest(const double *p, int32_t t, int32_t w);
/* Room for `count` values, all NaN, for the caller to free. */
double *plain_values(int32_t count);

/* As plain_indicator, by `custom` unless it is NULL; *status keeps the first failure. */
int32_t plain_kind(const by_custom *custom, int32_t kind, const by_recipe *recipe,
                   const by_inputs *inputs, int32_t count, double *out, by_status *status);

#endif
