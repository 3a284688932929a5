/* SPDX-License-Identifier: MIT
 *
 * ppo_signal(s, l, m): EMA with window m of ppo(s, l), seeded with its first value (that of the
 * max(s, l)-th close) and reported from its m-th on.
 */
#include "kernel.h"

int32_t indicator_ppo_signal_closes(const int32_t *window) {
    return indicator_ppo_closes(window) + window[2] - 1;
}

void indicator_ppo_signal(const int32_t *window, const double *close, int32_t count, double *out) {
    const int32_t first = indicator_ppo_closes(window) - 1;
    if (count <= first) {
        return;
    }
    indicator_ppo(window, close, count, out);
    kernel_exponential(out + first, count - first, window[2], out + first);
}
