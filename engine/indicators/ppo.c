/* SPDX-License-Identifier: MIT
 *
 * ppo(fast, slow): (fast average - slow average) / slow average * 100, from the max(fast, slow)-th
 * close on. Variant 0: exponential averages seeded with the first close of the history. Variant 1:
 * each seeded with the plain mean of its first window. Variant 2 (TA-Lib with its simple averages):
 * plain means of the last closes, the longer window taken as the slow one.
 */
#include "kernel.h"

int32_t indicator_ppo_closes(const int32_t *window, int32_t variant) {
    (void)variant;
    return window[0] > window[1] ? window[0] : window[1];
}

static double percentage(double fast, double slow) {
    return (fast - slow) / slow * 100.0;
}

static void of_means(const int32_t *window, const double *x, int32_t count, double *out) {
    const int32_t slow = window[0] > window[1] ? window[0] : window[1];
    const int32_t fast = window[0] > window[1] ? window[1] : window[0];
    double fast_sum[KERNEL_TILE];
    double slow_sum[KERNEL_TILE];
    for (int32_t end = slow - 1; end < count; end += KERNEL_TILE) {
        int32_t bars = count - end < KERNEL_TILE ? count - end : KERNEL_TILE;
        kernel_tile_sum(x + end - fast + 1, bars, fast, fast_sum);
        kernel_tile_sum(x + end - slow + 1, bars, slow, slow_sum);
        for (int32_t i = 0; i < bars; i++) {
            out[end + i] = percentage(fast_sum[i] / fast, slow_sum[i] / slow);
        }
    }
}

void indicator_ppo(const int32_t *window, int32_t variant, const by_inputs *in, int32_t count,
                   double *out) {
    const int32_t first = indicator_ppo_closes(window, variant) - 1;
    if (variant == 2) {
        of_means(window, in->close, count, out);
        return;
    }
    kernel_average fast = kernel_average_after(in->close, first + 1, window[0], variant);
    kernel_average slow = kernel_average_after(in->close, first + 1, window[1], variant);
    out[first] = percentage(fast.value, slow.value);
    for (int32_t i = first + 1; i < count; i++) {
        kernel_average_add(&fast, in->close[i]);
        kernel_average_add(&slow, in->close[i]);
        out[i] = percentage(fast.value, slow.value);
    }
}
