/* SPDX-License-Identifier: MIT
 *
 * Rows of a result store: chunks in walk order on disk, combo order out.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "results_rooms.h"

enum { BATCH_BYTES_MAX = 64 << 20 }; /* a larger batch is committed before its time */

int32_t by_results_chunk_count(const by_results *results) {
    return (results->header.combo_count - 1) / BY_CHUNK_COMBOS + 1;
}

int32_t by_results_chunk_size(const by_results *results, int32_t chunk) {
    int32_t left = results->header.combo_count - chunk * BY_CHUNK_COMBOS;
    return left < BY_CHUNK_COMBOS ? left : BY_CHUNK_COMBOS;
}

static void chunk_key(uint32_t chunk, by_key *out) {
    unsigned char bytes[8] = {'r', 0, 0, 0};
    for (int i = 7; i >= 4; i--, chunk >>= 8) {
        bytes[i] = (unsigned char)(chunk & 0xff);
    }
    memset(out, 0, sizeof *out);
    memcpy(out->word, bytes, sizeof bytes);
    out->size_bytes = sizeof bytes;
}

/* 0 and the rows of a sound chunk (borrowed from the transaction, or *copy); MDB_NOTFOUND when it
 * is not there or damaged, with *fault telling which. */
static int get_chunk(const by_results *results, MDB_txn *txn, int32_t chunk, const by_result **rows,
                     void **copy, const char **fault) {
    by_key key;
    chunk_key((uint32_t)chunk, &key);
    MDB_val id = by_env_key(&key), value;
    int rc = mdb_get(txn, by_env_dbi(results->env), &id, &value);
    *copy = NULL;
    *fault = NULL;
    if (rc != 0) {
        return rc;
    }
    const void *data = value.mv_data;
    if ((uintptr_t)data % 8 != 0) {
        *copy = malloc(value.mv_size);
        if (*copy == NULL) {
            return ENOMEM;
        }
        data = memcpy(*copy, data, value.mv_size);
    }
    *fault = by_block_fault(data, value.mv_size, BY_BLOCK_RESULTS, &key);
    const by_block *block = data;
    uint32_t count = (uint32_t)by_results_chunk_size(results, chunk);
    if (*fault == NULL && (block->count != count || block->index != (uint32_t)chunk ||
                           block->payload_bytes != count * sizeof **rows)) {
        *fault = "its counts are wrong";
    }
    *rows = (const by_result *)(const void *)(block + 1);
    return *fault == NULL ? 0 : MDB_NOTFOUND;
}

by_status by_results_done(by_results *results, uint8_t *chunk_done, int64_t *combos_done,
                          by_error *err) {
    MDB_txn *txn;
    *combos_done = 0;
    by_status status = by_env_begin(results->env, &txn, err);
    if (status != BY_OK) {
        return status;
    }
    int rc = 0;
    for (int32_t chunk = 0; chunk < by_results_chunk_count(results); chunk++) {
        const by_result *rows;
        const char *fault;
        void *copy;
        rc = get_chunk(results, txn, chunk, &rows, &copy, &fault);
        free(copy);
        if (rc != 0 && rc != MDB_NOTFOUND) {
            break;
        }
        chunk_done[chunk] = rc == 0;
        *combos_done += rc == 0 ? by_results_chunk_size(results, chunk) : 0;
        rc = 0;
    }
    by_env_end(results->env, txn);
    return rc == 0 ? BY_OK : by_env_fail(results->env, rc, "read", err);
}

static by_status add_to_batch(by_results *results, by_block *block, by_error *err) {
    if (results->batch_count == results->batch_room) {
        int32_t room = results->batch_room > 0 ? results->batch_room * 2 : 64;
        by_block **larger = realloc(results->batch, (size_t)room * sizeof *larger);
        if (larger == NULL) {
            free(block);
            return by_fail_nomem(err, (size_t)room * sizeof *larger);
        }
        results->batch = larger;
        results->batch_room = room;
    }
    results->batch[results->batch_count++] = block;
    results->batch_bytes += by_block_size(block->payload_bytes);
    return results->batch_bytes > BATCH_BYTES_MAX ? by_results_commit(results, err) : BY_OK;
}

by_status by_results_put(by_results *results, int32_t first, int32_t count, const by_result *rows,
                         by_error *err) {
    int32_t chunk = first / BY_CHUNK_COMBOS;
    if (first < 0 || first >= results->header.combo_count || first % BY_CHUNK_COMBOS != 0 ||
        count != by_results_chunk_size(results, chunk)) {
        return by_fail(
            err, BY_INTERNAL, "result store %.200s: combos %d to %d are not a chunk of its %d",
            by_env_directory(results->env), first, first + count, results->header.combo_count);
    }
    by_key key;
    chunk_key((uint32_t)chunk, &key);
    size_t payload = (size_t)count * sizeof *rows;
    by_block *block = malloc(by_block_size(payload));
    if (block == NULL) {
        return by_fail_nomem(err, by_block_size(payload));
    }
    *block = (by_block){.kind = BY_BLOCK_RESULTS,
                        .payload_bytes = payload,
                        .count = (uint32_t)count,
                        .index = (uint32_t)chunk,
                        .first = first,
                        .last = first + count - 1};
    memcpy(block + 1, rows, payload);
    by_block_seal(block, &key);
    return add_to_batch(results, block, err);
}

static int write_batch(MDB_txn *txn, MDB_dbi dbi, void *context, by_error *err) {
    by_results *results = context;
    (void)err;
    for (int32_t i = 0; i < results->batch_count; i++) {
        by_key key;
        chunk_key(results->batch[i]->index, &key);
        MDB_val id = by_env_key(&key);
        MDB_val value = {by_block_size(results->batch[i]->payload_bytes), results->batch[i]};
        int rc = mdb_put(txn, dbi, &id, &value, 0);
        if (rc != 0) {
            return rc;
        }
    }
    return 0;
}

by_status by_results_commit(by_results *results, by_error *err) {
    if (results->batch_count == 0) {
        return BY_OK;
    }
    by_status status = by_env_write(results->env, write_batch, results, err);
    if (status != BY_OK) {
        return status; /* the batch stays, to be committed when there is room again */
    }
    for (int32_t i = 0; i < results->batch_count; i++) {
        free(results->batch[i]);
    }
    results->batch_count = 0;
    results->batch_bytes = 0;
    return BY_OK;
}

static void scatter(const by_results *results, int32_t chunk, const by_result *from,
                    by_result *rows) {
    static const by_result missing = {.return_count = -2};
    int32_t first = chunk * BY_CHUNK_COMBOS, count = by_results_chunk_size(results, chunk);
    for (int32_t i = 0; i < count; i++) {
        rows[results->rank[first + i]] = from != NULL ? from[i] : missing;
    }
}

by_status by_results_read(by_results *results, by_result *rows, by_error *err) {
    MDB_txn *txn;
    int32_t damaged = 0, first_damaged = 0;
    const char *first_fault = NULL;
    by_status status = by_env_begin(results->env, &txn, err);
    if (status != BY_OK) {
        return status;
    }
    int rc = 0;
    for (int32_t chunk = 0; chunk < by_results_chunk_count(results) && rc == 0; chunk++) {
        const by_result *found = NULL;
        const char *fault;
        void *copy;
        rc = get_chunk(results, txn, chunk, &found, &copy, &fault);
        scatter(results, chunk, rc == 0 ? found : NULL, rows);
        free(copy);
        if (fault != NULL && damaged++ == 0) {
            first_damaged = chunk;
            first_fault = fault;
        }
        rc = rc == MDB_NOTFOUND ? 0 : rc;
    }
    by_env_end(results->env, txn);
    if (rc != 0) {
        return by_env_fail(results->env, rc, "read", err);
    }
    if (damaged > 0) {
        return by_fail(err, BY_DATA,
                       "result store %.200s: %d of its %d chunks are damaged (the first is chunk "
                       "%d: %s); sweep again to compute them anew",
                       by_env_directory(results->env), damaged, by_results_chunk_count(results),
                       first_damaged + 1, first_fault);
    }
    return BY_OK;
}
