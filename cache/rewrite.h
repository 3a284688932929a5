/* SPDX-License-Identifier: MIT
 *
 * Writes the part of a series that a merge has changed. Private to cache/.
 */
#ifndef BY_REWRITE_H
#define BY_REWRITE_H

#include "chunks.h"
#include "rows.h"

/* A chunk as it is stored. */
typedef struct by_extent {
    int64_t first_time;
    int64_t last_time;
    int32_t count;
    int32_t reserved;
} by_extent;

/* A stretch of a series: neighbouring chunks as they are, and the rows that they become. */
typedef struct by_rewrite {
    const by_rows *rows; /* none is dropped */
    const by_extent *chunks;
    int32_t chunk_count;
    int32_t at_start; /* 1: no chunk stands before the first */
    int32_t at_end;   /* 1: no chunk stands behind the last */
    int64_t first_dirty;
    int64_t last_dirty; /* rows outside of these times are stored as they are */
} by_rewrite;

/* A neighbour of over `ratio` times as many bars is not joined to others. */
int32_t by_rewrite_join_ratio(const by_series_id *id);
/* Writes the chunks that hold dirty rows, joined with a neighbour where that saves one, and counts
 * them in the record. Chunks are cut full from the series' ends inwards, and evenly between. 0 or a
 * code of LMDB. */
int by_rewrite_chunks(by_table *table, const by_series_id *id, by_rewrite *rewrite,
                      by_record *record);

#endif
