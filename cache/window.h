/* SPDX-License-Identifier: MIT
 *
 * The chunks of a series that new bars touch. Bars are merged window by window. Private to cache/.
 */
#ifndef BY_WINDOW_H
#define BY_WINDOW_H

#include "chunks.h"

/* Most chunks that the bars of a window lie in, and neighbours on either side. */
enum { BY_TOUCHED_MAX = 16, BY_BESIDE_MAX = 4 };
enum { BY_WINDOW_MAX = BY_TOUCHED_MAX + 2 * BY_BESIDE_MAX, BY_WINDOW_BARS_MAX = 1 << 16 };

typedef struct by_window {
    by_table *table;
    const by_series_id *id;
    by_chunk chunks[BY_WINDOW_MAX]; /* verified */
    int32_t chunk_count;
    int32_t opened;   /* of them, from the first on */
    int32_t at_start; /* 1: no chunk stands before the first */
    int32_t at_end;   /* 1: no chunk stands behind the last */
    int32_t new_bars; /* that are merged into it */
    int32_t join_ratio;
} by_window;

/* Opens the chunks in which bars[from .. *end) lie: as many bars as there are neighbouring chunks.
 * Takes in what stands beside them: BY_NEIGHBOUR_REACH bars on either side where the series has
 * them, and what small chunks at the ends may be joined with. Answers as those of chunks.h; to be
 * closed whatever the answer. Chunks live until the next change. */
int by_window_open(by_table *table, const by_series_id *id, const by_bars *bars, int32_t from,
                   int32_t *end, by_window *out, by_error *err);
void by_window_close(by_window *window);

#endif
