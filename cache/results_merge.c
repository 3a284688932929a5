/* SPDX-License-Identifier: MIT
 *
 * The results of one store into another one of the same rounds: blocks are taken as they are.
 */
#include <stdlib.h>
#include <string.h>

#include "results_rooms.h"

enum { COMMIT_BYTES = 32 << 20 };

/* Takes one block over; *found tells whether it is there. */
static by_status take(by_results *into, const by_results *from, MDB_txn *txn, const by_key *key,
                      uint16_t kind, int *found, by_error *err) {
    MDB_val id = by_env_key(key), value;
    int rc = mdb_get(txn, by_env_dbi(from->env), &id, &value);
    *found = rc == 0;
    if (rc != 0) {
        return rc == MDB_NOTFOUND ? BY_OK : by_env_fail(from->env, rc, "read", err);
    }
    const char *fault = (uintptr_t)value.mv_data % 8 != 0
                            ? "it is not where it was put"
                            : by_block_fault(value.mv_data, value.mv_size, kind, key);
    if (fault != NULL) {
        return by_fail(err, BY_DATA,
                       "result store %.200s: a part of it is damaged: %s. Sweep this shard again "
                       "to mend it",
                       by_env_directory(from->env), fault);
    }
    const by_block *block = value.mv_data;
    by_status status = results_append(into, *block, block + 1, block->payload_bytes, NULL, 0, err);
    return status == BY_OK && into->open.used_bytes > COMMIT_BYTES
               ? by_results_commit(into, NULL, err)
               : status;
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

/* Of one identity, rounds of one number are the same. */
static by_status take_round(by_results *into, const by_results *from, MDB_txn *txn, int32_t r,
                            by_error *err) {
    by_key key;
    int found = 1;
    by_status status = BY_OK;
    if (r == into->round_count) {
        results_round_key(r, &key);
        status = results_count_round(into, from->rounds[r].combo_count, err);
        status =
            status == BY_OK ? take(into, from, txn, &key, BY_BLOCK_COMBOS, &found, err) : status;
    }
    for (int32_t c = 0; status == BY_OK && c < from->rounds[r].chunk_count; c++) {
        results_chunk_key(r, c, &key);
        status = take(into, from, txn, &key, BY_BLOCK_RESULTS, &found, err);
    }
    return status;
}

by_status by_results_merge(by_results *into, by_results *from, by_error *err) {
    MDB_txn *txn;
    by_status status = check_identity(into, from, err);
    status = status == BY_OK ? by_env_begin(from->env, &txn, err) : status;
    if (status != BY_OK) {
        return status;
    }
    for (int32_t r = 0; status == BY_OK && r < from->round_count; r++) {
        status = take_round(into, from, txn, r, err);
    }
    by_env_end(from->env, txn);
    return status;
}
