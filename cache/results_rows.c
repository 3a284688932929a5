/* SPDX-License-Identifier: MIT
 *
 * Rows of a result store, chunk by chunk.
 */
#include <string.h>

#include "results_rooms.h"

enum { TRIM_CHUNKS = RESULTS_TRIM_BYTES / (BY_CHUNK_COMBOS * (int)sizeof(by_result)) };

static const by_result missing = {.return_count = -2};

int results_find_chunk(by_results *results, MDB_txn *txn, int32_t round, int32_t chunk,
                       const by_block **block, const char **fault) {
    const results_round *r = &results->rounds[round];
    by_key key;
    results_chunk_key(round, chunk, &key);
    MDB_val id = by_env_key(&key), value;
    int rc = mdb_get(txn, by_env_dbi(results->env), &id, &value);
    *fault = NULL;
    if (rc != 0) {
        return rc;
    }
    const uint8_t *sound = results->sound != NULL ? &results->sound[r->first_chunk + chunk] : NULL;
    *block = value.mv_data;
    if ((uintptr_t)value.mv_data % 8 != 0) {
        *fault = "it is not where it was put";
    } else if (sound == NULL || *sound == 0) {
        *fault = by_block_fault(*block, value.mv_size, BY_BLOCK_RESULTS, &key);
    }
    if (*fault == NULL && ((*block)->count != (uint32_t)results_chunk_count(r, chunk) ||
                           (*block)->index != (uint32_t)chunk)) {
        *fault = "its counts are wrong";
    }
    return *fault == NULL ? 0 : MDB_NOTFOUND;
}

int results_get_chunk(by_results *results, MDB_txn *txn, int32_t round, int32_t chunk,
                      const by_result **rows, const char **fault) {
    const by_block *block;
    int rc = results_find_chunk(results, txn, round, chunk, &block, fault);
    if (rc != 0) {
        return rc;
    }
    if (!results_unpack((const uint64_t *)(const void *)(block + 1), block->payload_bytes,
                        (int32_t)block->count, results->unpacked)) {
        *fault = "its counts are wrong";
        return MDB_NOTFOUND;
    }
    if (results->sound != NULL) {
        results->sound[results->rounds[round].first_chunk + chunk] = 1;
    }
    *rows = results->unpacked;
    return 0;
}

static by_status begin_round(by_results *results, int32_t round, MDB_txn **txn, by_error *err) {
    if (round < 0 || round >= results->round_count) {
        return by_fail(err, BY_INTERNAL, "result store %.200s: it has no round %d",
                       by_env_directory(results->env), round + 1);
    }
    return by_env_begin(results->env, txn, err);
}

by_status by_results_done(by_results *results, int32_t round, uint8_t *chunk_done,
                          int64_t *combos_done, by_error *err) {
    MDB_txn *txn;
    *combos_done = 0;
    by_status status = begin_round(results, round, &txn, err);
    if (status != BY_OK) {
        return status;
    }
    const results_round *r = &results->rounds[round];
    int rc = 0;
    for (int32_t chunk = 0; chunk < r->chunk_count && (rc == 0 || rc == MDB_NOTFOUND); chunk++) {
        const by_block *block;
        const char *fault;
        rc = results_find_chunk(results, txn, round, chunk, &block, &fault);
        if (chunk_done != NULL) {
            chunk_done[chunk] = rc == 0;
        }
        *combos_done += rc == 0 ? results_chunk_count(r, chunk) : 0;
    }
    by_env_end(results->env, txn);
    return rc == 0 || rc == MDB_NOTFOUND ? BY_OK : by_env_fail(results->env, rc, "read", err);
}

by_status by_results_round_rows(by_results *results, int32_t round, by_result *rows,
                                by_error *err) {
    MDB_txn *txn;
    results_settle(results);
    by_status status = begin_round(results, round, &txn, err);
    if (status != BY_OK) {
        return status;
    }
    const results_round *r = &results->rounds[round];
    int rc = 0;
    by_result *to = rows;
    for (int32_t chunk = 0; chunk < r->chunk_count && (rc == 0 || rc == MDB_NOTFOUND); chunk++) {
        const by_result *found = NULL;
        const char *fault;
        rc = results_get_chunk(results, txn, round, chunk, &found, &fault);
        for (int32_t i = 0, count = results_chunk_count(r, chunk); i < count; i++) {
            *to++ = rc == 0 ? found[i] : missing;
        }
    }
    by_env_end(results->env, txn);
    if (rc != 0 && rc != MDB_NOTFOUND) {
        return by_env_fail(results->env, rc, "read", err);
    }
    results_overlay(results, round, rows);
    return BY_OK;
}

/* The last of the rounds whose `first(round)` is not above `wanted`. */
static int32_t find_round(const by_results *results, int32_t wanted, size_t offset) {
    int32_t low = 0, high = results->round_count - 1;
    while (low < high) {
        int32_t middle = low + (high - low + 1) / 2, first;
        memcpy(&first, (const char *)&results->rounds[middle] + offset, sizeof first);
        if (first <= wanted) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    return low;
}

/* Copies rows [first, first + count) of a chunk; *count becomes 0 when it is missing. */
static by_status copy_chunk(by_results *results, int32_t round, int32_t chunk, int32_t first,
                            int32_t *count, by_result *rows, by_error *err) {
    MDB_txn *txn;
    const by_result *found;
    const char *fault;
    by_status status = by_env_begin(results->env, &txn, err);
    if (status != BY_OK) {
        return status;
    }
    int rc = results_get_chunk(results, txn, round, chunk, &found, &fault);
    if (rc == 0) {
        memcpy(rows, found + first, (size_t)*count * sizeof *rows);
    } else {
        *count = 0;
    }
    by_env_end(results->env, txn);
    if (rc != 0 && rc != MDB_NOTFOUND) {
        return by_env_fail(results->env, rc, "read", err);
    }
    results_damage one = {fault != NULL, results->rounds[round].first_chunk + chunk, fault};
    return results_tell(results, &one, err);
}

by_status by_results_row(by_results *results, int32_t position, by_result *row, by_error *err) {
    *row = missing;
    if (position < 0 || position >= results->header.combo_count) {
        return by_fail(err, BY_USAGE, "result store %.200s: it has no walk position %d",
                       by_env_directory(results->env), position);
    }
    int32_t round = find_round(results, position, offsetof(results_round, first_position));
    const results_round *r = &results->rounds[round];
    int32_t at = position - r->first_position, one = 1;
    by_status status =
        copy_chunk(results, round, at / r->chunk_size, at % r->chunk_size, &one, row, err);
    return status;
}

by_status by_results_chunk(by_results *results, int32_t chunk, int32_t *first, int32_t *count,
                           by_result *rows, by_error *err) {
    if (chunk < 0 || chunk >= results->header.chunk_count) {
        return by_fail(err, BY_USAGE, "result store %.200s: it has no chunk %d",
                       by_env_directory(results->env), chunk);
    }
    int32_t round = find_round(results, chunk, offsetof(results_round, first_chunk));
    const results_round *r = &results->rounds[round];
    int32_t own = chunk - r->first_chunk;
    *first = r->first_position + own * r->chunk_size;
    *count = results_chunk_count(r, own);
    if (own % TRIM_CHUNKS == 0) {
        by_env_trim(results->env);
    }
    return copy_chunk(results, round, own, 0, count, rows, err);
}
