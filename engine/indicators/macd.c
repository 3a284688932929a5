/* SPDX-License-Identifier: MIT
 *
 * macd(fast, slow, signal): fast exponential average of the closes - slow one. Reported from the
 * bar on that has a signal line, as the three lines of the MACD are. Variant 0: the averages are
 * seeded with the first close of the history. Variant 1: each with the plain mean of its first
 * window. Variant 2 (TA-Lib): both at the last bar of the first slow window, with the plain means
 * of the closes up to there; the longer window is taken as the slow one.
 */
#include <stdbool.h>

#include "kernel.h"

/* The first bar of the line as such. */
static int32_t macd_first(const int32_t *window) {
    return (window[0] > window[1] ? window[0] : window[1]) - 1;
}

int32_t indicator_macd_closes(const int32_t *window, int32_t variant) {
    (void)variant;
    return macd_first(window) + window[2];
}

void indicator_macd(const int32_t *window, int32_t variant, const by_inputs *in, int32_t count,
                    double *out) {
    const int32_t first = macd_first(window);
    const bool swap = variant == 2 && window[0] > window[1];
    const int32_t fast_window = swap ? window[1] : window[0];
    const int32_t slow_window = swap ? window[0] : window[1];
    const int32_t late = variant == 2 ? slow_window - fast_window : 0;
    const int32_t seed = variant == 0 ? KERNEL_SEED_FIRST : KERNEL_SEED_MEAN;
    const double *x = in->close;
    kernel_average fast = kernel_average_after(x + late, first + 1 - late, fast_window, seed);
    kernel_average slow = kernel_average_after(x, first + 1, slow_window, seed);
    out[first] = fast.value - slow.value;
    for (int32_t i = first + 1; i < count; i++) {
        kernel_average_add(&fast, x[i]);
        kernel_average_add(&slow, x[i]);
        out[i] = fast.value - slow.value;
    }
}
