/* SPDX-License-Identifier: MIT
 *
 * stochastic_rsi(w, k): place of rsi(w) between its lowest and its highest value in the last k
 * bars: (rsi - lowest) / (highest - lowest) * 100.
 *
 * First value: after w + k bars.
 * Units: 0 to 100.
 * Flat or empty: 0 where highest - lowest is below 1e-9: where the RSI moves by its rounding alone.
 * Agrees: TA-Lib STOCHRSI fastk, which reports from the first bar with a fastd on; Tulip stochrsi
 * (k = w), times 100.
 * Differs: TA-Lib and Tulip where the closes are flat, for they place what is rounded.
 * StockCharts: from 0 to 1.
 * Source: T. S. Chande and S. Kroll, The New Technical Trader, 1994.
 */
#include "../clones.h"
#include "kernel.h"

int32_t indicator_stochastic_rsi_closes(const by_recipe *recipe) {
    return recipe->window[0] + recipe->window[1];
}

BY_CLONES static void place_tile(const double *x, const double *highest, const double *lowest,
                                 int32_t bars, double *out) {
    for (int32_t i = 0; i < bars; i++) {
        const double range = highest[i] - lowest[i];
        const double place = (x[i] - lowest[i]) / range * 100.0;
        out[i] = range < 1e-9 ? 0.0 : place;
    }
}

/* From the last tile to the first: a tile is written only after those that read it. */
void indicator_stochastic_rsi(const by_recipe *recipe, const by_inputs *in, int32_t count,
                              double *out) {
    const by_recipe of_rsi = {.window = {recipe->window[0]}};
    const int32_t before = recipe->window[1] - 1;
    const int32_t first = recipe->window[0] + before;
    double highest[KERNEL_TILE];
    double lowest[KERNEL_TILE];
    indicator_rsi(&of_rsi, in, count, out);
    kernel_ahead highs =
        kernel_ahead_open(out + first - before, count - first, before + 1, KERNEL_EXTREMES, true);
    kernel_ahead lows =
        kernel_ahead_open(out + first - before, count - first, before + 1, KERNEL_EXTREMES, true);
    for (int32_t end = count; end > first;) {
        const int32_t bars = kernel_tile_bars(end - first);
        end -= bars;
        kernel_tile_highest(&highs, out + end - before, bars, before + 1, highest);
        kernel_tile_lowest(&lows, out + end - before, bars, before + 1, lowest);
        place_tile(out + end, highest, lowest, bars, out + end);
    }
    kernel_ahead_close(&highs);
    kernel_ahead_close(&lows);
}
