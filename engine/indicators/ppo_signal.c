/* SPDX-License-Identifier: MIT
 *
 * ppo_signal(fast, slow, signal): exponential average of ppo(fast, slow) of the same variant,
 * reported from the signal-th value of that on. Variant 0: seeded with its first value (that of the
 * max(fast, slow)-th close). Variants 1 and 2: with the plain mean of the first `signal` ones.
 */
#include "kernel.h"

int32_t indicator_ppo_signal_closes(const int32_t *window, int32_t variant) {
    return indicator_ppo_closes(window, variant) + window[2] - 1;
}

void indicator_ppo_signal(const int32_t *window, int32_t variant, const by_inputs *in,
                          int32_t count, double *out) {
    const int32_t first = indicator_ppo_closes(window, variant) - 1;
    const int32_t seed = variant == 0 ? KERNEL_SEED_FIRST : KERNEL_SEED_MEAN;
    indicator_ppo(window, variant, in, count, out);
    kernel_exponential(out + first, count - first, window[2], seed, out + first);
}
