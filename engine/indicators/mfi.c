/* SPDX-License-Identifier: MIT
 *
 * mfi(w): share of the money that flowed in over the last w bars. The flow of a bar is its typical
 * price, (high + low + close) / 3, times its volume: in where that price is above the one before,
 * out where it is below.
 *
 * First value: after w + 1 bars.
 * Units: percent, 0 to 100.
 * Flat or empty: 0 where nothing flowed.
 * Agrees: TA-Lib MFI, Tulip mfi.
 * Differs: TA-Lib: 0 where less than 1 flowed, which small volumes and prices meet. Tulip: what
 * running sums leave behind where nothing flowed.
 * Source: G. Quong and A. Soudack, Volume-Weighted RSI: Money Flow, 1989.
 */
#include "../clones.h"
#include "made_sum.h"

int32_t indicator_mfi_closes(const by_recipe *recipe) {
    return recipe->window[0] + 1;
}

static inline double typical(const by_inputs *in, int32_t i) {
    return (in->high[i] + in->low[i] + in->close[i]) / 3.0;
}

BY_CLONES static void flow_in(const by_inputs *in, int32_t begin, int32_t count, double *x) {
    for (int32_t i = 0; i < count; i++) {
        const double price = typical(in, begin + i);
        const double flow = price * in->volume[begin + i];
        x[i] = price > typical(in, begin + i - 1) ? flow : 0.0;
    }
}

BY_CLONES static void flow_out(const by_inputs *in, int32_t begin, int32_t count, double *x) {
    for (int32_t i = 0; i < count; i++) {
        const double price = typical(in, begin + i);
        const double flow = price * in->volume[begin + i];
        x[i] = price < typical(in, begin + i - 1) ? flow : 0.0;
    }
}

void indicator_mfi(const by_recipe *recipe, const by_inputs *in, int32_t count, double *out) {
    const int32_t w = recipe->window[0];
    double came[KERNEL_TILE];
    double left[KERNEL_TILE];
    kernel_ahead inward = kernel_ahead_open(in->close + 1, count - w, w, KERNEL_MADE_SUMS, false);
    kernel_ahead outward = kernel_ahead_open(in->close + 1, count - w, w, KERNEL_MADE_SUMS, false);
    for (int32_t end = w; end < count; end += KERNEL_TILE) {
        const int32_t bars = kernel_tile_bars(count - end);
        made_sum_tile(&inward, flow_in, in, end - w + 1, bars, w, came);
        made_sum_tile(&outward, flow_out, in, end - w + 1, bars, w, left);
        for (int32_t i = 0; i < bars; i++) {
            const double all = came[i] + left[i];
            out[end + i] = all > 0.0 ? 100.0 * (came[i] / all) : 0.0;
        }
    }
    kernel_ahead_close(&inward);
    kernel_ahead_close(&outward);
}
