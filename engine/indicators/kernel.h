/* SPDX-License-Identifier: MIT
 *
 * What the indicator files share. A kernel gets `count` >= 1 rows without NaN in what it reads
 * (where a series has no range, `open`, `high` and `low` are its values), oldest first, and writes
 * out[closes_needed - 1 .. count); what stands before is set to NaN by the caller, who calls no
 * kernel with fewer rows than it needs.
 */
#ifndef BY_KERNEL_H
#define BY_KERNEL_H

#include <math.h>
#include <stdbool.h>

#include "../indicator.h"

#define KERNEL_DECLARE(upper, name, windows, numbers, reads, options, title)                       \
    void indicator_##name(const by_recipe *recipe, const by_inputs *in, int32_t count,             \
                          double *out);                                                            \
    int32_t indicator_##name##_closes(const by_recipe *recipe);
BY_INDICATOR_MAP(KERNEL_DECLARE)
#undef KERNEL_DECLARE

/* Neighbouring bars are computed side by side, this many at once. A value is a function of the
 * values in its window alone, put together by halves: from windows of length 1 to those of 2, and
 * so on along the bits of the window (of length 2 n + 1, the last value is added to two of n). That
 * takes about log2(window) operations a bar, each over a tile that stays in the first cache, and as
 * many roundings. Windows longer than a tile are computed ahead for many tiles, or where there is
 * no memory for that, put together from their two halves. */
enum {
    KERNEL_TILE = 1024,
    /* Room for all values of the windows of a tile. Not a power of two, so that what is read and
     * written at the same time lies in different sets of the cache. */
    KERNEL_TILE_WITH_WINDOW = 2 * KERNEL_TILE + 40
};

/* Of `left` >= 1 bars, those of the next tile. */
static inline int32_t kernel_tile_bars(int32_t left) {
    return left < KERNEL_TILE ? left : KERNEL_TILE;
}

/* How many times a window can be halved until 1 is left. */
static inline int32_t kernel_halvings(int32_t window) {
    return 31 - __builtin_clz((unsigned)window);
}

/* Long windows overlap by more than a tile, so what is computed of them serves many tiles: whoever
 * goes from tile to tile over a column, up or down, keeps one of these for each function and column
 * and hands it to the kernel_tile_ functions. NULL does without. */
typedef struct kernel_ahead {
    const double *first; /* where the first and the last window begin */
    const double *last;
    bool down;
    const double *begin; /* windows that begin here and at the next bars are in `room` */
    int32_t bars;
    int32_t rows; /* of a column of `room` */
    double *room; /* NULL when windows are short, or there is no memory */
} kernel_ahead;

/* What the functions keep: so many columns. */
enum {
    KERNEL_SUMS = 1,
    KERNEL_MADE_SUMS = 2,
    KERNEL_EXTREMES = 1,
    KERNEL_PLACES = 2,
    KERNEL_MOMENTS = 3,
    KERNEL_FALLS = 3,
    KERNEL_COMOMENTS = 7
};

/* Over `windows` windows, the first of which begins at x[0]; from the first to the last or `down`
 * from the last to the first. */
kernel_ahead kernel_ahead_open(const double *x, int32_t windows, int32_t window, int32_t columns,
                               bool down);
void kernel_ahead_close(kernel_ahead *ahead);
/* For the kernel_tile_ functions: whether there is room, and then in *missing whether the windows
 * begin .. begin + bars are to be computed, because those of this tile are not among them. */
bool kernel_ahead_serves(kernel_ahead *ahead, const double *x, int32_t bars, int32_t window,
                         bool *missing);
static inline double *kernel_ahead_column(const kernel_ahead *ahead, int32_t column) {
    return ahead->room + (int64_t)column * ahead->rows;
}
/* Copies what column `column` has of a tile, unless `to` is NULL. */
void kernel_ahead_give(const kernel_ahead *ahead, int32_t column, const double *x, int32_t bars,
                       double *to);

/* Of `bars` <= KERNEL_TILE neighbouring windows, the first of which begins at x[0]: their sums;
 * highest and lowest values (of equal ones the oldest), and where in the window (0 is its oldest
 * value) the newest of the highest or lowest ones stands. Columns that are written overlap nothing.
 */
void kernel_tile_sum(kernel_ahead *ahead, const double *x, int32_t bars, int32_t window,
                     double *sum);
void kernel_tile_highest(kernel_ahead *ahead, const double *x, int32_t bars, int32_t window,
                         double *highest);
void kernel_tile_lowest(kernel_ahead *ahead, const double *x, int32_t bars, int32_t window,
                        double *lowest);
void kernel_tile_highest_at(kernel_ahead *ahead, const double *x, int32_t bars, int32_t window,
                            double *at);
void kernel_tile_lowest_at(kernel_ahead *ahead, const double *x, int32_t bars, int32_t window,
                           double *at);
/* Of the same windows: the sum of what the values are above the first one; the sum of the squares
 * of what they differ from their mean; the sum of the products of that with what their places
 * differ from the mean place. One of `squares` and `products` may be NULL.
 */
void kernel_tile_moments(kernel_ahead *ahead, const double *x, int32_t bars, int32_t window,
                         double *sum, double *squares, double *products);

/* The sums of any number of neighbouring windows, by way of `room` for bars + window - 1 values,
 * which `out` may be. */
void kernel_sum_by(const double *x, int32_t bars, int32_t window, double *room, double *out);

/* The same of two series: what they differ from their means, squared and multiplied. */
typedef struct kernel_comoments {
    double squares_x[KERNEL_TILE];
    double squares_y[KERNEL_TILE];
    double products[KERNEL_TILE];
} kernel_comoments;

/* Of windows of both series or, with `returns`, of `window` returns each, the first from x[0] to
 * x[1]. */
void kernel_tile_comoments(kernel_ahead *ahead, const double *x, const double *y, bool returns,
                           int32_t bars, int32_t window, kernel_comoments *out);
/* Squares of returns, summed up over a window, that rounding alone can make of equal ones: each of
 * the two prices and their quotient is rounded by up to 2^-53. */
static inline double kernel_still_returns(int32_t window) {
    return window * 0x1p-102;
}
/* What the last value of each window is above its mean, and the standard deviation. */
void kernel_tile_deviation(kernel_ahead *ahead, const double *x, int32_t bars, int32_t window,
                           int32_t divisor, double *above, double *stdev);

/* The sum of the squares of what the places 0 .. window - 1 differ from their mean. */
static inline double kernel_place_squares(int32_t window) {
    return window * ((double)window * window - 1.0) / 12.0;
}

/* out[i] = mean of x[i - window + 1 .. i], for i >= window - 1.
 * `out` may be `x` here and in the others. */
void kernel_window_mean(const double *x, int32_t count, int32_t window, double *out);
/* out[i] = standard deviation of the same stretch with the divisor window - 1 (variant 0) or window
 * (variant 1), for i >= window - 1; NaN where that is 0. */
void kernel_window_stdev(const double *x, int32_t count, int32_t window, int32_t variant,
                         double *out);
/* r[i] = x[i] / x[i - 1] - 1 for i in 1 .. count - 1. */
void kernel_returns(const double *x, int32_t count, double *r);

/* A month of momentum indicators, in bars. */
enum { KERNEL_MONTH = 21 };

/* The return over the `months` up to *close. */
static inline double kernel_return_over(const double *close, int32_t months) {
    return *close / *(close - months * KERNEL_MONTH) - 1.0;
}

/* The true range of bar i >= 1. */
static inline double kernel_true_range(const by_inputs *in, int32_t i) {
    double range = in->high[i] - in->low[i];
    const double above = fabs(in->high[i] - in->close[i - 1]);
    const double below = fabs(in->low[i] - in->close[i - 1]);
    range = above > range ? above : range;
    return below > range ? below : range;
}

/* An exponential average with the factor 2 / (window + 1). */
typedef struct kernel_average {
    double factor;
    double rest;
    double value;
} kernel_average;

static inline kernel_average kernel_average_from(int32_t window, double seed) {
    const double factor = 2.0 / (window + 1);
    return (kernel_average){factor, 1.0 - factor, seed};
}

static inline double kernel_average_add(kernel_average *average, double x) {
    average->value = average->factor * x + average->rest * average->value;
    return average->value;
}

/* What exponential averages begin with. */
enum {
    KERNEL_SEED_FIRST, /* the first value */
    KERNEL_SEED_MEAN   /* the plain mean of the first `window` values, at the last of them */
};

/* The average after x[0 .. count); count >= window. */
kernel_average kernel_average_after(const double *x, int32_t count, int32_t window, int32_t seed);
/* The averages of x from the window-th value on. `out` may be `x` in both. */
void kernel_exponential(const double *x, int32_t count, int32_t window, int32_t seed, double *out);
/* What x is above these. */
void kernel_above_exponential(const double *x, int32_t count, int32_t window, int32_t seed,
                              double *out);

#endif
