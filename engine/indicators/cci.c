/* SPDX-License-Identifier: MIT
 *
 * cci(w): (typical price - its mean) / (0.015 * its mean deviation) over the last w bars. The
 * typical price is (high + low + close) / 3, the mean deviation the mean of how far the prices are
 * from their mean. Prices are taken less the first of the window, so that no level leaves a
 * rounding.
 *
 * First value: after w bars.
 * Units: 100 is 1.5 mean deviations.
 * Flat or empty: 0 where all typical prices are equal.
 * Agrees: TA-Lib CCI; Tulip cci, which reports from bar 2 w - 1 on.
 * Differs: TA-Lib: in some flat windows the rounding of its mean over that of its deviation. Tulip:
 * none in flat windows.
 * Source: D. Lambert, Commodity Channel Index, 1980.
 */
#include <string.h>

#include "../clones.h"
#include "kernel.h"

int32_t indicator_cci_closes(const by_recipe *recipe) {
    return recipe->window[0];
}

BY_CLONES static void typical(const by_inputs *in, int32_t count, double *x) {
    for (int32_t i = 0; i < count; i++) {
        x[i] = (in->high[i] + in->low[i] + in->close[i]) / 3.0;
    }
}

/* The mean by halves; the deviations from it, which all prices are needed for again, oldest first.
 */
BY_CLONES static void channel_tile(const double *x, int32_t bars, int32_t window, double *out) {
    const double *last = x + window - 1;
    double mean[KERNEL_TILE];
    double deviation[KERNEL_TILE];
    kernel_tile_moments(NULL, x, bars, window, mean, deviation, NULL);
    for (int32_t i = 0; i < bars; i++) {
        mean[i] /= window;
        deviation[i] = 0.0;
    }
    for (int32_t k = 0; k < window; k++) {
        for (int32_t i = 0; i < bars; i++) {
            deviation[i] += fabs(x[k + i] - x[i] - mean[i]);
        }
    }
    for (int32_t i = 0; i < bars; i++) {
        const double off = last[i] - x[i] - mean[i];
        const double channel = off / (0.015 * (deviation[i] / window));
        out[i] = deviation[i] == 0.0 ? 0.0 : channel;
    }
}

/* Tiles run from the last to the first, so that a tile is written only after those that read it. */
void indicator_cci(const by_recipe *recipe, const by_inputs *in, int32_t count, double *out) {
    const int32_t w = recipe->window[0];
    double tile[KERNEL_TILE];
    typical(in, count, out);
    for (int32_t end = count; end >= w;) {
        const int32_t bars = kernel_tile_bars(end - w + 1);
        end -= bars;
        channel_tile(out + end - w + 1, bars, w, tile);
        memcpy(out + end, tile, (size_t)bars * sizeof *tile);
    }
}
