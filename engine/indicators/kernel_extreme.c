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

/* Doubled while that fits, and then two that overlap. */
static void extreme_short(const double *x, int32_t bars, int32_t window, int32_t sign,
                          double *out) {
    double value[KERNEL_TILE_WITH_WINDOW];
    const double *from = x;
    int32_t length = 1;
    for (; 2 * length < window; length *= 2) {
        choose(from, from + length, sign, bars + window - 2 * length, value);
        from = value;
    }
    choose(from, from + window - length, sign, bars, out);
}

static void extreme(const double *x, int32_t bars, int32_t window, int32_t sign, double *out) {
    if (window <= KERNEL_TILE) {
        extreme_short(x, bars, window, sign, out);
        return;
    }
    const int32_t half = window - window / 2;
    double later[KERNEL_TILE];
    extreme(x, bars, half, sign, out);
    extreme(x + window - half, bars, half, sign, later);
    choose(out, later, sign, bars, out);
}

static void place_short(const double *x, int32_t bars, int32_t window, int32_t sign, double *value,
                        double *at) {
    double values[KERNEL_TILE_WITH_WINDOW];
    double places[KERNEL_TILE_WITH_WINDOW];
    int32_t length = 1;
    memcpy(values, x, (size_t)(bars + window - 1) * sizeof *x);
    memset(places, 0, (size_t)(bars + window - 1) * sizeof *places);
    for (; 2 * length < window; length *= 2) {
        choose_place(values, values + length, places, places + length, length, sign,
                     bars + window - 2 * length);
    }
    const int32_t ahead = window - length;
    choose_place(values, values + ahead, places, places + ahead, ahead, sign, bars);
    memcpy(value, values, (size_t)bars * sizeof *value);
    memcpy(at, places, (size_t)bars * sizeof *at);
}

static void place(const double *x, int32_t bars, int32_t window, int32_t sign, double *value,
                  double *at) {
    if (window <= KERNEL_TILE) {
        place_short(x, bars, window, sign, value, at);
        return;
    }
    const int32_t half = window - window / 2;
    double later[KERNEL_TILE];
    double later_at[KERNEL_TILE];
    place(x, bars, half, sign, value, at);
    place(x + window - half, bars, half, sign, later, later_at);
    choose_place(value, later, at, later_at, window - half, sign, bars);
}

void kernel_tile_highest(const double *x, int32_t bars, int32_t window, double *highest) {
    extreme(x, bars, window, 1, highest);
}

void kernel_tile_lowest(const double *x, int32_t bars, int32_t window, double *lowest) {
    extreme(x, bars, window, -1, lowest);
}

void kernel_tile_highest_at(const double *x, int32_t bars, int32_t window, double *at) {
    double value[KERNEL_TILE];
    place(x, bars, window, 1, value, at);
}

void kernel_tile_lowest_at(const double *x, int32_t bars, int32_t window, double *at) {
    double value[KERNEL_TILE];
    place(x, bars, window, -1, value, at);
}
