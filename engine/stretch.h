/* SPDX-License-Identifier: MIT
 *
 * Stretches of rows without NaN in what an indicator reads. Each is a history of its own.
 */
#ifndef BY_STRETCH_H
#define BY_STRETCH_H

#include <stdbool.h>

#include "indicator.h"

/* Rows begin .. end; `inputs` begin at `begin`, with closes for prices that are not there. Starts
 * as zeroes. */
typedef struct stretch {
    by_inputs inputs;
    int32_t begin;
    int32_t end;
} stretch;

/* Moves to the next stretch of `reads` (BY_READS_ bits) within the rows 0 .. count, and fills `out`
 * with NaN up to it; false when there is none, with NaN up to the end. */
bool stretch_next(stretch *at, int32_t reads, const by_inputs *inputs, int32_t count, double *out);

#endif
