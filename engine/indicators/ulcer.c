/* SPDX-License-Identifier: MIT
 *
 * ulcer(w): Ulcer index: the root of the mean square of how far, in percent, the last w closes
 * are below the highest one before them.
 *
 * First value: after w bars; with peak = trailing after 2 w - 1.
 * Units: percent.
 * Options: peak = "window" (default): the highest close of the window up to each; "trailing": the
 * highest of the last w closes at each, so that the window looks back over 2 w - 1 closes.
 * Flat or empty: 0 where no close is below an earlier one. A value below 0, which prices do not
 * have, counts as 0: all is lost.
 * Agrees: pandas by either definition.
 * Differs: StockCharts: peak = "trailing".
 * Source: P. G. Martin and B. B. McCann, The Investor's Guide to Fidelity Funds, 1989 (trailing).
 */
#include "../clones.h"
#include "kernel.h"

int32_t indicator_ulcer_closes(const by_recipe *recipe) {
    return recipe->variant == 0 ? recipe->window[0] : 2 * recipe->window[0] - 1;
}

static inline double fall(double value, double peak) {
    const double below = 1.0 - (value > 0.0 ? value : 0.0) / peak;
    return below > 0.0 ? below * 100.0 : 0.0;
}

/* Neighbouring bars side by side, each with its own peak: from the oldest of the window on. */
BY_CLONES static void of_window_peak(const double *x, int32_t bars, int32_t window, double *out) {
    double peak[KERNEL_TILE];
    for (int32_t i = 0; i < bars; i++) {
        peak[i] = 0.0;
        out[i] = 0.0;
    }
    for (int32_t k = 0; k < window; k++) {
        for (int32_t i = 0; i < bars; i++) {
            peak[i] = x[k + i] > peak[i] ? x[k + i] : peak[i];
            const double f = fall(x[k + i], peak[i]);
            out[i] += f * f;
        }
    }
    for (int32_t i = 0; i < bars; i++) {
        out[i] = sqrt(out[i] / window);
    }
}

/* The squares in `out`, and then their means. */
BY_CLONES static void of_trailing_peak(const double *x, int32_t count, int32_t window,
                                       double *out) {
    kernel_ahead ahead = kernel_ahead_open(x, count - window + 1, window, KERNEL_EXTREMES, false);
    double peak[KERNEL_TILE];
    for (int32_t end = window - 1; end < count; end += KERNEL_TILE) {
        const int32_t bars = kernel_tile_bars(count - end);
        kernel_tile_highest(&ahead, x + end - window + 1, bars, window, peak);
        for (int32_t i = 0; i < bars; i++) {
            const double f = fall(x[end + i], peak[i] > 0.0 ? peak[i] : 0.0);
            out[end + i] = f * f;
        }
    }
    kernel_ahead_close(&ahead);
    kernel_window_mean(out + window - 1, count - window + 1, window, out + window - 1);
    for (int32_t i = 2 * window - 2; i < count; i++) {
        out[i] = sqrt(out[i]);
    }
}

void indicator_ulcer(const by_recipe *recipe, const by_inputs *in, int32_t count, double *out) {
    const int32_t w = recipe->window[0];
    if (recipe->variant == 1) {
        of_trailing_peak(in->close, count, w, out);
        return;
    }
    for (int32_t end = w - 1; end < count; end += KERNEL_TILE) {
        of_window_peak(in->close + end - w + 1, kernel_tile_bars(count - end), w, out + end);
    }
}
