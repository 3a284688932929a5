/* SPDX-License-Identifier: MIT
 *
 * The results of one store into another one of the same rounds: blocks are taken as they are.
 */
#include <stdlib.h>
#include <string.h>

#include "results_rooms.h"

/* Little enough that memory is used again while it is near, enough that the disk is not waited for
 * often. */
enum { COMMIT_BYTES = 16 << 20 };

/* Chunks of a round on their way from one store into another. */
typedef struct taking {
    const by_results *from;
    MDB_txn *txn;
    int32_t round;
    int32_t first; /* chunk that comes next */
    int32_t end;   /* behind the last one that a commit takes; set by the job */
} taking;

static int put_chunk(const taking *at, MDB_txn *txn, MDB_dbi dbi, int32_t chunk, size_t *bytes) {
    by_key key;
    results_chunk_key(at->round, chunk, &key);
    MDB_val id = by_env_key(&key), value;
    int rc = mdb_get(at->txn, by_env_dbi(at->from->env), &id, &value);
    if (rc != 0) {
        return rc == MDB_NOTFOUND ? 0 : rc;
    }
    *bytes += value.mv_size;
    return mdb_put(txn, dbi, &id, &value, 0);
}

/* A sealed block stays as it is: below the same key it is as sound as it was. */
static int put_chunks(MDB_txn *txn, MDB_dbi dbi, void *context, by_error *err) {
    taking *at = context;
    const int32_t chunks = at->from->rounds[at->round].chunk_count;
    size_t bytes = 0;
    int rc = 0;
    (void)err;
    for (at->end = at->first; at->end < chunks && bytes < COMMIT_BYTES && rc == 0; at->end++) {
        rc = put_chunk(at, txn, dbi, at->end, &bytes);
    }
    return rc == 0 && bytes == 0 ? BY_ENV_NOTHING : rc;
}

/* A shard's identity has one line more, the last. */
static by_status check_identity(const by_results *into, const by_results *from, by_error *err) {
    char *whole = strdup(from->identity);
    if (whole == NULL) {
        return by_fail_nomem(err, strlen(from->identity));
    }
    char *last = strrchr(whole, '\n');
    if (last != NULL && strncmp(last, "\nshard ", 7) == 0) {
        *last = '\0';
    }
    by_status status = by_results_same(by_env_directory(from->env), whole, into->identity, err);
    free(whole);
    return status;
}

static by_status take_round(by_results *into, taking *at, by_error *err) {
    const int32_t combos = at->from->rounds[at->round].combo_count;
    if (at->round >= into->round_count || into->rounds[at->round].combo_count != combos) {
        return by_fail(err, BY_INTERNAL, "result store %.200s: its round %d has %d combos",
                       by_env_directory(at->from->env), at->round + 1, combos);
    }
    by_status status = BY_OK;
    for (at->first = 0; at->first < at->from->rounds[at->round].chunk_count && status == BY_OK;
         at->first = at->end) {
        status = by_env_write(into->env, put_chunks, at, err);
    }
    return status;
}

by_status by_results_merge(by_results *into, by_results *from, by_error *err) {
    taking at = {.from = from};
    by_status status = check_identity(into, from, err);
    status = status == BY_OK ? by_results_commit(into, NULL, err) : status;
    status = status == BY_OK ? by_env_begin(from->env, &at.txn, err) : status;
    if (status != BY_OK) {
        return status;
    }
    for (; status == BY_OK && at.round < from->round_count; at.round++) {
        status = take_round(into, &at, err);
    }
    by_env_end(from->env, at.txn);
    return status;
}
