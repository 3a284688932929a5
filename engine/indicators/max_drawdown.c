/* SPDX-License-Identifier: MIT
 *
 * max_drawdown(w): largest fall from a close to a later one within the last w closes, positive:
 * max (1 - later / earlier) * 100.
 *
 * First value: after w bars.
 * Units: percent, 0 to 100.
 * Flat or empty: 0 where no close is below an earlier one. A value below 0, which prices do not
 * have, counts as 0: all is lost.
 * Agrees: pandas (window / window.cummax() - 1).min() of w closes, as a fraction that is not
 * positive.
 * Source: M. Magdon-Ismail and A. F. Atiya, Maximum Drawdown, Risk Magazine, 2004.
 */
#include <string.h>

#include "../clones.h"
#include "kernel.h"

int32_t indicator_max_drawdown_closes(const by_recipe *recipe) {
    return recipe->window[0];
}

typedef struct columns {
    double *highest;
    double *lowest;
    double *fall;
} columns;

/* The fall within two stretches is the largest of those within each and that from the highest of
 * the first one to the lowest of the second. (0 / 0 is no fall.) */
static inline __attribute__((always_inline)) void join(columns all, int32_t i, double highest,
                                                       double lowest, double fall) {
    const double across = 1.0 - lowest / all.highest[i];
    const double within = fall > all.fall[i] ? fall : all.fall[i];
    all.fall[i] = across > within ? across : within;
    all.highest[i] = highest > all.highest[i] ? highest : all.highest[i];
    all.lowest[i] = lowest < all.lowest[i] ? lowest : all.lowest[i];
}

/* Windows of `length` from those of half of it, in place; `later` may be further on in `all`. */
BY_CLONES static void lengthen(const double *x, int32_t length, int32_t count, const columns *all,
                               const columns *later) {
    const int32_t half = length / 2;
    const columns a = *all;
    const columns b = *later;
#pragma GCC ivdep
    for (int32_t i = 0; i < count; i++) {
        join(a, i, b.highest[i], b.lowest[i], b.fall[i]);
    }
    if (length % 2 == 1) {
#pragma GCC ivdep
        for (int32_t i = 0; i < count; i++) {
            const double last = x[i + 2 * half] > 0.0 ? x[i + 2 * half] : 0.0;
            join(a, i, last, last, 0.0);
        }
    }
}

/* In `all`, which has room for bars + window - 1 values each. */
BY_CLONES static void falls_in(const double *x, int32_t bars, int32_t window, columns all) {
    for (int32_t i = 0; i < bars + window - 1; i++) {
        all.highest[i] = all.lowest[i] = x[i] > 0.0 ? x[i] : 0.0;
        all.fall[i] = 0.0;
    }
    for (int32_t shift = kernel_halvings(window); shift-- > 0;) {
        const int32_t length = window >> shift;
        const int32_t half = length / 2;
        const columns later = {all.highest + half, all.lowest + half, all.fall + half};
        lengthen(x, length, bars + window - length, &all, &later);
    }
}

static void falls_short(const double *x, int32_t bars, int32_t window, const columns *out) {
    double highest[KERNEL_TILE_WITH_WINDOW];
    double lowest[KERNEL_TILE_WITH_WINDOW];
    double fall[KERNEL_TILE_WITH_WINDOW];
    falls_in(x, bars, window, (columns){highest, lowest, fall});
    memcpy(out->highest, highest, (size_t)bars * sizeof *highest);
    memcpy(out->lowest, lowest, (size_t)bars * sizeof *lowest);
    memcpy(out->fall, fall, (size_t)bars * sizeof *fall);
}

static void falls(const double *x, int32_t bars, int32_t window, const columns *out) {
    if (window <= KERNEL_TILE) {
        falls_short(x, bars, window, out);
        return;
    }
    double highest[KERNEL_TILE];
    double lowest[KERNEL_TILE];
    double fall[KERNEL_TILE];
    const columns later = {highest, lowest, fall};
    falls(x, bars, window / 2, out);
    falls(x + window / 2, bars, window / 2, &later);
    lengthen(x, window, bars, out, &later);
}

static void falls_tile(kernel_ahead *ahead, const double *x, int32_t bars, int32_t window,
                       double *fall) {
    double highest[KERNEL_TILE];
    double lowest[KERNEL_TILE];
    bool missing;
    if (!kernel_ahead_serves(ahead, x, bars, window, &missing)) {
        falls(x, bars, window, &(columns){highest, lowest, fall});
        return;
    }
    if (missing) {
        falls_in(ahead->begin, ahead->bars, window,
                 (columns){kernel_ahead_column(ahead, 0), kernel_ahead_column(ahead, 1),
                           kernel_ahead_column(ahead, 2)});
    }
    kernel_ahead_give(ahead, 2, x, bars, fall);
}

void indicator_max_drawdown(const by_recipe *recipe, const by_inputs *in, int32_t count,
                            double *out) {
    const int32_t first = recipe->window[0] - 1;
    kernel_ahead ahead =
        kernel_ahead_open(in->close, count - first, first + 1, KERNEL_FALLS, false);
    for (int32_t end = first; end < count; end += KERNEL_TILE) {
        const int32_t bars = kernel_tile_bars(count - end);
        falls_tile(&ahead, in->close + end - first, bars, first + 1, out + end);
        for (int32_t i = end; i < end + bars; i++) {
            out[i] *= 100.0;
        }
    }
    kernel_ahead_close(&ahead);
}
