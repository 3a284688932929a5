/* SPDX-License-Identifier: MIT
 *
 * rsi(w): 100 - 100 / (1 + gain / loss) with Wilder's averages of the gains and losses between
 * closes: seeded with the plain mean of the first w changes, then (average * (w - 1) + x) / w. No
 * loss: 100, or 50 when there is no gain either. First value after w + 1 closes. (J. W. Wilder, New
 * Concepts in Technical Trading Systems.)
 */
#include "kernel.h"

int32_t indicator_rsi_closes(const int32_t *window) {
    return window[0] + 1;
}

static double strength(double gain, double loss) {
    if (loss == 0.0) {
        return gain > 0.0 ? 100.0 : 50.0;
    }
    return 100.0 - 100.0 / (1.0 + gain / loss);
}

void indicator_rsi(const int32_t *window, const double *close, int32_t count, double *out) {
    const int32_t w = window[0];
    if (count <= w) {
        return;
    }
    double gain = 0.0;
    double loss = 0.0;
    for (int32_t i = 1; i <= w; i++) {
        double change = close[i] - close[i - 1];
        gain += change > 0.0 ? change : 0.0;
        loss += change < 0.0 ? -change : 0.0;
    }
    gain /= w;
    loss /= w;
    out[w] = strength(gain, loss);
    for (int32_t i = w + 1; i < count; i++) {
        double change = close[i] - close[i - 1];
        gain = (gain * (w - 1) + (change > 0.0 ? change : 0.0)) / w;
        loss = (loss * (w - 1) + (change < 0.0 ? -change : 0.0)) / w;
        out[i] = strength(gain, loss);
    }
}
