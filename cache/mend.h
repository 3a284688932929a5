/* SPDX-License-Identifier: MIT
 *
 * Drops what is damaged of a series, so that its source can be merged in again. Private to cache/.
 */
#ifndef BY_MEND_H
#define BY_MEND_H

#include "chunks.h"

/* Verifies every chunk, removes those that are damaged, and counts the rest in the record.
 * *mended is 1 when something was wrong. 0 or a code of LMDB or errno. */
int by_series_mend(by_table *table, const by_series_id *id, int *mended);

#endif
