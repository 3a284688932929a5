/* SPDX-License-Identifier: MIT
 *
 * Rows of a result store: chunks in walk order on disk, the order of combos out.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results_rooms.h"

/* What was read of the map counts as memory of the process; it is given back after so many bytes.
 */
enum { TRIM_BYTES = 16 << 20 };

static const by_result missing = {.return_count = -2};

/* 0 and a chunk as it is stored, sound and borrowed from the transaction; MDB_NOTFOUND when it is
 * not there or damaged, *fault telling which. */
static int find_chunk(by_results *results, MDB_txn *txn, int32_t round, int32_t chunk,
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
    int rc = find_chunk(results, txn, round, chunk, &block, fault);
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
        rc = find_chunk(results, txn, round, chunk, &block, &fault);
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

/* Hands the rows of a chunk on, or NULL where they are missing; `ranks` says where they go in the
 * order of combos. */
typedef void (*visitor)(void *context, const by_result *rows, const uint32_t *ranks, int32_t count);

typedef struct damage {
    int32_t count;
    int32_t first; /* chunk of the store */
    const char *fault;
} damage;

static by_status tell(const by_results *results, const damage *found, by_error *err) {
    if (found->count == 0) {
        return BY_OK;
    }
    return by_fail(err, BY_DATA,
                   "result store %.200s: %d of its %d chunks are damaged (the first is chunk %d: "
                   "%s); sweep again to compute them anew",
                   by_env_directory(results->env), found->count, results->header.chunk_count,
                   found->first + 1, found->fault);
}

/* Visits all chunks. */
static by_status visit(by_results *results, visitor f, void *context, by_error *err) {
    MDB_txn *txn;
    damage found = {0};
    size_t seen_bytes = 0;
    if (results->rank == NULL) {
        return by_fail(err, BY_INTERNAL, "result store %.200s: it is not open for reading",
                       by_env_directory(results->env));
    }
    by_status status = by_env_begin(results->env, &txn, err);
    if (status != BY_OK) {
        return status;
    }
    int rc = 0;
    for (int32_t round = 0; round < results->round_count && rc == 0; round++) {
        const results_round *r = &results->rounds[round];
        for (int32_t chunk = 0; chunk < r->chunk_count && rc == 0; chunk++) {
            const by_result *rows;
            const char *fault;
            int32_t count = results_chunk_count(r, chunk);
            rc = results_get_chunk(results, txn, round, chunk, &rows, &fault);
            if (fault != NULL && found.count++ == 0) {
                found.first = r->first_chunk + chunk;
                found.fault = fault;
            }
            f(context, rc == 0 ? rows : NULL,
              results->rank + r->first_position + chunk * r->chunk_size, count);
            rc = rc == MDB_NOTFOUND ? 0 : rc;
            seen_bytes += (size_t)count * sizeof *rows;
            if (seen_bytes > TRIM_BYTES) {
                by_env_trim(results->env);
                seen_bytes = 0;
            }
        }
    }
    by_env_end(results->env, txn);
    return rc == 0 ? tell(results, &found, err) : by_env_fail(results->env, rc, "read", err);
}

static void copy_rows(void *context, const by_result *rows, const uint32_t *ranks, int32_t count) {
    by_result *to = context;
    for (int32_t i = 0; i < count; i++) {
        to[ranks[i]] = rows != NULL ? rows[i] : missing;
    }
}

by_status by_results_read(by_results *results, by_result *rows, by_error *err) {
    return visit(results, copy_rows, rows, err);
}

void by_results_digits(const by_results *results, uint16_t *digits) {
    size_t params = (size_t)results->header.param_count;
    for (int32_t i = 0; i < results->header.combo_count; i++) {
        memcpy(digits + (size_t)i * params, results->digits + results->position[i] * params,
               params * sizeof *digits);
    }
}

typedef struct column {
    int32_t metric;
    double *values;
} column;

static void copy_column(void *context, const by_result *rows, const uint32_t *ranks,
                        int32_t count) {
    const column *to = context;
    for (int32_t i = 0; i < count; i++) {
        to->values[ranks[i]] =
            rows != NULL && rows[i].return_count >= 0 ? rows[i].metric[to->metric] : NAN;
    }
}

by_status by_results_column(by_results *results, int32_t metric, double *values, by_error *err) {
    column to = {metric, values};
    return visit(results, copy_column, &to, err);
}

static void copy_counts(void *context, const by_result *rows, const uint32_t *ranks,
                        int32_t count) {
    int32_t *to = context;
    for (int32_t i = 0; i < count; i++) {
        to[ranks[i]] = rows != NULL ? rows[i].return_count : missing.return_count;
    }
}

by_status by_results_counts(by_results *results, int32_t *return_counts, by_error *err) {
    return visit(results, copy_counts, return_counts, err);
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
    damage one = {fault != NULL, results->rounds[round].first_chunk + chunk, fault};
    return tell(results, &one, err);
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
    if (own % (TRIM_BYTES / (BY_CHUNK_COMBOS * (int32_t)sizeof *rows)) == 0) {
        by_env_trim(results->env);
    }
    return copy_chunk(results, round, own, 0, count, rows, err);
}
