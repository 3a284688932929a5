/* SPDX-License-Identifier: MIT
 *
 * The result store of one sweep: who it is, and the results of every combo, in one LMDB
 * environment.
 *
 * Keys: "identity" -> text by which a resumed sweep proves that it is the same sweep; "description"
 * -> JSON for readers (params, values, rank, ...); "combos" -> the combo at each walk position and
 * its digits; "r" + chunk (big endian) -> by_result[]. All are sealed blocks (block.h); a chunk is
 * written whole or not at all.
 *
 * A writer holds a lock on the folder (writer.lock) until it closes; readers in other processes may
 * look meanwhile, in the same process they use the writer's handle. One thread at a time.
 */
#ifndef BY_RESULTS_H
#define BY_RESULTS_H

#include "../engine/sweep.h"

typedef struct by_results by_results;

typedef struct by_results_header {
    const char *identity;    /* NUL-terminated, at most 1 MiB */
    const char *description; /* NUL-terminated JSON, at most 64 MiB */
    int32_t combo_count;
    int32_t param_count;
    const uint32_t *combos; /* [combo_count]: combo number (0-based) at each walk position; none
                               twice, and a shard's may have gaps */
    const uint16_t *digits; /* [combo_count][param_count], by walk position */
} by_results_header;

/* Creates the store in `directory`, or opens the one there if its identity is the same. BY_STORE
 * when it holds another sweep, is open for writing in another process, or the folder is not empty
 * and no result store. */
BY_API by_status by_results_create(const char *directory, const by_results_header *header,
                                   by_results **out, by_error *err);
/* Opens an existing store for reading. BY_DATA when there is none or it is damaged. */
BY_API by_status by_results_open(const char *directory, by_results **out, by_error *err);
BY_API void by_results_close(by_results *results);

/* The header, borrowed until close. */
BY_API const by_results_header *by_results_describe(const by_results *results);
/* Marks chunk_done[chunk] = 1 for each chunk that is there and sound; returns the number of combos
 * in them. */
BY_API by_status by_results_done(by_results *results, uint8_t *chunk_done, int64_t *combos_done,
                                 by_error *err);
/* Adds a chunk (`first` a multiple of BY_CHUNK_COMBOS, whole but for the last) to the open batch,
 * which lies in memory until by_results_commit (durable after it returns); one of over 64 MiB is
 * committed at once. BY_LIMIT when the disk is full: what was committed before is kept, and the
 * batch may be committed again when there is room. */
BY_API by_status by_results_put(by_results *results, int32_t first, int32_t count,
                                const by_result *rows, by_error *err);
BY_API by_status by_results_commit(by_results *results, by_error *err);
/* Copies all results that were committed, in rising order of combo numbers, into
 * rows[combo_count]; those missing get return_count -2. BY_DATA when chunks are damaged: their rows
 * count as missing, the others are there, and sweeping again mends the store. */
BY_API by_status by_results_read(by_results *results, by_result *rows, by_error *err);

#endif
