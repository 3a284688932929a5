/* SPDX-License-Identifier: MIT
 *
 * volatility_yang_zhang(w): realised volatility from the last w bars and the gaps before them: the
 * root of g + k * b + (1 - k) * r, where g is the variance of log(open / close before) and b that
 * of log(close / open), both of a sample, and r is the mean of u * (u - c) + d * (d - c) (Rogers
 * and Satchell) with u = log(high / open), d = log(low / open), c = log(close / open), and k is
 * 0.34 / (1.34 + (w + 1) / (w - 1)). Of a year: times the root of the bars in it, sqrt(252) for
 * days.
 *
 * First value: after w + 1 bars.
 * Units: percent a bar.
 * Flat or empty: none for a window of 1, nor where a price of the window is not above 0.
 * Agrees: R's TTR volatility(calc = "yang.zhang"), per bar and times 100.
 * Source: D. Yang and Q. Zhang, Drift-Independent Volatility Estimation Based on High, Low, Open,
 * and Close Prices, Journal of Business 73, 2000.
 */
#include <stdlib.h>

#include "../clones.h"
#include "../logarithm.h"
#include "kernel.h"

int32_t indicator_volatility_yang_zhang_closes(const by_recipe *recipe) {
    return recipe->window[0] + 1;
}

/* Of the bars begin .. end - 1, at their places in `out`. */
BY_CLONES static void gaps(const by_inputs *in, int32_t begin, int32_t end, double *restrict out) {
    const double *const open = in->open;
    const double *const close = in->close;
    for (int32_t i = begin; i < end; i++) {
        out[i] = by_logarithm(open[i], close[i - 1]);
    }
}

BY_CLONES static void bodies(const by_inputs *in, int32_t begin, int32_t end,
                             double *restrict out) {
    const double *const open = in->open;
    const double *const close = in->close;
    for (int32_t i = begin; i < end; i++) {
        out[i] = by_logarithm(close[i], open[i]);
    }
}

/* In the place of the bodies, which stand in `out`. */
BY_CLONES static void reaches(const by_inputs *in, int32_t begin, int32_t end,
                              double *restrict out) {
    const double *const open = in->open;
    const double *const high = in->high;
    const double *const low = in->low;
    for (int32_t i = begin; i < end; i++) {
        const double body = out[i];
        const double up = by_logarithm(high[i], open[i]);
        const double down = by_logarithm(low[i], open[i]);
        out[i] = up * (up - body) + down * (down - body);
    }
}

BY_CLONES static void put_together(int32_t window, int32_t bars, const double *gap,
                                   const double *body, const double *reach, double *out) {
    const double sample = window - 1;
    const double share = 0.34 / (1.34 + (window + 1) / sample);
    for (int32_t i = 0; i < bars; i++) {
        const double variance =
            gap[i] / sample + share * (body[i] / sample) + (1.0 - share) * (reach[i] / window);
        out[i] = sqrt(variance) * 100.0;
    }
}

/* What gaps, bodies and reaches make, of `count` bars from row `begin` on, in one go. */
BY_CLONES static void all_of(const by_inputs *in, int32_t begin, int32_t count,
                             double *restrict gap, double *restrict body, double *restrict reach) {
    const double *const open = in->open + begin;
    const double *const high = in->high + begin;
    const double *const low = in->low + begin;
    const double *const close = in->close + begin;
    for (int32_t i = 0; i < count; i++) {
        const double c = by_logarithm(close[i], open[i]);
        const double up = by_logarithm(high[i], open[i]);
        const double down = by_logarithm(low[i], open[i]);
        gap[i] = by_logarithm(open[i], close[i - 1]);
        body[i] = c;
        reach[i] = up * (up - c) + down * (down - c);
    }
}

/* The columns are there, with room for those of the windows from the first on. */
typedef struct columns {
    double *gap;
    double *body;
    double *reach;
} columns;

static void of_columns(int32_t w, const columns *of, int32_t windows, double *out) {
    kernel_ahead gaps_ahead = kernel_ahead_open(of->gap, windows, w, KERNEL_MOMENTS, false);
    kernel_ahead bodies_ahead = kernel_ahead_open(of->body, windows, w, KERNEL_MOMENTS, false);
    kernel_ahead reaches_ahead = kernel_ahead_open(of->reach, windows, w, KERNEL_SUMS, false);
    double sum[KERNEL_TILE];
    double gap[KERNEL_TILE];
    double body[KERNEL_TILE];
    for (int32_t i = 0; i < windows; i += KERNEL_TILE) {
        const int32_t bars = kernel_tile_bars(windows - i);
        kernel_tile_moments(&gaps_ahead, of->gap + i, bars, w, sum, gap, NULL);
        kernel_tile_moments(&bodies_ahead, of->body + i, bars, w, sum, body, NULL);
        kernel_tile_sum(&reaches_ahead, of->reach + i, bars, w, sum);
        put_together(w, bars, gap, body, sum, out + i);
    }
    kernel_ahead_close(&gaps_ahead);
    kernel_ahead_close(&bodies_ahead);
    kernel_ahead_close(&reaches_ahead);
}

static void of_short_windows(int32_t w, const by_inputs *in, int32_t count, double *out) {
    double gap[KERNEL_TILE_WITH_WINDOW];
    double body[KERNEL_TILE_WITH_WINDOW];
    double reach[KERNEL_TILE_WITH_WINDOW];
    for (int32_t end = w; end < count; end += KERNEL_TILE) {
        const int32_t bars = kernel_tile_bars(count - end);
        all_of(in, end - w + 1, bars + w - 1, gap, body, reach);
        of_columns(w, &(columns){gap, body, reach}, bars, out + end);
    }
}

/* Of some windows' lengths at once. False when there is no memory for that. */
static bool of_long_windows(int32_t w, const by_inputs *in, int32_t count, double *out) {
    const int32_t most = (count - w) / 4 < w ? count - w : 4 * w;
    const size_t rows = (size_t)(most + w - 1);
    double *const room = malloc(3 * rows * sizeof *room);
    if (room == NULL) {
        return false;
    }
    const columns made = {room, room + rows, room + 2 * rows};
    for (int32_t end = w; end < count; end += most) {
        const int32_t bars = count - end < most ? count - end : most;
        all_of(in, end - w + 1, bars + w - 1, made.gap, made.body, made.reach);
        of_columns(w, &made, bars, out + end);
    }
    free(room);
    return true;
}

/* From the last tile to the first: what stands before a tile in `out` is room for the columns that
 * its windows look at, one after the other. */
static void of_tiles(int32_t w, const by_inputs *in, int32_t count, double *out) {
    double sum[KERNEL_TILE];
    double gap[KERNEL_TILE];
    double body[KERNEL_TILE];
    for (int32_t end = count; end > w;) {
        const int32_t bars = kernel_tile_bars(end - w);
        const int32_t begin = end - bars - w + 1;
        gaps(in, begin, end, out);
        kernel_tile_moments(NULL, out + begin, bars, w, sum, gap, NULL);
        bodies(in, begin, end, out);
        kernel_tile_moments(NULL, out + begin, bars, w, sum, body, NULL);
        reaches(in, begin, end, out);
        kernel_tile_sum(NULL, out + begin, bars, w, sum);
        end -= bars;
        put_together(w, bars, gap, body, sum, out + end);
    }
}

void indicator_volatility_yang_zhang(const by_recipe *recipe, const by_inputs *in, int32_t count,
                                     double *out) {
    const int32_t w = recipe->window[0];
    if (w <= KERNEL_TILE) {
        of_short_windows(w, in, count, out);
    } else if (count - w <= KERNEL_TILE || !of_long_windows(w, in, count, out)) {
        of_tiles(w, in, count, out);
    }
}
