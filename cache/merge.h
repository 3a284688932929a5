/* SPDX-License-Identifier: MIT
 *
 * Merges bars into a series. Only the chunks are read that the bars touch, and their neighbours;
 * only those are written that change. Private to cache/.
 */
#ifndef BY_MERGE_H
#define BY_MERGE_H

#include "asked.h"
#include "rows.h"

typedef struct by_merge {
    const by_series_id *id;
    const by_bars *bars; /* sound and rising, no column NULL */
    int32_t replace;
    int32_t open_previous; /* as BY_PUT_OPEN_PREVIOUS */
    int64_t fetched_time;
    by_asked *asked; /* where spikes and jumps are kept; NULL: neighbours are not judged */
    by_rows *rows;   /* memory to work in */

    by_put_counts counts;
    int64_t spike_count;
    int64_t jump_count;
    by_refusal first; /* the first of these, when there are any */
    int32_t wrote;
} by_merge;

/* Answers as those of chunks.h. */
int by_merge_bars(by_table *table, by_merge *merge, by_error *err);

#endif
