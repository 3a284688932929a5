/* SPDX-License-Identifier: MIT
 *
 * ema(w): e = a * close + (1 - a) * e with a = 2 / (w + 1), reported from the w-th close on.
 * Variant 0: seeded with the first close of the history. Variant 1 (TA-Lib): the w-th value is the
 * plain mean of the first w closes.
 */
#include "kernel.h"

int32_t indicator_ema_closes(const int32_t *window, int32_t variant) {
    (void)variant;
    return window[0];
}

void indicator_ema(const int32_t *window, int32_t variant, const by_inputs *in, int32_t count,
                   double *out) {
    kernel_exponential(in->close, count, window[0], variant, out);
}
