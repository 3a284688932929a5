/* SPDX-License-Identifier: MIT
 *
 * Gains and losses from close to close, as the oscillators of momentum average them.
 */
#ifndef BY_CHANGES_H
#define BY_CHANGES_H

#include "kernel.h"

/* Below this, TA-Lib takes the averages of gains and losses together for none. */
#define CHANGES_NONE 1e-14

/* Wilder's averages of gains and losses: (average * (window - 1) + x) / window. */
typedef struct changes {
    double gain;
    double loss;
    double rest;
    double window;
} changes;

/* How they begin. */
enum {
    CHANGES_MEAN,   /* with the means of the first `window` changes */
    CHANGES_FIRST,  /* with the first change */
    CHANGES_NOTHING /* as if there had been no changes before it */
};

static inline void changes_add(changes *c, double change) {
    c->gain = (c->gain * c->rest + (change > 0.0 ? change : 0.0)) / c->window;
    c->loss = (c->loss * c->rest + (change < 0.0 ? -change : 0.0)) / c->window;
}

/* Of the `window` changes after x[0]. */
changes changes_begin(const double *x, int32_t window, int32_t begin);

/* out[i] = mean, over the last `window` changes up to x[i], of their sizes, for i >= window. */
void changes_way(const double *x, int32_t count, int32_t window, double *out);

/* How straight the way to *now was: the mean of the last `window` changes over the mean of their
 * sizes, `way`, -1 .. 1; `flat` where nothing changed. */
static inline double changes_efficiency(const double *now, int32_t window, double way,
                                        double flat) {
    const double net = (*now - *(now - window)) / window;
    if (way > fabs(net)) {
        return net / way;
    }
    return net > 0.0 ? 1.0 : net < 0.0 ? -1.0 : flat;
}

#endif
