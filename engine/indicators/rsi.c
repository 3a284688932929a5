/* SPDX-License-Identifier: MIT
 *
 * rsi(w): 100 - 100 / (1 + gain / loss) with Wilder's averages of the gains and losses between
 * closes: seeded with the plain mean of the first w changes, then (average * (w - 1) + x) / w.
 * First value after w + 1 closes. (J. W. Wilder, New Concepts in Technical Trading Systems.)
 * Variant 0: no loss is 100, or 50 when there is no gain either. Variant 1 (TA-Lib): 0 when gain
 * and loss are together below 1e-14. Variant n >= 2: as 0, but the averages of each bar begin anew
 * with the last n closes (those that exist; never fewer than w + 1).
 */
#include "../clones.h"
#include "kernel.h"

int32_t indicator_rsi_closes(const int32_t *window, int32_t variant) {
    (void)variant;
    return window[0] + 1;
}

static double strength(double gain, double loss) {
    if (loss == 0.0) {
        return gain > 0.0 ? 100.0 : 50.0;
    }
    return 100.0 - 100.0 / (1.0 + gain / loss);
}

static double strength_or_zero(double gain, double loss) {
    return gain + loss < 1e-14 ? 0.0 : strength(gain, loss);
}

/* The whole history. */
static void from_first(int32_t w, int32_t variant, const double *close, int32_t count,
                       double *out) {
    double (*const value)(double, double) = variant == 1 ? strength_or_zero : strength;
    double gain = 0.0;
    double loss = 0.0;
    for (int32_t i = 1; i <= w; i++) {
        double change = close[i] - close[i - 1];
        gain += change > 0.0 ? change : 0.0;
        loss += change < 0.0 ? -change : 0.0;
    }
    gain /= w;
    loss /= w;
    out[w] = value(gain, loss);
    for (int32_t i = w + 1; i < count; i++) {
        double change = close[i] - close[i - 1];
        gain = (gain * (w - 1) + (change > 0.0 ? change : 0.0)) / w;
        loss = (loss * (w - 1) + (change < 0.0 ? -change : 0.0)) / w;
        out[i] = value(gain, loss);
    }
}

/* Neighbouring bars side by side, each with its own averages; the first begins at x[0]. */
BY_CLONES static void history_tile(int32_t w, int32_t history, const double *x, int32_t bars,
                                   double *gain, double *loss) {
    for (int32_t i = 0; i < bars; i++) {
        gain[i] = 0.0;
        loss[i] = 0.0;
    }
    for (int32_t k = 1; k <= w; k++) {
        for (int32_t i = 0; i < bars; i++) {
            double change = x[k + i] - x[k + i - 1];
            gain[i] += change > 0.0 ? change : 0.0;
            loss[i] += change < 0.0 ? -change : 0.0;
        }
    }
    for (int32_t i = 0; i < bars; i++) {
        gain[i] /= w;
        loss[i] /= w;
    }
    for (int32_t k = w + 1; k < history; k++) {
        for (int32_t i = 0; i < bars; i++) {
            double change = x[k + i] - x[k + i - 1];
            gain[i] = (gain[i] * (w - 1) + (change > 0.0 ? change : 0.0)) / w;
            loss[i] = (loss[i] * (w - 1) + (change < 0.0 ? -change : 0.0)) / w;
        }
    }
}

void indicator_rsi(const int32_t *window, int32_t variant, const by_inputs *in, int32_t count,
                   double *out) {
    const int32_t w = window[0];
    if (variant < 2) {
        from_first(w, variant, in->close, count, out);
        return;
    }
    const int32_t history = variant > w ? variant : w + 1;
    double gain[KERNEL_TILE];
    double loss[KERNEL_TILE];
    from_first(w, 0, in->close, count < history ? count : history, out);
    for (int32_t end = history; end < count; end += KERNEL_TILE) {
        int32_t bars = count - end < KERNEL_TILE ? count - end : KERNEL_TILE;
        history_tile(w, history, in->close + end - history + 1, bars, gain, loss);
        for (int32_t i = 0; i < bars; i++) {
            out[end + i] = strength(gain[i], loss[i]);
        }
    }
}
