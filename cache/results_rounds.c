/* SPDX-License-Identifier: MIT
 *
 * The rounds of a result store, and the order of all its combos.
 */
#include <stdlib.h>
#include <string.h>

#include "results_rooms.h"

enum { ROUNDS_MAX = 1 << 24 };

#define UNKNOWN UINT32_MAX

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

static size_t combo_bytes(const by_results *results) {
    return sizeof(uint32_t) + (size_t)results->header.param_count * sizeof(uint16_t);
}

size_t results_held(const by_results *results, const by_block *block) {
    return (size_t)block->payload_bytes / combo_bytes(results);
}

by_status results_get_round(const by_results *results, MDB_txn *txn, int32_t round,
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
    const int64_t held = (int64_t)results_held(results, found);
    if (found->count < 1 || found->count > INT32_MAX || found->index != (uint32_t)round ||
        found->payload_bytes % combo_bytes(results) != 0 || found->first < 0 ||
        held > (int64_t)found->count || found->first > (int64_t)found->count - held) {
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
    memset(results->combos, 0xff, count * sizeof *results->combos); /* UNKNOWN */
    memset(results->digits, 0xff, digits_bytes);                    /* BY_DIGIT_NONE */
    for (int32_t r = 0; r < results->round_count; r++) {
        const by_block *block;
        by_status status = results_get_round(results, txn, r, &block, err);
        if (status != BY_OK) {
            return status;
        }
        const size_t first = (size_t)results->rounds[r].first_position + (size_t)block->first;
        const size_t combos = results_held(results, block);
        const uint32_t *from = (const uint32_t *)(const void *)(block + 1);
        memcpy(results->combos + first, from, combos * sizeof *from);
        memcpy(results->digits + first * params, from + combos,
               combos * params * sizeof *results->digits);
    }
    h->combos = results->combos;
    h->digits = results->digits;
    return BY_OK;
}

/* The numbers are 0 to count - 1, each once. Those that a shard does not tell go to the combos of
 * which it does not tell, which have no results. */
static by_status place_combos(by_results *results, by_error *err) {
    const size_t count = (size_t)results->header.combo_count, size = count * sizeof(uint32_t);
    uint32_t *position = results->position = malloc(size + 1);
    if (position == NULL) {
        return by_fail_nomem(err, size);
    }
    memset(position, 0xff, size); /* UNKNOWN */
    for (size_t i = 0; i < count; i++) {
        const uint32_t number = results->combos[i];
        if (number == UNKNOWN) {
            continue;
        }
        if (number >= count || position[number] != UNKNOWN) {
            return by_fail(err, BY_DATA,
                           "result store %.200s: combo %u is in it twice, or is none of its %zu. "
                           "Sweep again to mend it",
                           by_env_directory(results->env), number, count);
        }
        position[number] = (uint32_t)i;
    }
    for (size_t i = 0, number = 0; i < count; i++) {
        if (results->combos[i] == UNKNOWN) {
            while (position[number] != UNKNOWN) {
                number++;
            }
            results->combos[i] = (uint32_t)number;
            position[number] = (uint32_t)i;
        }
    }
    results->header.position = position;
    return BY_OK;
}

by_status results_load_rounds(by_results *results, MDB_txn *txn, by_error *err) {
    const by_block *block;
    by_status status = results_get_round(results, txn, 0, &block, err);
    for (int32_t r = 0; status == BY_OK && block != NULL;) {
        status = results_count_round(results, (int32_t)block->count, err);
        status = status == BY_OK ? results_get_round(results, txn, ++r, &block, err) : status;
    }
    if (results->lock_fd >= 0) { /* a writer is told its combos; a damaged round is written anew */
        return status == BY_DATA ? BY_OK : status;
    }
    if (results->brief) {
        return status;
    }
    status = status == BY_OK ? copy_combos(results, txn, err) : status;
    return status == BY_OK ? place_combos(results, err) : status;
}

by_status by_results_round_held(by_results *results, int32_t round, uint32_t *combos,
                                uint16_t *digits, int32_t *first, int32_t *count, by_error *err) {
    MDB_txn *txn;
    const by_block *block;
    by_status status = by_env_begin(results->env, &txn, err);
    if (status != BY_OK) {
        return status;
    }
    status = results_get_round(results, txn, round, &block, err);
    if (status == BY_OK && block == NULL) {
        status = fail_round(results, round, "it is not there", err);
    }
    if (status == BY_OK) {
        const size_t held = results_held(results, block);
        const size_t params = (size_t)results->header.param_count;
        const uint32_t *from = (const uint32_t *)(const void *)(block + 1);
        *first = (int32_t)block->first;
        *count = (int32_t)held;
        memcpy(combos + *first, from, held * sizeof *from);
        memcpy(digits + (size_t)*first * params, from + held, held * params * sizeof *digits);
    }
    by_env_end(results->env, txn);
    return status;
}
