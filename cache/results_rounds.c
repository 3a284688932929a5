/* SPDX-License-Identifier: MIT
 *
 * The rounds of a result store, and the order of all its combos.
 */
#include <stdlib.h>
#include <string.h>

#include "results_rooms.h"

enum { ROUNDS_MAX = 1 << 24 };

int32_t results_chunk_count(const results_round *round, int32_t chunk) {
    int32_t left = round->combo_count - chunk * round->chunk_size;
    return left < round->chunk_size ? left : round->chunk_size;
}

by_status results_count_round(by_results *results, int32_t combo_count, by_error *err) {
    by_results_header *h = &results->header;
    if (combo_count < 1 || combo_count > INT32_MAX - h->combo_count ||
        results->round_count == ROUNDS_MAX) {
        return by_fail(err, BY_LIMIT,
                       "result store %.200s: a round of %d combos behind %d combos in %d rounds",
                       by_env_directory(results->env), combo_count, h->combo_count,
                       results->round_count);
    }
    if (results->round_count == results->round_room) {
        int32_t room = results->round_room > 0 ? results->round_room * 2 : 64;
        results_round *larger = realloc(results->rounds, (size_t)room * sizeof *larger);
        if (larger == NULL) {
            return by_fail_nomem(err, (size_t)room * sizeof *larger);
        }
        results->rounds = larger;
        results->round_room = room;
    }
    results_round *round = &results->rounds[results->round_count++];
    *round = (results_round){.combo_count = combo_count,
                             .chunk_size = by_sweep_chunk_size(combo_count),
                             .first_chunk = h->chunk_count,
                             .first_position = h->combo_count};
    round->chunk_count = (combo_count - 1) / round->chunk_size + 1;
    h->round_count = results->round_count;
    h->combo_count += combo_count;
    h->chunk_count += round->chunk_count;
    return BY_OK;
}

static by_status fail_round(const by_results *results, int32_t round, const char *fault,
                            by_error *err) {
    return by_fail(err, BY_DATA,
                   "result store %.200s: round %d is damaged: %s. Sweep again to mend it",
                   by_env_directory(results->env), round + 1, fault);
}

/* A round as it is stored, borrowed from the transaction; *block is NULL when it is not there. */
static by_status get_round(const by_results *results, MDB_txn *txn, int32_t round,
                           const by_block **block, by_error *err) {
    by_key key;
    results_round_key(round, &key);
    MDB_val id = by_env_key(&key), value;
    int rc = mdb_get(txn, by_env_dbi(results->env), &id, &value);
    *block = NULL;
    if (rc != 0) {
        return rc == MDB_NOTFOUND ? BY_OK : by_env_fail(results->env, rc, "read", err);
    }
    const char *fault = (uintptr_t)value.mv_data % 8 != 0
                            ? "it is not where it was put"
                            : by_block_fault(value.mv_data, value.mv_size, BY_BLOCK_COMBOS, &key);
    if (fault != NULL) {
        return fail_round(results, round, fault, err);
    }
    const by_block *found = value.mv_data;
    uint64_t per_combo =
        sizeof(uint32_t) + (uint64_t)results->header.param_count * sizeof(uint16_t);
    if (found->count < 1 || found->count > INT32_MAX || found->index != (uint32_t)round ||
        found->payload_bytes != found->count * per_combo) {
        return fail_round(results, round, "its counts are wrong", err);
    }
    *block = found;
    return BY_OK;
}

/* The combos of all rounds, one round after the other. */
static by_status copy_combos(by_results *results, MDB_txn *txn, by_error *err) {
    by_results_header *h = &results->header;
    size_t count = (size_t)h->combo_count, params = (size_t)h->param_count;
    size_t digits_bytes = count * params * sizeof *results->digits;
    results->combos = malloc(count * sizeof *results->combos + 1);
    results->digits = malloc(digits_bytes + 1);
    results->sound = calloc((size_t)h->chunk_count + 1, 1);
    if (results->combos == NULL || results->digits == NULL || results->sound == NULL) {
        return by_fail_nomem(err, digits_bytes + count * sizeof *results->combos);
    }
    for (int32_t r = 0; r < results->round_count; r++) {
        const by_block *block;
        by_status status = get_round(results, txn, r, &block, err);
        if (status != BY_OK) {
            return status;
        }
        size_t first = (size_t)results->rounds[r].first_position, combos = block->count;
        const uint32_t *from = (const uint32_t *)(const void *)(block + 1);
        memcpy(results->combos + first, from, combos * sizeof *from);
        memcpy(results->digits + first * params, from + combos,
               combos * params * sizeof *results->digits);
    }
    h->combos = results->combos;
    h->digits = results->digits;
    return BY_OK;
}

/* The numbers are 0 to count - 1, each once. */
static by_status rank_combos(by_results *results, by_error *err) {
    size_t count = (size_t)results->header.combo_count;
    results->rank = malloc(count * sizeof *results->rank + 1);
    results->position = malloc(count * sizeof *results->position + 1);
    uint8_t *seen = calloc(count + 1, 1);
    by_status status = BY_OK;
    if (results->rank == NULL || results->position == NULL || seen == NULL) {
        status = by_fail_nomem(err, count * sizeof *results->rank);
    }
    for (size_t i = 0; i < count && status == BY_OK; i++) {
        uint32_t number = results->combos[i];
        if (number >= count || seen[number]) {
            status = by_fail(err, BY_DATA,
                             "result store %.200s: combo %u is in it twice, or is "
                             "none of its %zu. Sweep again to mend it",
                             by_env_directory(results->env), number, count);
            break;
        }
        seen[number] = 1;
        results->rank[i] = number;
        results->position[number] = (uint32_t)i;
    }
    results->header.position = results->position;
    free(seen);
    return status;
}

by_status results_load_rounds(by_results *results, MDB_txn *txn, by_error *err) {
    const by_block *block;
    by_status status = get_round(results, txn, 0, &block, err);
    for (int32_t r = 0; status == BY_OK && block != NULL;) {
        status = results_count_round(results, (int32_t)block->count, err);
        status = status == BY_OK ? get_round(results, txn, ++r, &block, err) : status;
    }
    if (results->lock_fd >= 0) { /* a writer is told its combos; a damaged round is written anew */
        return status == BY_DATA ? BY_OK : status;
    }
    if (results->brief) {
        return status;
    }
    status = status == BY_OK ? copy_combos(results, txn, err) : status;
    return status == BY_OK ? rank_combos(results, err) : status;
}

/* BY_OK when the round that is stored has these combos. */
static by_status compare_round(by_results *results, int32_t round, const by_block *block,
                               const uint32_t *combos, const uint16_t *digits, by_error *err) {
    size_t combos_bytes = block->count * sizeof *combos;
    size_t digits_bytes = block->count * (size_t)results->header.param_count * sizeof *digits;
    const char *stored = (const char *)(block + 1);
    if (memcmp(stored, combos, combos_bytes) == 0 &&
        (digits_bytes == 0 || memcmp(stored + combos_bytes, digits, digits_bytes) == 0)) {
        return BY_OK;
    }
    return by_fail(err, BY_STORE,
                   "result store %.200s: round %d has other combos than the sweep asks for now; "
                   "name another --store, or remove this one to start again",
                   by_env_directory(results->env), round + 1);
}

static by_status check_round(by_results *results, int32_t round, int32_t combo_count,
                             const uint32_t *combos, const uint16_t *digits, by_error *err) {
    MDB_txn *txn;
    const by_block *block;
    by_status status = by_env_begin(results->env, &txn, err);
    if (status != BY_OK) {
        return status;
    }
    status = get_round(results, txn, round, &block, err);
    if (status == BY_OK && block != NULL && block->count == (uint32_t)combo_count) {
        status = compare_round(results, round, block, combos, digits, err);
    } else if (status == BY_OK && block != NULL) {
        status = by_fail(err, BY_STORE,
                         "result store %.200s: round %d has %u combos, and the sweep asks for %d; "
                         "name another --store, or remove this one to start again",
                         by_env_directory(results->env), round + 1, block->count, combo_count);
    }
    by_env_end(results->env, txn);
    return status;
}

by_status by_results_round(by_results *results, int32_t round, int32_t combo_count,
                           const uint32_t *combos, const uint16_t *digits, by_error *err) {
    size_t combos_bytes = (size_t)combo_count * sizeof *combos;
    size_t digits_bytes =
        (size_t)combo_count * (size_t)results->header.param_count * sizeof *digits;
    if (round < results->round_count) {
        return check_round(results, round, combo_count, combos, digits, err);
    }
    if (round != results->round_count) {
        return by_fail(err, BY_INTERNAL, "result store %.200s: round %d behind %d rounds",
                       by_env_directory(results->env), round + 1, results->round_count);
    }
    if (combos_bytes + digits_bytes > UINT32_MAX - 4096) {
        return by_fail(err, BY_LIMIT,
                       "result store %.200s: %d combos of %d params are too many for one store",
                       by_env_directory(results->env), combo_count, results->header.param_count);
    }
    by_status status = results_count_round(results, combo_count, err);
    if (status != BY_OK) {
        return status;
    }
    by_block header = {
        .kind = BY_BLOCK_COMBOS, .count = (uint32_t)combo_count, .index = (uint32_t)round};
    return results_append(results, header, combos, combos_bytes, digits, digits_bytes, err);
}
