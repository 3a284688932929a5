/* SPDX-License-Identifier: MIT
 *
 * Moments of windows of two series, by halves, as those of one (kernel_moments.c).
 */
#include <stdbool.h>
#include <string.h>

#include "../clones.h"
#include "kernel.h"

/* The series, or their returns. */
typedef struct pair {
    const double *x;
    const double *y;
    bool returns;
} pair;

/* Sums of what the values are above the first of the window, and the rest of kernel_comoments. */
typedef struct columns {
    double *sum_x;
    double *sum_y;
    double *squares_x;
    double *squares_y;
    double *products;
} columns;

/* Places of each value of a window in the arrays that are joined: of its first, of the first of its
 * second half, and of its last. */
typedef struct places {
    const double *first;
    const double *middle;
    const double *last;
} places;

BY_CLONES static void fetch_one(const double *x, bool returns, int32_t first, int32_t count,
                                double *out) {
    if (!returns) {
        memcpy(out, x + first, (size_t)count * sizeof *out);
        return;
    }
    for (int32_t i = 0; i < count; i++) {
        out[i] = x[first + i + 1] / x[first + i] - 1.0;
    }
}

static inline __attribute__((always_inline)) void lengthen_by(places x, places y, int32_t half,
                                                              bool odd, int32_t count,
                                                              const columns *to,
                                                              const columns *from) {
    const columns all = *to;
    const columns later = *from;
    const double n = half;
    const double more = 1.0 / (2.0 * n * (2.0 * n + 1.0));
#pragma GCC ivdep
    for (int32_t i = 0; i < count; i++) {
        const double later_x = later.sum_x[i] + n * (x.middle[i] - x.first[i]);
        const double later_y = later.sum_y[i] + n * (y.middle[i] - y.first[i]);
        const double apart_x = later_x - all.sum_x[i];
        const double apart_y = later_y - all.sum_y[i];
        double sum_x = all.sum_x[i] + later_x;
        double sum_y = all.sum_y[i] + later_y;
        double squares_x = all.squares_x[i] + later.squares_x[i] + apart_x * apart_x * (0.5 / n);
        double squares_y = all.squares_y[i] + later.squares_y[i] + apart_y * apart_y * (0.5 / n);
        double products = all.products[i] + later.products[i] + apart_x * apart_y * (0.5 / n);
        if (odd) {
            const double step_x = x.last[i] - x.first[i];
            const double step_y = y.last[i] - y.first[i];
            const double last_x = 2.0 * n * step_x - sum_x;
            const double last_y = 2.0 * n * step_y - sum_y;
            sum_x += step_x;
            sum_y += step_y;
            squares_x += last_x * last_x * more;
            squares_y += last_y * last_y * more;
            products += last_x * last_y * more;
        }
        all.sum_x[i] = sum_x;
        all.sum_y[i] = sum_y;
        all.squares_x[i] = squares_x;
        all.squares_y[i] = squares_y;
        all.products[i] = products;
    }
}

/* Windows of `length` from those of half of it, in place; `later` may be further on in `all`. */
BY_CLONES static void lengthen(const places *x, const places *y, int32_t length, int32_t count,
                               const columns *all, const columns *later) {
    if (length % 2 == 1) {
        lengthen_by(*x, *y, length / 2, true, count, all, later);
    } else {
        lengthen_by(*x, *y, length / 2, false, count, all, later);
    }
}

static places places_in(const double *x, int32_t length) {
    return (places){x, x + length / 2, x + length - 1};
}

/* Room for bars + window - 1 values each. */
typedef struct comoment_room {
    double *x;
    double *y;
    columns moments;
} comoment_room;

static void comoments_in(const pair *of, int32_t first, int32_t bars, int32_t window,
                         const comoment_room *room) {
    const columns *all = &room->moments;
    const int32_t rows = bars + window - 1;
    double *const cleared[] = {all->sum_x, all->sum_y, all->squares_x, all->squares_y,
                               all->products};
    fetch_one(of->x, of->returns, first, rows, room->x);
    fetch_one(of->y, of->returns, first, rows, room->y);
    for (int32_t m = 0; m < 5; m++) {
        memset(cleared[m], 0, (size_t)rows * sizeof *cleared[m]);
    }
    for (int32_t shift = kernel_halvings(window); shift-- > 0;) {
        const int32_t length = window >> shift;
        const int32_t half = length / 2;
        const places in_x = places_in(room->x, length);
        const places in_y = places_in(room->y, length);
        const columns later = {all->sum_x + half, all->sum_y + half, all->squares_x + half,
                               all->squares_y + half, all->products + half};
        lengthen(&in_x, &in_y, length, bars + window - length, all, &later);
    }
}

static void comoments_short(const pair *of, int32_t first, int32_t bars, int32_t window,
                            const columns *out) {
    double x[KERNEL_TILE_WITH_WINDOW];
    double y[KERNEL_TILE_WITH_WINDOW];
    double moment[5][KERNEL_TILE_WITH_WINDOW];
    const columns all = {moment[0], moment[1], moment[2], moment[3], moment[4]};
    comoments_in(of, first, bars, window, &(comoment_room){x, y, all});
    memcpy(out->sum_x, all.sum_x, (size_t)bars * sizeof *x);
    memcpy(out->sum_y, all.sum_y, (size_t)bars * sizeof *x);
    memcpy(out->squares_x, all.squares_x, (size_t)bars * sizeof *x);
    memcpy(out->squares_y, all.squares_y, (size_t)bars * sizeof *x);
    memcpy(out->products, all.products, (size_t)bars * sizeof *x);
}

static void comoments(const pair *of, int32_t first, int32_t bars, int32_t window,
                      const columns *out) {
    if (window <= KERNEL_TILE) {
        comoments_short(of, first, bars, window, out);
        return;
    }
    double moment[5][KERNEL_TILE];
    double x[3][KERNEL_TILE];
    double y[3][KERNEL_TILE];
    const int32_t at[3] = {first, first + window / 2, first + window - 1};
    const columns later = {moment[0], moment[1], moment[2], moment[3], moment[4]};
    const places in_x = {x[0], x[1], x[2]};
    const places in_y = {y[0], y[1], y[2]};
    for (int32_t p = 0; p < 3; p++) {
        fetch_one(of->x, of->returns, at[p], bars, x[p]);
        fetch_one(of->y, of->returns, at[p], bars, y[p]);
    }
    comoments(of, first, bars, window / 2, out);
    comoments(of, at[1], bars, window / 2, &later);
    lengthen(&in_x, &in_y, window, bars, out, &later);
}

void kernel_tile_comoments(kernel_ahead *ahead, const double *x, const double *y, bool returns,
                           int32_t bars, int32_t window, kernel_comoments *out) {
    bool missing;
    if (kernel_ahead_serves(ahead, x, bars, window, &missing)) {
        double *column[KERNEL_COMOMENTS];
        for (int32_t c = 0; c < KERNEL_COMOMENTS; c++) {
            column[c] = kernel_ahead_column(ahead, c);
        }
        if (missing) {
            const pair of = {ahead->begin, y - (x - ahead->begin), returns};
            const columns all = {column[2], column[3], column[4], column[5], column[6]};
            comoments_in(&of, 0, ahead->bars, window, &(comoment_room){column[0], column[1], all});
        }
        kernel_ahead_give(ahead, 4, x, bars, out->squares_x);
        kernel_ahead_give(ahead, 5, x, bars, out->squares_y);
        kernel_ahead_give(ahead, 6, x, bars, out->products);
        return;
    }
    double sum_x[KERNEL_TILE];
    double sum_y[KERNEL_TILE];
    const columns all = {sum_x, sum_y, out->squares_x, out->squares_y, out->products};
    comoments(&(pair){x, y, returns}, 0, bars, window, &all);
}
