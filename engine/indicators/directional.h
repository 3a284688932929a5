/* SPDX-License-Identifier: MIT
 *
 * The directional movement that plus_di, minus_di, dx and adx measure. (J. W. Wilder, New Concepts
 * in Technical Trading Systems, 1978; begun as TA-Lib begins.)
 */
#ifndef BY_DIRECTIONAL_H
#define BY_DIRECTIONAL_H

#include "kernel.h"

/* Sums that fade of up moves, down moves and true ranges. */
typedef struct directional {
    double up;
    double down;
    double range;
} directional;

/* Adds the move from bar i - 1 to bar i: upwards how far the high rose, if that is more than the
 * low fell, else downwards how far the low fell, if that is more. */
static inline void directional_add(directional *sums, const by_inputs *in, int32_t i) {
    const double up = in->high[i] - in->high[i - 1];
    const double down = in->low[i - 1] - in->low[i];
    sums->up += up > 0.0 && up > down ? up : 0.0;
    sums->down += down > 0.0 && down > up ? down : 0.0;
    sums->range += kernel_true_range(in, i);
}

/* The first w - 1 moves. */
static inline directional directional_begin(const by_inputs *in, int32_t w) {
    directional sums = {0.0, 0.0, 0.0};
    for (int32_t i = 1; i < w; i++) {
        directional_add(&sums, in, i);
    }
    return sums;
}

/* On to bar i >= w. */
static inline void directional_next(directional *sums, const by_inputs *in, int32_t w, int32_t i) {
    sums->up -= sums->up / w;
    sums->down -= sums->down / w;
    sums->range -= sums->range / w;
    directional_add(sums, in, i);
}

static inline double directional_plus(const directional *sums) {
    return sums->range == 0.0 ? 0.0 : 100.0 * (sums->up / sums->range);
}

static inline double directional_minus(const directional *sums) {
    return sums->range == 0.0 ? 0.0 : 100.0 * (sums->down / sums->range);
}

static inline double directional_index(const directional *sums) {
    const double plus = directional_plus(sums);
    const double minus = directional_minus(sums);
    return plus + minus == 0.0 ? 0.0 : 100.0 * (fabs(plus - minus) / (plus + minus));
}

#endif
