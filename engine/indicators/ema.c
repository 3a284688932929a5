/* SPDX-License-Identifier: MIT
 *
 * ema(w): e = a * close + (1 - a) * e with a = 2 / (w + 1), seeded with the first close of the
 * history and reported from the w-th close on.
 */
#include "kernel.h"

int32_t indicator_ema_closes(const int32_t *window) {
    return window[0];
}

void indicator_ema(const int32_t *window, const double *close, int32_t count, double *out) {
    kernel_exponential(close, count, window[0], out);
}
