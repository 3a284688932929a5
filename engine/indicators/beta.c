/* SPDX-License-Identifier: MIT
 *
 * beta(w) to another series, the market: covariance of the last w returns of both, over the
 * variance of those of the market. A return is close / close before - 1.
 *
 * First value: after w + 1 bars that both have.
 * Units: a return over a return of the market.
 * Flat or empty: 0 where the series does not move; none (NaN) where the market does not (its
 * returns are equal but for rounding), a window of 1 included. Agrees: pandas rolling(w).cov() /
 * .var() of pct_change(); TA-Lib BETA with the market as its first argument. Differs: TA-Lib gives
 * 0 where the market does not move, pandas what rounding leaves. Source: W. F. Sharpe, Capital
 * Asset Prices, 1964.
 */
#include "../clones.h"
#include "kernel.h"

int32_t indicator_beta_closes(const by_recipe *recipe) {
    return recipe->window[0] + 1;
}

BY_CLONES void indicator_beta(const by_recipe *recipe, const by_inputs *in, int32_t count,
                              double *out) {
    const int32_t w = recipe->window[0];
    const double still = kernel_still_returns(w);
    kernel_comoments m;
    kernel_ahead ahead = kernel_ahead_open(in->close, count - w, w, KERNEL_COMOMENTS, false);
    for (int32_t end = w; end < count; end += KERNEL_TILE) {
        const int32_t bars = kernel_tile_bars(count - end);
        kernel_tile_comoments(&ahead, in->close + end - w, in->other + end - w, true, bars, w, &m);
        for (int32_t i = 0; i < bars; i++) {
            const double beta = m.products[i] / m.squares_y[i];
            out[end + i] = m.squares_y[i] > still ? beta : NAN;
        }
    }
    kernel_ahead_close(&ahead);
}
