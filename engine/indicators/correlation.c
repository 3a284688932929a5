/* SPDX-License-Identifier: MIT
 *
 * correlation(w) with another series: covariance of the last w returns of both, over the product
 * of their standard deviations. A return is close / close before - 1.
 *
 * First value: after w + 1 bars that both have; with input = values after w.
 * Units: -1 to 1.
 * Options: input = "returns" (default); "values": of the last w closes themselves, which also move
 * together when both just have a trend.
 * Flat or empty: none (NaN) where either does not move (its returns are equal but for rounding),
 * a window of 1 included: a 0 would claim that they do not depend on each other.
 * Agrees: pandas pct_change().rolling(w).corr(); with input = values TA-Lib CORREL.
 * Differs: TA-Lib gives 0 where either does not move, pandas what rounding leaves.
 * TradingView ta.correlation: of the values themselves.
 */
#include "../clones.h"
#include "kernel.h"

int32_t indicator_correlation_closes(const by_recipe *recipe) {
    return recipe->window[0] + (recipe->variant == 0 ? 1 : 0);
}

BY_CLONES void indicator_correlation(const by_recipe *recipe, const by_inputs *in, int32_t count,
                                     double *out) {
    const int32_t first = indicator_correlation_closes(recipe) - 1;
    const double still = recipe->variant == 0 ? kernel_still_returns(recipe->window[0]) : 0.0;
    kernel_comoments m;
    kernel_ahead ahead =
        kernel_ahead_open(in->close, count - first, recipe->window[0], KERNEL_COMOMENTS, false);
    for (int32_t end = first; end < count; end += KERNEL_TILE) {
        const int32_t bars = kernel_tile_bars(count - end);
        kernel_tile_comoments(&ahead, in->close + end - first, in->other + end - first,
                              recipe->variant == 0, bars, recipe->window[0], &m);
        for (int32_t i = 0; i < bars; i++) {
            const double value = m.products[i] / (sqrt(m.squares_x[i]) * sqrt(m.squares_y[i]));
            const double low = value < -1.0 ? -1.0 : value;
            const double within = low > 1.0 ? 1.0 : low;
            out[end + i] = m.squares_x[i] > still && m.squares_y[i] > still ? within : NAN;
        }
    }
    kernel_ahead_close(&ahead);
}
