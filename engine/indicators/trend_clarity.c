/* SPDX-License-Identifier: MIT
 *
 * trend_clarity(w): R squared of the straight line that fits the last w closes best, in percent:
 * the square of their correlation with the number of the bar. 100 where all are equal, as a line
 * fits them without a rest. None for a window of 1.
 */
#include "../clones.h"
#include "kernel.h"

int32_t indicator_trend_clarity_closes(const int32_t *window, int32_t variant) {
    (void)variant;
    return window[0];
}

/* Closes are taken as differences from the first of the window: a large level cancels exactly. */
BY_CLONES static void clarity_tile(const double *x, int32_t bars, int32_t window, double *out) {
    const double middle = (window - 1) / 2.0;
    const double steps = window * ((double)window * window - 1.0) / 12.0;
    double mean[KERNEL_TILE];
    double squares[KERNEL_TILE];
    double products[KERNEL_TILE];
    for (int32_t i = 0; i < bars; i++) {
        mean[i] = squares[i] = products[i] = 0.0;
    }
    for (int32_t k = 1; k < window; k++) {
        for (int32_t i = 0; i < bars; i++) {
            mean[i] += x[k + i] - x[i];
        }
    }
    for (int32_t i = 0; i < bars; i++) {
        mean[i] /= window;
    }
    for (int32_t k = 0; k < window; k++) {
        for (int32_t i = 0; i < bars; i++) {
            double deviation = x[k + i] - x[i] - mean[i];
            squares[i] += deviation * deviation;
            products[i] += (k - middle) * deviation;
        }
    }
    for (int32_t i = 0; i < bars; i++) {
        double share = products[i] / steps * (products[i] / squares[i]);
        out[i] = squares[i] == 0.0 || share > 1.0 ? 100.0 : share * 100.0;
    }
}

void indicator_trend_clarity(const int32_t *window, int32_t variant, const by_inputs *in,
                             int32_t count, double *out) {
    (void)variant;
    if (window[0] == 1) {
        for (int32_t i = 0; i < count; i++) {
            out[i] = NAN;
        }
        return;
    }
    for (int32_t end = window[0] - 1; end < count; end += KERNEL_TILE) {
        int32_t bars = count - end < KERNEL_TILE ? count - end : KERNEL_TILE;
        clarity_tile(in->close + end - window[0] + 1, bars, window[0], out + end);
    }
}
