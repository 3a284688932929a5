/* SPDX-License-Identifier: MIT
 *
 * Signal lines: exponential averages of a line of the MACD or the PPO, by the last window and the
 * seed of their recipe.
 */
#ifndef BY_SIGNAL_LINE_H
#define BY_SIGNAL_LINE_H

#include "kernel.h"

/* In place of a line out[first .. count): its signal; what the line is above that. */
static inline void signal_line(const by_recipe *recipe, int32_t first, int32_t count, double *out) {
    const int32_t seed = recipe->variant == 0 ? KERNEL_SEED_FIRST : KERNEL_SEED_MEAN;
    kernel_exponential(out + first, count - first, recipe->window[2], seed, out + first);
}

static inline void signal_histogram(const by_recipe *recipe, int32_t first, int32_t count,
                                    double *out) {
    const int32_t seed = recipe->variant == 0 ? KERNEL_SEED_FIRST : KERNEL_SEED_MEAN;
    kernel_above_exponential(out + first, count - first, recipe->window[2], seed, out + first);
}

#endif
