/* SPDX-License-Identifier: MIT
 *
 * macd_signal(fast, slow, signal): exponential average of the line of macd of the same variant,
 * reported from the signal-th value of the line on. Variant 0: seeded with the first value of the
 * line (that of the max(fast, slow)-th close). Variants 1 and 2: with the plain mean of its first
 * `signal` ones.
 */
#include "kernel.h"

int32_t indicator_macd_signal_closes(const int32_t *window, int32_t variant) {
    return indicator_macd_closes(window, variant);
}

void indicator_macd_signal(const int32_t *window, int32_t variant, const by_inputs *in,
                           int32_t count, double *out) {
    const int32_t first = indicator_macd_closes(window, variant) - window[2];
    const int32_t seed = variant == 0 ? KERNEL_SEED_FIRST : KERNEL_SEED_MEAN;
    indicator_macd(window, variant, in, count, out);
    kernel_exponential(out + first, count - first, window[2], seed, out + first);
}
