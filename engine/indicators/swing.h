/* SPDX-License-Identifier: MIT
 *
 * Swings: a swing high is a high above those of the k bars before it and not below those of the k
 * bars after it, so that a flat top is one swing, and a flat stretch none. It is known when the
 * last of these bars is: nothing looks ahead. Swing lows likewise.
 */
#ifndef BY_SWING_H
#define BY_SWING_H

#include "kernel.h"

static inline int32_t swing_closes(const by_recipe *recipe) {
    return 2 * recipe->window[0] + 1;
}

/* out[i] = the swing that becomes known at bar i, NaN where none does, for i >= 2 k. */
void swing_highs(const double *high, int32_t count, int32_t k, double *out);
void swing_lows(const double *low, int32_t count, int32_t k, double *out);
/* From these, in place: the last swing; whether it is above the one before (1 or 0). */
void swing_last(int32_t count, int32_t k, double *out);
void swing_higher(int32_t count, int32_t k, double *out);

#endif
