/* SPDX-License-Identifier: MIT
 *
 * Rounds on their way into a result store.
 */
#include <string.h>

#include "results_rooms.h"

/* A round on its way into the store: of `count` combos it keeps `held`, from `first` on. */
typedef struct new_round {
    int32_t number;
    int32_t count;
    int32_t first;
    int32_t held;
    const uint32_t *combos; /* [held] */
    const uint16_t *digits; /* [held][param_count] */
} new_round;

static size_t digits_bytes_of(const by_results *results, const new_round *round) {
    return (size_t)round->held * (size_t)results->header.param_count * sizeof *round->digits;
}

/* BY_OK when the round that is stored has these combos. */
static by_status compare_round(by_results *results, const by_block *block, const new_round *round,
                               by_error *err) {
    const size_t held = results_held(results, block);
    const size_t digits_bytes = digits_bytes_of(results, round);
    const int64_t behind = round->first - block->first; /* of the first that is stored */
    if (behind >= 0 && behind + round->held <= (int64_t)held) {
        const uint32_t *combos = (const uint32_t *)(const void *)(block + 1);
        const uint16_t *digits = (const uint16_t *)(const void *)(combos + held);
        combos += behind;
        digits += (size_t)behind * (size_t)results->header.param_count;
        if (memcmp(combos, round->combos, (size_t)round->held * sizeof *combos) == 0 &&
            (digits_bytes == 0 || memcmp(digits, round->digits, digits_bytes) == 0)) {
            return BY_OK;
        }
    }
    return by_fail(err, BY_STORE,
                   "result store %.200s: round %d has other combos than the sweep asks for now; "
                   "name another --store, or remove this one to start again",
                   by_env_directory(results->env), round->number + 1);
}

static by_status check_round(by_results *results, const new_round *round, by_error *err) {
    MDB_txn *txn;
    const by_block *block;
    by_status status = by_env_begin(results->env, &txn, err);
    if (status != BY_OK) {
        return status;
    }
    status = results_get_round(results, txn, round->number, &block, err);
    if (status == BY_OK && block != NULL && block->count == (uint32_t)round->count) {
        status = compare_round(results, block, round, err);
    } else if (status == BY_OK && block != NULL) {
        status =
            by_fail(err, BY_STORE,
                    "result store %.200s: round %d has %u combos, and the sweep asks for %d; "
                    "name another --store, or remove this one to start again",
                    by_env_directory(results->env), round->number + 1, block->count, round->count);
    }
    by_env_end(results->env, txn);
    return status;
}

static by_status add_round(by_results *results, const new_round *round, by_error *err) {
    const size_t combos_bytes = (size_t)round->held * sizeof *round->combos;
    const size_t digits_bytes = digits_bytes_of(results, round);
    if (round->number < results->round_count) {
        return check_round(results, round, err);
    }
    if (round->number != results->round_count) {
        return by_fail(err, BY_INTERNAL, "result store %.200s: round %d behind %d rounds",
                       by_env_directory(results->env), round->number + 1, results->round_count);
    }
    if (combos_bytes + digits_bytes > UINT32_MAX - 4096) {
        return by_fail(err, BY_LIMIT,
                       "result store %.200s: %d combos of %d params are too many for one store",
                       by_env_directory(results->env), round->held, results->header.param_count);
    }
    by_status status = results_count_round(results, round->count, err);
    if (status != BY_OK) {
        return status;
    }
    by_block header = {.kind = BY_BLOCK_COMBOS,
                       .count = (uint32_t)round->count,
                       .index = (uint32_t)round->number,
                       .first = round->first};
    return results_append(results, header, round->combos, combos_bytes, round->digits, digits_bytes,
                          err);
}

by_status by_results_round(by_results *results, int32_t round, int32_t combo_count,
                           const uint32_t *combos, const uint16_t *digits, by_error *err) {
    const new_round whole = {round, combo_count, 0, combo_count, combos, digits};
    return add_round(results, &whole, err);
}

by_status by_results_round_part(by_results *results, int32_t round, int32_t combo_count,
                                int32_t first, int32_t count, const uint32_t *combos,
                                const uint16_t *digits, by_error *err) {
    const new_round part = {
        round, combo_count,    first,
        count, combos + first, digits + (size_t)first * (size_t)results->header.param_count};
    return add_round(results, &part, err);
}
