/* SPDX-License-Identifier: MIT
 *
 * Whether open, high, low and close of one bar go together. NaN (not told) goes with anything.
 * Private to cache/.
 */
#ifndef BY_RANGE_H
#define BY_RANGE_H

#include "csv.h"

enum { BY_RANGE_TEXT_SIZE = 72 };

static inline int by_range_sound(double open, double high, double low, double close) {
    double most = high * (1 + BY_CSV_ROUNDING), least = low * (1 - BY_CSV_ROUNDING);
    return !(high < low) && !(open > most) && !(open < least) && !(close > most) &&
           !(close < least);
}

/* What is wrong with those that are not sound. */
void by_range_tell(double open, double high, double low, double close,
                   char out[BY_RANGE_TEXT_SIZE]);

#endif
