/* SPDX-License-Identifier: MIT
 *
 * Moments of windows, by halves: those of two halves are put together from how far apart the
 * halves' means are (T. F. Chan, G. H. Golub and R. J. LeVeque, Updating Formulae and a Pairwise
 * Algorithm for Computing Sample Variances, 1979). Sums are kept relative to the first value of
 * their window, so that a large level cancels before anything is rounded.
 */
#include <stdbool.h>
#include <string.h>

#include "../clones.h"
#include "kernel.h"

#define INLINE static inline __attribute__((always_inline))

typedef struct moments {
    double sum;
    double squares;
    double products;
} moments;

/* Columns of them; what is not asked for is NULL. */
typedef struct columns {
    double *sum;
    double *squares;
    double *products;
} columns;

/* Of n values and the n that follow, whose first is `step` above the first of all. */
INLINE moments join(moments a, moments b, double step, double n) {
    const double later = b.sum + n * step;
    const double apart = later - a.sum;
    return (moments){a.sum + later, a.squares + b.squares + apart * apart * (0.5 / n),
                     a.products + b.products + apart * (0.5 * n)};
}

/* Of n values and one more, `step` above the first. */
INLINE moments append(moments a, double step, double n) {
    const double apart = n * step - a.sum;
    return (moments){a.sum + step, a.squares + apart * apart * (1.0 / (n * (n + 1.0))),
                     a.products + apart * 0.5};
}

INLINE void lengthen_by(const double *x, int32_t half, bool odd, int32_t count, const columns *to,
                        const columns *from, bool squares, bool products) {
    const columns all = *to;
    const columns later = *from;
#pragma GCC ivdep
    for (int32_t i = 0; i < count; i++) {
        moments a = {all.sum[i], squares ? all.squares[i] : 0.0, products ? all.products[i] : 0.0};
        const moments b = {later.sum[i], squares ? later.squares[i] : 0.0,
                           products ? later.products[i] : 0.0};
        a = join(a, b, x[i + half] - x[i], half);
        if (odd) {
            a = append(a, x[i + 2 * half] - x[i], 2.0 * half);
        }
        all.sum[i] = a.sum;
        if (squares) {
            all.squares[i] = a.squares;
        }
        if (products) {
            all.products[i] = a.products;
        }
    }
}

/* Windows of `length` from those of half of it, in place; `later` may be further on in `all`. What
 * is asked for is known when this is compiled. */
INLINE void lengthen(const double *x, int32_t length, int32_t count, const columns *all,
                     const columns *later, bool squares, bool products) {
    if (length % 2 == 1) {
        lengthen_by(x, length / 2, true, count, all, later, squares, products);
    } else {
        lengthen_by(x, length / 2, false, count, all, later, squares, products);
    }
}

BY_CLONES static void lengthen_squares(const double *x, int32_t length, int32_t count,
                                       const columns *all, const columns *later) {
    lengthen(x, length, count, all, later, true, false);
}

BY_CLONES static void lengthen_products(const double *x, int32_t length, int32_t count,
                                        const columns *all, const columns *later) {
    lengthen(x, length, count, all, later, false, true);
}

BY_CLONES static void lengthen_both(const double *x, int32_t length, int32_t count,
                                    const columns *all, const columns *later) {
    lengthen(x, length, count, all, later, true, true);
}

static void lengthen_asked(const double *x, int32_t length, int32_t count, const columns *all,
                           const columns *later) {
    if (all->products == NULL) {
        lengthen_squares(x, length, count, all, later);
    } else if (all->squares == NULL) {
        lengthen_products(x, length, count, all, later);
    } else {
        lengthen_both(x, length, count, all, later);
    }
}

static columns from(columns c, int32_t first) {
    return (columns){c.sum + first, c.squares != NULL ? c.squares + first : NULL,
                     c.products != NULL ? c.products + first : NULL};
}

static void clear(double *column, int32_t count) {
    if (column != NULL) {
        memset(column, 0, (size_t)count * sizeof *column);
    }
}

static void copy(double *to, const double *column, int32_t count) {
    if (to != NULL) {
        memcpy(to, column, (size_t)count * sizeof *to);
    }
}

/* In `all`, which has room for bars + window - 1 values. */
static void moments_in(const double *x, int32_t bars, int32_t window, const columns *all) {
    clear(all->sum, bars + window - 1);
    clear(all->squares, bars + window - 1);
    clear(all->products, bars + window - 1);
    for (int32_t shift = kernel_halvings(window); shift-- > 0;) {
        const int32_t length = window >> shift;
        const columns later = from(*all, length / 2);
        lengthen_asked(x, length, bars + window - length, all, &later);
    }
}

static void moments_short(const double *x, int32_t bars, int32_t window, const columns *out) {
    double sum[KERNEL_TILE_WITH_WINDOW];
    double squares[KERNEL_TILE_WITH_WINDOW];
    double products[KERNEL_TILE_WITH_WINDOW];
    const columns all = {sum, out->squares != NULL ? squares : NULL,
                         out->products != NULL ? products : NULL};
    moments_in(x, bars, window, &all);
    copy(out->sum, all.sum, bars);
    copy(out->squares, all.squares, bars);
    copy(out->products, all.products, bars);
}

static void moments_of(const double *x, int32_t bars, int32_t window, const columns *out) {
    if (window <= KERNEL_TILE) {
        moments_short(x, bars, window, out);
        return;
    }
    double sum[KERNEL_TILE];
    double squares[KERNEL_TILE];
    double products[KERNEL_TILE];
    const columns later = {sum, out->squares != NULL ? squares : NULL,
                           out->products != NULL ? products : NULL};
    moments_of(x, bars, window / 2, out);
    moments_of(x + window / 2, bars, window / 2, &later);
    lengthen_asked(x, window, bars, out, &later);
}

void kernel_tile_moments(kernel_ahead *ahead, const double *x, int32_t bars, int32_t window,
                         double *sum, double *squares, double *products) {
    bool missing;
    if (kernel_ahead_serves(ahead, x, bars, window, &missing)) {
        const columns all = {kernel_ahead_column(ahead, 0),
                             squares != NULL ? kernel_ahead_column(ahead, 1) : NULL,
                             products != NULL ? kernel_ahead_column(ahead, 2) : NULL};
        if (missing) {
            moments_in(ahead->begin, ahead->bars, window, &all);
        }
        kernel_ahead_give(ahead, 0, x, bars, sum);
        kernel_ahead_give(ahead, 1, x, bars, squares);
        kernel_ahead_give(ahead, 2, x, bars, products);
        return;
    }
    moments_of(x, bars, window, &(columns){sum, squares, products});
}

BY_CLONES void kernel_tile_deviation(kernel_ahead *ahead, const double *x, int32_t bars,
                                     int32_t window, int32_t divisor, double *above,
                                     double *stdev) {
    double sum[KERNEL_TILE];
    kernel_tile_moments(ahead, x, bars, window, sum, stdev, NULL);
    for (int32_t i = 0; i < bars; i++) {
        above[i] = x[i + window - 1] - x[i] - sum[i] / window;
        stdev[i] = sqrt(stdev[i] / divisor);
    }
}

/* Tiles run from the last to the first, as in kernel_window_mean. */
BY_CLONES void kernel_window_stdev(const double *x, int32_t count, int32_t window, int32_t variant,
                                   double *out) {
    const int32_t divisor = variant == 0 ? window - 1 : window;
    kernel_ahead ahead = kernel_ahead_open(x, count - window + 1, window, KERNEL_MOMENTS, true);
    double sum[KERNEL_TILE];
    double squares[KERNEL_TILE];
    for (int32_t end = count; end >= window;) {
        const int32_t bars = kernel_tile_bars(end - window + 1);
        end -= bars;
        kernel_tile_moments(&ahead, x + end - window + 1, bars, window, sum, squares, NULL);
        for (int32_t i = 0; i < bars; i++) {
            out[end + i] = sqrt(squares[i] / divisor);
        }
    }
    kernel_ahead_close(&ahead);
}
