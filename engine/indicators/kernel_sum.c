/* SPDX-License-Identifier: MIT
 *
 * Sums over windows, by halves.
 */
#include <string.h>

#include "../clones.h"
#include "kernel.h"

/* to = from + later (+ last). `from` may be `to`, and `later` ahead of them. */
BY_CLONES static void add(const double *from, const double *later, const double *last,
                          int32_t count, double *to) {
    if (last == NULL) {
#pragma GCC ivdep
        for (int32_t i = 0; i < count; i++) {
            to[i] = from[i] + later[i];
        }
        return;
    }
#pragma GCC ivdep
    for (int32_t i = 0; i < count; i++) {
        to[i] = from[i] + later[i] + last[i];
    }
}

/* By way of `room`, for bars + window - 1 values. Unless the window is that short, `out` may be
 * where the last values of the windows stand. */
void kernel_sum_by(const double *x, int32_t bars, int32_t window, double *room, double *out) {
    const double *from = x;
    if (window == 1) {
        memcpy(out, x, (size_t)bars * sizeof *x);
    }
    for (int32_t shift = kernel_halvings(window); shift-- > 0;) {
        const int32_t length = window >> shift;
        const int32_t half = length / 2;
        const double *last = length % 2 == 1 ? x + 2 * half : NULL;
        add(from, from + half, last, bars + window - length, shift == 0 ? out : room);
        from = room;
    }
}

void kernel_tile_sum(kernel_ahead *ahead, const double *x, int32_t bars, int32_t window,
                     double *sum) {
    bool missing;
    if (kernel_ahead_serves(ahead, x, bars, window, &missing)) {
        if (missing) {
            kernel_sum_by(ahead->begin, ahead->bars, window, ahead->room, ahead->room);
        }
        kernel_ahead_give(ahead, 0, x, bars, sum);
        return;
    }
    if (window <= KERNEL_TILE) {
        double room[KERNEL_TILE_WITH_WINDOW];
        kernel_sum_by(x, bars, window, room, sum);
        return;
    }
    const int32_t half = window / 2;
    double later[KERNEL_TILE];
    kernel_tile_sum(NULL, x, bars, half, sum);
    kernel_tile_sum(NULL, x + half, bars, half, later);
    add(sum, later, window % 2 == 1 ? x + 2 * half : NULL, bars, sum);
}

/* Tiles run from the last to the first, so that a tile is written only after those that read it. */
BY_CLONES void kernel_window_mean(const double *x, int32_t count, int32_t window, double *out) {
    kernel_ahead ahead = kernel_ahead_open(x, count - window + 1, window, KERNEL_SUMS, true);
    double sum[KERNEL_TILE];
    for (int32_t end = count; end >= window;) {
        const int32_t bars = kernel_tile_bars(end - window + 1);
        end -= bars;
        kernel_tile_sum(&ahead, x + end - window + 1, bars, window, sum);
        for (int32_t i = 0; i < bars; i++) {
            out[end + i] = sum[i] / window;
        }
    }
    kernel_ahead_close(&ahead);
}
