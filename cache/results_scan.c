/* SPDX-License-Identifier: MIT
 *
 * All results of a store at once: chunks in walk order on disk, the order of combos out.
 */
#include <math.h>
#include <string.h>

#include "results_rooms.h"

enum { MISSING = -2 }; /* as return_count */
enum { BEHAVIOUR_WORD = offsetof(by_result, behaviour) / sizeof(uint64_t) };
enum { RETURN_COUNT_WORD = offsetof(by_result, return_count) / sizeof(uint64_t) };

_Static_assert(offsetof(by_result, metric) == 0, "the first words of a row are its metrics");
_Static_assert(RETURN_COUNT_WORD == PACK_WORDS - 1 &&
                   offsetof(by_result, return_count) % sizeof(uint64_t) == sizeof(int32_t),
               "return_count is the upper half of the last word");

void by_results_digits(const by_results *results, uint16_t *digits) {
    const size_t params = (size_t)results->header.param_count;
    for (int32_t i = 0; i < results->header.combo_count; i++) {
        memcpy(digits + results->combos[i] * params, results->digits + (size_t)i * params,
               params * sizeof *digits);
    }
}

by_status results_tell(const by_results *results, const results_damage *found, by_error *err) {
    if (found->count == 0) {
        return BY_OK;
    }
    return by_fail(err, BY_DATA,
                   "result store %.200s: %d of its %d chunks are damaged (the first is chunk %d: "
                   "%s); sweep again to compute them anew",
                   by_env_directory(results->env), found->count, results->header.chunk_count,
                   found->first + 1, found->fault);
}

/* Takes a chunk, or NULL where it is missing; its combos are numbers[count]. Returns false, having
 * taken nothing, when the block is not what so many rows were packed into. */
typedef bool (*visitor)(void *context, const by_block *block, const uint32_t *numbers,
                        int32_t count);

/* What goes on in one look at all chunks. */
typedef struct look {
    by_results *results;
    visitor visit;
    void *context;
    results_damage found;
    size_t seen_bytes; /* of the map since it was given back */
} look;

static int look_at(look *at, MDB_txn *txn, int32_t round, int32_t chunk) {
    by_results *results = at->results;
    const results_round *r = &results->rounds[round];
    const uint32_t *numbers = results->combos + r->first_position + chunk * r->chunk_size;
    const int32_t count = results_chunk_count(r, chunk);
    const by_block *block = NULL;
    const char *fault;
    const int rc = results_find_chunk(results, txn, round, chunk, &block, &fault);
    if (rc == 0) {
        at->seen_bytes += by_block_size(block->payload_bytes);
        fault = at->visit(at->context, block, numbers, count) ? NULL : "its counts are wrong";
        results->sound[r->first_chunk + chunk] = fault == NULL;
    }
    if (rc != 0 || fault != NULL) {
        (void)at->visit(at->context, NULL, numbers, count);
    }
    if (fault != NULL && at->found.count++ == 0) {
        at->found.first = r->first_chunk + chunk;
        at->found.fault = fault;
    }
    if (at->seen_bytes > RESULTS_TRIM_BYTES) {
        by_env_trim(results->env);
        at->seen_bytes = 0;
    }
    return rc == MDB_NOTFOUND ? 0 : rc;
}

static by_status look_at_all(by_results *results, visitor visit, void *context, by_error *err) {
    MDB_txn *txn;
    look at = {.results = results, .visit = visit, .context = context};
    if (results->position == NULL) {
        return by_fail(err, BY_INTERNAL, "result store %.200s: it is not open for reading",
                       by_env_directory(results->env));
    }
    by_status status = by_env_begin(results->env, &txn, err);
    if (status != BY_OK) {
        return status;
    }
    int rc = 0;
    for (int32_t round = 0; round < results->round_count && rc == 0; round++) {
        for (int32_t chunk = 0; chunk < results->rounds[round].chunk_count && rc == 0; chunk++) {
            rc = look_at(&at, txn, round, chunk);
        }
    }
    by_env_end(results->env, txn);
    return rc == 0 ? results_tell(results, &at.found, err)
                   : by_env_fail(results->env, rc, "read", err);
}

static const uint64_t *packed_of(const by_block *block) {
    return (const uint64_t *)(const void *)(block + 1);
}

typedef struct rows_look {
    by_result *rows;
    by_result chunk[BY_CHUNK_COMBOS];
} rows_look;

static bool take_rows(void *context, const by_block *block, const uint32_t *numbers,
                      int32_t count) {
    static const by_result missing = {.return_count = MISSING};
    rows_look *to = context;
    if (block != NULL &&
        !results_unpack(packed_of(block), block->payload_bytes, count, to->chunk)) {
        return false;
    }
    for (int32_t i = 0; i < count; i++) {
        to->rows[numbers[i]] = block != NULL ? to->chunk[i] : missing;
    }
    return true;
}

by_status by_results_read(by_results *results, by_result *rows, by_error *err) {
    rows_look to = {.rows = rows};
    return look_at_all(results, take_rows, &to, err);
}

/* Columns, and the words of a row that they need; the last of them is always wanted. */
typedef struct columns_look {
    const by_results_columns *columns;
    uint64_t wanted[PACK_MASKS];
    int32_t width; /* words wanted */
    uint64_t words[BY_CHUNK_COMBOS * PACK_WORDS];
} columns_look;

static void want(columns_look *at, int32_t word) {
    at->wanted[word / 64] |= UINT64_C(1) << word % 64;
}

/* Where a word stands among those that are wanted. */
static int32_t place_of(const columns_look *at, int32_t word) {
    const uint64_t below = (UINT64_C(1) << word % 64) - 1;
    int32_t place = __builtin_popcountll(at->wanted[word / 64] & below);
    for (int32_t m = 0; m < word / 64; m++) {
        place += __builtin_popcountll(at->wanted[m]);
    }
    return place;
}

static int32_t return_count_of(const columns_look *at, int32_t row) {
    return (int32_t)(uint32_t)(at->words[(row + 1) * at->width - 1] >> 32);
}

static void take_metric(const columns_look *at, int32_t metric, const uint32_t *numbers,
                        int32_t count, double *to) {
    const uint64_t *word = at->words + place_of(at, metric);
    for (int32_t i = 0; i < count; i++, word += at->width) {
        double value;
        memcpy(&value, word, sizeof value);
        to[numbers[i]] = return_count_of(at, i) >= 0 ? value : NAN;
    }
}

static void take_behaviours(const columns_look *at, const uint32_t *numbers, int32_t count,
                            uint64_t *to) {
    const uint64_t *word = at->words + place_of(at, BEHAVIOUR_WORD);
    for (int32_t i = 0; i < count; i++, word += at->width) {
        to[numbers[i]] = return_count_of(at, i) >= 0 ? *word : 0;
    }
}

/* What is missing has a row, too, which says so. */
static void fill_missing(columns_look *at, int32_t count) {
    memset(at->words, 0, (size_t)count * (size_t)at->width * sizeof *at->words);
    for (int32_t i = 0; i < count; i++) {
        at->words[(i + 1) * at->width - 1] = (uint64_t)(uint32_t)MISSING << 32;
    }
}

static bool take_columns(void *context, const by_block *block, const uint32_t *numbers,
                         int32_t count) {
    columns_look *at = context;
    const by_results_columns *to = at->columns;
    if (block == NULL) {
        fill_missing(at, count);
    } else if (!results_unpack_words(packed_of(block), block->payload_bytes, count, at->wanted,
                                     at->words)) {
        return false;
    }
    for (int32_t m = 0; m < to->metric_count; m++) {
        take_metric(at, to->metrics[m], numbers, count, to->metric_values[m]);
    }
    if (to->behaviours != NULL) {
        take_behaviours(at, numbers, count, to->behaviours);
    }
    for (int32_t i = 0; to->return_counts != NULL && i < count; i++) {
        to->return_counts[numbers[i]] = return_count_of(at, i);
    }
    return true;
}

by_status by_results_columns_read(by_results *results, const by_results_columns *columns,
                                  by_error *err) {
    columns_look at = {.columns = columns};
    for (int32_t m = 0; m < columns->metric_count; m++) {
        const int32_t metric = columns->metrics[m];
        if (metric < 0 || metric >= BY_METRIC_COUNT) {
            return by_fail(err, BY_USAGE, "result store %.200s: there is no metric %d",
                           by_env_directory(results->env), metric);
        }
        want(&at, metric);
    }
    want(&at, RETURN_COUNT_WORD);
    if (columns->behaviours != NULL) {
        want(&at, BEHAVIOUR_WORD);
    }
    at.width = place_of(&at, RETURN_COUNT_WORD) + 1;
    return look_at_all(results, take_columns, &at, err);
}

typedef struct trials_look {
    by_trials *trials;
    by_status status;
    by_error *err;
    by_result chunk[BY_CHUNK_COMBOS];
} trials_look;

static bool take_trials(void *context, const by_block *block, const uint32_t *numbers,
                        int32_t count) {
    trials_look *to = context;
    if (block == NULL || to->status != BY_OK) {
        return true;
    }
    if (!results_unpack(packed_of(block), block->payload_bytes, count, to->chunk)) {
        return false;
    }
    to->status = by_trials_add_results(to->trials, to->chunk, numbers, count, to->err);
    return true;
}

by_status by_results_trials(by_results *results, by_trials *trials, by_error *err) {
    trials_look to = {.trials = trials, .err = err};
    by_status status = look_at_all(results, take_trials, &to, err);
    return to.status != BY_OK ? to.status : status;
}
