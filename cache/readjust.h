/* SPDX-License-Identifier: MIT
 *
 * Tells whether a source has adjusted its history anew since bars were stored: all closes that come
 * again have then moved the same way. Private to cache/.
 */
#ifndef BY_READJUST_H
#define BY_READJUST_H

#include "chunks.h"

/* Compares the bars with those stored. *readjusted is 1 when every close that is stored came again
 * with another value, all on the same side and closer together than they are far from 1; a single
 * one must have moved by over 1e-6. *ratio is the median of new to old closes, 0 when no bar came
 * again. Answers as those of chunks.h. */
int by_readjust_look(by_table *table, const by_series_id *id, const by_bars *bars, int *readjusted,
                     double *ratio, by_error *err);

#endif
