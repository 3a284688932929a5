/* SPDX-License-Identifier: MIT
 *
 * ultimate_oscillator(short, middle, long): buying pressure as a share of the true range, by the
 * sums over three windows: (4 * short share + 2 * middle share + long share) / 7 * 100. The
 * pressure of a bar is how far it closes above its low, or above the close before if that is lower.
 *
 * First value: after the longest window + 1 bars.
 * Units: 0 to 100.
 * Flat or empty: a share is 0 where the true ranges are all 0.
 * Agrees: TA-Lib ULTOSC, which sorts its windows first; Tulip ultosc.
 * Differs: Tulip: none where the true ranges are all 0.
 * Source: L. Williams, The Ultimate Oscillator, 1985.
 */
#include "../clones.h"
#include "made_sum.h"

static int32_t longest(const int32_t *window) {
    const int32_t longer = window[0] > window[1] ? window[0] : window[1];
    return longer > window[2] ? longer : window[2];
}

int32_t indicator_ultimate_oscillator_closes(const by_recipe *recipe) {
    return longest(recipe->window) + 1;
}

BY_CLONES static void pressure(const by_inputs *in, int32_t begin, int32_t count, double *x) {
    for (int32_t i = 0; i < count; i++) {
        const double before = in->close[begin + i - 1];
        const double low = in->low[begin + i];
        x[i] = in->close[begin + i] - (before < low ? before : low);
    }
}

BY_CLONES static void true_range(const by_inputs *in, int32_t begin, int32_t count, double *x) {
    for (int32_t i = 0; i < count; i++) {
        x[i] = kernel_true_range(in, begin + i);
    }
}

BY_CLONES static void add_shares(const double *bought, const double *moved, double weight,
                                 int32_t bars, double *restrict shares) {
    for (int32_t i = 0; i < bars; i++) {
        const double share = weight * (bought[i] / moved[i]);
        shares[i] += moved[i] == 0.0 ? 0.0 : share;
    }
}

static kernel_ahead ahead_of(const by_inputs *in, int32_t first, int32_t count, int32_t w) {
    return kernel_ahead_open(in->close + first - w + 1, count - first, w, KERNEL_MADE_SUMS, false);
}

void indicator_ultimate_oscillator(const by_recipe *recipe, const by_inputs *in, int32_t count,
                                   double *out) {
    static const double weight[3] = {4.0, 2.0, 1.0};
    const int32_t first = longest(recipe->window);
    kernel_ahead ahead[3][2];
    double bought[KERNEL_TILE];
    double moved[KERNEL_TILE];
    for (int32_t k = 0; k < 3; k++) {
        ahead[k][0] = ahead_of(in, first, count, recipe->window[k]);
        ahead[k][1] = ahead_of(in, first, count, recipe->window[k]);
    }
    for (int32_t end = first; end < count; end += KERNEL_TILE) {
        const int32_t bars = kernel_tile_bars(count - end);
        double *shares = out + end;
        for (int32_t i = 0; i < bars; i++) {
            shares[i] = 0.0;
        }
        for (int32_t k = 0; k < 3; k++) {
            const int32_t w = recipe->window[k];
            made_sum_tile(&ahead[k][0], pressure, in, end - w + 1, bars, w, bought);
            made_sum_tile(&ahead[k][1], true_range, in, end - w + 1, bars, w, moved);
            add_shares(bought, moved, weight[k], bars, shares);
        }
        for (int32_t i = 0; i < bars; i++) {
            shares[i] = shares[i] / 7.0 * 100.0;
        }
    }
    for (int32_t k = 0; k < 3; k++) {
        kernel_ahead_close(&ahead[k][0]);
        kernel_ahead_close(&ahead[k][1]);
    }
}
