/* SPDX-License-Identifier: MIT
 *
 * What the rooms of the result store share. Private to results.c and results_rows.c.
 */
#ifndef BY_RESULTS_ROOMS_H
#define BY_RESULTS_ROOMS_H

#include "env.h"
#include "results.h"

struct by_results {
    by_env *env;
    int lock_fd; /* holds the lock of the writer; -1 when open for reading */
    by_results_header header;
    char *identity;
    char *description;
    uint32_t *combos; /* the digits lie behind them */
    uint32_t *rank;   /* [combo_count]: where the combo at a walk position goes in combo order */
    by_block **batch; /* sealed chunks that are not committed yet */
    int32_t batch_count;
    int32_t batch_room;
    size_t batch_bytes;
};

int32_t by_results_chunk_count(const by_results *results);
/* Combos in a chunk; the last one may be short. */
int32_t by_results_chunk_size(const by_results *results, int32_t chunk);

#endif
