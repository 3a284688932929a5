/* SPDX-License-Identifier: MIT
 *
 * momentum_13612u: (r1 + r3 + r6 + r12) / 4 * 100 of the returns over 1, 3, 6 and 12 months of 21
 * bars.
 *
 * First value: after 253 bars.
 * Units: percent.
 * Source: W. J. Keller and J. W. Keuning, Breadth Momentum and the Canary Universe, 2018.
 */
#include "kernel.h"

int32_t indicator_momentum_13612u_closes(const by_recipe *recipe) {
    (void)recipe;
    return 12 * KERNEL_MONTH + 1;
}

void indicator_momentum_13612u(const by_recipe *recipe, const by_inputs *in, int32_t count,
                               double *out) {
    (void)recipe;
    for (int32_t i = 12 * KERNEL_MONTH; i < count; i++) {
        const double *close = in->close + i;
        out[i] = (kernel_return_over(close, 1) + kernel_return_over(close, 3) +
                  kernel_return_over(close, 6) + kernel_return_over(close, 12)) /
                 4.0 * 100.0;
    }
}
