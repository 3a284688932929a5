/* SPDX-License-Identifier: MIT
 *
 * Highest and lowest values of windows, from those of halves that may overlap.
 */
#include <string.h>

#include "../clones.h"
#include "kernel.h"

/* sign 1: to = the higher one of from and later, sign -1: the lower one; of equal ones from.
 * `from` may be `to`, and `later` ahead of them. */
BY_CLONES static void choose(const double *from, const double *later, int32_t sign, int32_t count,
                             double *to) {
    if (sign > 0) {
#pragma GCC ivdep
        for (int32_t i = 0; i < count; i++) {
            to[i] = later[i] > from[i] ? later[i] : from[i];
        }
        return;
    }
#pragma GCC ivdep
    for (int32_t i = 0; i < count; i++) {
        to[i] = later[i] < from[i] ? later[i] : from[i];
    }
}

/* The same with the places; of equal ones the later one, which is `ahead` further. */
BY_CLONES static void choose_place(double *value, const double *later, double *at,
                                   const double *later_at, int32_t ahead, int32_t sign,
                                   int32_t count) {
    const double step = ahead;
    if (sign > 0) {
#pragma GCC ivdep
        for (int32_t i = 0; i < count; i++) {
            at[i] = later[i] >= value[i] ? later_at[i] + step : at[i];
            value[i] = later[i] >= value[i] ? later[i] : value[i];
        }
        return;
    }
#pragma GCC ivdep
    for (int32_t i = 0; i < count; i++) {
        at[i] = later[i] <= value[i] ? later_at[i] + step : at[i];
        value[i] = later[i] <= value[i] ? later[i] : value[i];
    }
}

/* Doubled while that fits, and then two that overlap, by way of `value`, which has room for bars +
 * window - 1 values and may be `out`. */
static void extreme_by(const double *x, int32_t bars, int32_t window, int32_t sign, double *value,
                       double *out) {
    const double *from = x;
    int32_t length = 1;
    for (; 2 * length < window; length *= 2) {
        choose(from, from + length, sign, bars + window - 2 * length, value);
        from = value;
    }
    choose(from, from + window - length, sign, bars, out);
}

static void extreme(kernel_ahead *ahead, const double *x, int32_t bars, int32_t window,
                    int32_t sign, double *out) {
    bool missing;
    if (kernel_ahead_serves(ahead, x, bars, window, &missing)) {
        if (missing) {
            extreme_by(ahead->begin, ahead->bars, window, sign, ahead->room, ahead->room);
        }
        kernel_ahead_give(ahead, 0, x, bars, out);
        return;
    }
    if (window <= KERNEL_TILE) {
        double value[KERNEL_TILE_WITH_WINDOW];
        extreme_by(x, bars, window, sign, value, out);
        return;
    }
    const int32_t half = window - window / 2;
    double later[KERNEL_TILE];
    extreme(NULL, x, bars, half, sign, out);
    extreme(NULL, x + window - half, bars, half, sign, later);
    choose(out, later, sign, bars, out);
}

/* In `values` and `places`, which have room for bars + window - 1. */
static void place_in(const double *x, int32_t bars, int32_t window, int32_t sign, double *values,
                     double *places) {
    int32_t length = 1;
    memcpy(values, x, (size_t)(bars + window - 1) * sizeof *x);
    memset(places, 0, (size_t)(bars + window - 1) * sizeof *places);
    for (; 2 * length < window; length *= 2) {
        choose_place(values, values + length, places, places + length, length, sign,
                     bars + window - 2 * length);
    }
    const int32_t ahead = window - length;
    choose_place(values, values + ahead, places, places + ahead, ahead, sign, bars);
}

static void place(const double *x, int32_t bars, int32_t window, int32_t sign, double *value,
                  double *at) {
    if (window <= KERNEL_TILE) {
        double values[KERNEL_TILE_WITH_WINDOW];
        double places[KERNEL_TILE_WITH_WINDOW];
        place_in(x, bars, window, sign, values, places);
        memcpy(value, values, (size_t)bars * sizeof *value);
        memcpy(at, places, (size_t)bars * sizeof *at);
        return;
    }
    const int32_t half = window - window / 2;
    double later[KERNEL_TILE];
    double later_at[KERNEL_TILE];
    place(x, bars, half, sign, value, at);
    place(x + window - half, bars, half, sign, later, later_at);
    choose_place(value, later, at, later_at, window - half, sign, bars);
}

static void place_tile(kernel_ahead *ahead, const double *x, int32_t bars, int32_t window,
                       int32_t sign, double *at) {
    bool missing;
    if (kernel_ahead_serves(ahead, x, bars, window, &missing)) {
        if (missing) {
            place_in(ahead->begin, ahead->bars, window, sign, kernel_ahead_column(ahead, 0),
                     kernel_ahead_column(ahead, 1));
        }
        kernel_ahead_give(ahead, 1, x, bars, at);
        return;
    }
    double value[KERNEL_TILE];
    place(x, bars, window, sign, value, at);
}

void kernel_tile_highest(kernel_ahead *ahead, const double *x, int32_t bars, int32_t window,
                         double *highest) {
    extreme(ahead, x, bars, window, 1, highest);
}

void kernel_tile_lowest(kernel_ahead *ahead, const double *x, int32_t bars, int32_t window,
                        double *lowest) {
    extreme(ahead, x, bars, window, -1, lowest);
}

void kernel_tile_highest_at(kernel_ahead *ahead, const double *x, int32_t bars, int32_t window,
                            double *at) {
    place_tile(ahead, x, bars, window, 1, at);
}

void kernel_tile_lowest_at(kernel_ahead *ahead, const double *x, int32_t bars, int32_t window,
                           double *at) {
    place_tile(ahead, x, bars, window, -1, at);
}
