/* SPDX-License-Identifier: MIT
 *
 * macd_histogram(fast, slow, signal): macd - macd_signal of the same variant.
 */
#include "kernel.h"

int32_t indicator_macd_histogram_closes(const int32_t *window, int32_t variant) {
    return indicator_macd_closes(window, variant);
}

void indicator_macd_histogram(const int32_t *window, int32_t variant, const by_inputs *in,
                              int32_t count, double *out) {
    const int32_t first = indicator_macd_closes(window, variant) - window[2];
    const int32_t seed = variant == 0 ? KERNEL_SEED_FIRST : KERNEL_SEED_MEAN;
    indicator_macd(window, variant, in, count, out);
    kernel_above_exponential(out + first, count - first, window[2], seed, out + first);
}
