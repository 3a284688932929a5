/* SPDX-License-Identifier: MIT
 *
 * Indicators against cases worked out by hand, asked of the engine and of the plain ones alike.
 */
#ifndef BY_INDICATOR_GOLDEN_H
#define BY_INDICATOR_GOLDEN_H

#include "../engine/indicator.h"

#include <stddef.h>

#define ROOT2 1.4142135623730951

enum { GOLDEN = 7 };

extern const double golden_close[GOLDEN];
extern const double golden_volume[GOLDEN];
extern const by_inputs golden_inputs;

/* The EMA(3) of these closes is 4 6 6 6 9 6 4.5; EMA(1) the closes themselves. The true ranges are
 * 5 3 2 6 10 2 from the second bar on; three times the typical prices 12 22 19 18 30 15 9. */
typedef struct golden_case {
    int32_t kind;
    int32_t window[3];
    int32_t variant;
    int32_t first;
    double value[GOLDEN];
} golden_case;

/* The engine and the plain indicators. */
typedef int32_t (*golden_compute)(int32_t, const by_recipe *, const by_inputs *, int32_t, double *);
extern const golden_compute both[2];

/* Fails the test unless the values of the golden bars are these. */
void golden_check(const golden_case *cases, size_t count);
/* The same with the bars between NaN: a stretch without NaN in what is read is a history of its
 * own, wherever it stands. */
void golden_check_inside(const golden_case *cases, size_t count);

#endif
