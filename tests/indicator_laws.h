/* SPDX-License-Identifier: MIT
 *
 * What holds for each kind of indicator, whatever it is computed from.
 */
#ifndef BY_INDICATOR_LAWS_H
#define BY_INDICATOR_LAWS_H

#include "../engine/indicator.h"

#include <stdbool.h>

enum { NO_LAW = -1 };

typedef struct indicator_law {
    bool told;
    int32_t prices;  /* prices times f make values times f to this power, or NO_LAW */
    int32_t level;   /* prices more by c make values more by c times this, or NO_LAW */
    int32_t volumes; /* as prices */
    double least;    /* of positive prices */
    double most;
    double flat;      /* where all prices are 5 and volumes 1; NaN for none */
    double rising[2]; /* least and most where bars rise evenly by 1, with windows 3, 5, 2 */
    double falling[2];
} indicator_law;

extern const indicator_law indicator_laws[BY_INDICATOR_COUNT];

#endif
