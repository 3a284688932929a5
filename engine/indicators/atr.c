/* SPDX-License-Identifier: MIT
 *
 * atr(w): Wilder's average of the true range, the largest of high - low and of how far both are
 * from the close before: seeded with the plain mean of the first w (from the second bar on), then
 * (average * (w - 1) + x) / w. First value after w + 1 bars. (J. W. Wilder, New Concepts in
 * Technical Trading Systems.)
 */
#include "kernel.h"

int32_t indicator_atr_closes(const int32_t *window, int32_t variant) {
    (void)variant;
    return window[0] + 1;
}

void indicator_atr(const int32_t *window, int32_t variant, const by_inputs *in, int32_t count,
                   double *out) {
    (void)variant;
    const int32_t w = window[0];
    double average = 0.0;
    for (int32_t i = 1; i <= w; i++) {
        average += kernel_true_range(in, i);
    }
    average /= w;
    out[w] = average;
    for (int32_t i = w + 1; i < count; i++) {
        average = (average * (w - 1) + kernel_true_range(in, i)) / w;
        out[i] = average;
    }
}
