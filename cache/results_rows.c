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

int results_get_chunk(by_results *results, MDB_txn *txn, int32_t round, int32_t chunk,
                      const by_result **rows, const char **fault) {
    const results_round *r = &results->rounds[round];
    by_key key;
    results_chunk_key(round, chunk, &key);
    MDB_val id = by_env_key(&key), value;
    int rc = mdb_get(txn, by_env_dbi(results->env), &id, &value);
    *fault = NULL;
    if (rc != 0) {
        return rc;
    }
    uint8_t *sound = results->sound != NULL ? &results->sound[r->first_chunk + chunk] : NULL;
    const by_block *block = value.mv_data;
    uint32_t count = (uint32_t)results_chunk_count(r, chunk);
    if ((uintptr_t)block % 8 != 0) {
        *fault = "it is not where it was put";
    } else if (sound == NULL || *sound == 0) {
        *fault = by_block_fault(block, value.mv_size, BY_BLOCK_RESULTS, &key);
    }
    if (*fault == NULL &&
        (block->count != count || block->index != (uint32_t)chunk ||
         !results_unpack((const uint64_t *)(const void *)(block + 1), block->payload_bytes,
                         (int32_t)count, results->unpacked))) {
        *fault = "its counts are wrong";
    }
    if (*fault == NULL && sound != NULL) {
        *sound = 1;
    }
    *rows = results->unpacked;
    return *fault == NULL ? 0 : MDB_NOTFOUND;
}

/* Calls f with each chunk of a round: its rows, or NULL where they are missing or damaged. */
static by_status each_of_round(by_results *results, int32_t round,
                               void (*f)(void *context, int32_t chunk, const by_result *rows,
                                         int32_t count),
                               void *context, by_error *err) {
    MDB_txn *txn;
    if (round < 0 || round >= results->round_count) {
        return by_fail(err, BY_INTERNAL, "result store %.200s: it has no round %d",
                       by_env_directory(results->env), round + 1);
    }
    by_status status = by_env_begin(results->env, &txn, err);
    if (status != BY_OK) {
        return status;
    }
    const results_round *r = &results->rounds[round];
    int rc = 0;
    for (int32_t chunk = 0; chunk < r->chunk_count && rc == 0; chunk++) {
        const by_result *rows;
        const char *fault;
        rc = results_get_chunk(results, txn, round, chunk, &rows, &fault);
        f(context, chunk, rc == 0 ? rows : NULL, results_chunk_count(r, chunk));
        rc = rc == MDB_NOTFOUND ? 0 : rc;
    }
    by_env_end(results->env, txn);
    return rc == 0 ? BY_OK : by_env_fail(results->env, rc, "read", err);
}

typedef struct tally {
    uint8_t *chunk_done;
    int64_t combos;
} tally;

static void mark(void *context, int32_t chunk, const by_result *rows, int32_t count) {
    tally *to = context;
    to->chunk_done[chunk] = rows != NULL;
    to->combos += rows != NULL ? count : 0;
}

by_status by_results_done(by_results *results, int32_t round, uint8_t *chunk_done,
                          int64_t *combos_done, by_error *err) {
    tally to = {chunk_done, 0};
    by_status status = each_of_round(results, round, mark, &to, err);
    *combos_done = to.combos;
    return status;
}

static void copy_round(void *context, int32_t chunk, const by_result *rows, int32_t count) {
    by_result **to = context; /* the chunks come one after the other */
    (void)chunk;
    for (int32_t i = 0; i < count; i++) {
        (*to)[i] = rows != NULL ? rows[i] : missing;
    }
    *to += count;
}

by_status by_results_round_rows(by_results *results, int32_t round, by_result *rows,
                                by_error *err) {
    by_result *to = rows;
    results_settle(results);
    by_status status = each_of_round(results, round, copy_round, &to, err);
    if (status == BY_OK) {
        results_overlay(results, round, rows);
    }
    return status;
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
