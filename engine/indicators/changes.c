/* SPDX-License-Identifier: MIT */
#include "changes.h"

#include "../clones.h"

changes changes_begin(const double *x, int32_t window, int32_t begin) {
    const int32_t first = begin == CHANGES_MEAN ? window : 1;
    const double divisor = begin == CHANGES_FIRST ? 1 : window;
    changes c = {.rest = window - 1, .window = window};
    for (int32_t i = 1; i <= first; i++) {
        const double change = x[i] - x[i - 1];
        c.gain += change > 0.0 ? change : 0.0;
        c.loss += change < 0.0 ? -change : 0.0;
    }
    c.gain /= divisor;
    c.loss /= divisor;
    for (int32_t i = first + 1; i <= window; i++) {
        changes_add(&c, x[i] - x[i - 1]);
    }
    return c;
}

BY_CLONES static void sizes(const double *restrict x, int32_t count, double *restrict out) {
    for (int32_t i = 1; i < count; i++) {
        out[i] = fabs(x[i] - x[i - 1]);
    }
}

void changes_way(const double *x, int32_t count, int32_t window, double *out) {
    sizes(x, count, out);
    kernel_window_mean(out + 1, count - 1, window, out + 1);
}
