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
        out[i] = by_logarithm(open[i] / close[i - 1]);
    }
}

BY_CLONES static void bodies(const by_inputs *in, int32_t begin, int32_t end,
                             double *restrict out) {
    const double *const open = in->open;
    const double *const close = in->close;
    for (int32_t i = begin; i < end; i++) {
        out[i] = by_logarithm(close[i] / open[i]);
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
        const double up = by_logarithm(high[i] / open[i]);
        const double down = by_logarithm(low[i] / open[i]);
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

/* From the last tile to the first: what stands before a tile in `out` is room for the columns that
 * its windows look at, one after the other. */
void indicator_volatility_yang_zhang(const by_recipe *recipe, const by_inputs *in, int32_t count,
                                     double *out) {
    const int32_t w = recipe->window[0];
    double sum[KERNEL_TILE];
    double gap[KERNEL_TILE];
    double body[KERNEL_TILE];
    for (int32_t end = count; end > w;) {
        const int32_t bars = kernel_tile_bars(end - w);
        const int32_t begin = end - bars - w + 1;
        gaps(in, begin, end, out);
        kernel_tile_moments(out + begin, bars, w, sum, gap, NULL);
        bodies(in, begin, end, out);
        kernel_tile_moments(out + begin, bars, w, sum, body, NULL);
        reaches(in, begin, end, out);
        kernel_tile_sum(out + begin, bars, w, sum);
        end -= bars;
        put_together(w, bars, gap, body, sum, out + end);
    }
}
