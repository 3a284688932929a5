/* SPDX-License-Identifier: MIT */
#include "results.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results_rooms.h"

enum { PATIENCE_MS = 60000 }; /* of the store's thread with reads of its caller */

static const char *const text_names[] = {"identity", "description", "progress", "source"};

void results_text_key(results_text which, by_key *out) {
    const char *name = text_names[which];
    memset(out, 0, sizeof *out);
    memcpy(out->word, name, strlen(name));
    out->size_bytes = (strlen(name) + 7) / 8 * 8;
}

static void put_number(unsigned char *at, uint32_t number) {
    for (int i = 3; i >= 0; i--, number >>= 8) {
        at[i] = (unsigned char)(number & 0xff);
    }
}

static void number_key(char kind, int32_t round, int32_t chunk, by_key *out) {
    unsigned char bytes[16] = {(unsigned char)kind};
    put_number(bytes + 4, (uint32_t)round);
    put_number(bytes + 8, (uint32_t)chunk);
    memset(out, 0, sizeof *out);
    memcpy(out->word, bytes, sizeof bytes);
    out->size_bytes = sizeof bytes;
}

void results_round_key(int32_t round, by_key *out) {
    number_key('R', round, 0, out);
}

void results_chunk_key(int32_t round, int32_t chunk, by_key *out) {
    number_key('r', round, chunk, out);
}

void results_block_key(const by_block *block, by_key *out) {
    if (block->kind == BY_BLOCK_TEXT) {
        results_text_key((results_text)block->index, out);
    } else if (block->kind == BY_BLOCK_COMBOS) {
        results_round_key((int32_t)block->index, out);
    } else {
        results_chunk_key((int32_t)block->first, (int32_t)block->index, out);
    }
}

/* A text, NUL-terminated, and its header. *out is NULL when it is not there. */
static by_status load_text(by_results *results, MDB_txn *txn, results_text which, by_block *header,
                           char **out, by_error *err) {
    by_key key;
    results_text_key(which, &key);
    MDB_val id = by_env_key(&key), value;
    int rc = mdb_get(txn, by_env_dbi(results->env), &id, &value);
    *out = NULL;
    if (rc != 0) {
        return rc == MDB_NOTFOUND ? BY_OK : by_env_fail(results->env, rc, "read", err);
    }
    by_block *copy = malloc(value.mv_size + 1);
    if (copy == NULL) {
        return by_fail_nomem(err, value.mv_size);
    }
    memcpy(copy, value.mv_data, value.mv_size);
    const char *fault = by_block_fault(copy, value.mv_size, BY_BLOCK_TEXT, &key);
    if (fault != NULL) {
        free(copy);
        return by_fail(err, BY_DATA, "result store %.200s: its %s is damaged: %s. %s",
                       by_env_directory(results->env), text_names[which], fault,
                       which == RESULTS_IDENTITY ? "Remove the folder and sweep again"
                                                 : "Sweep again to mend it");
    }
    *header = *copy;
    memmove(copy, copy + 1, header->payload_bytes);
    ((char *)copy)[header->payload_bytes] = '\0';
    *out = (char *)copy;
    return BY_OK;
}

/* What the rows of this program look like; another one may know other metrics. */
static int64_t row_layout(void) {
    uint64_t hash = sizeof(by_result);
    for (int32_t m = 0; m < BY_METRIC_COUNT; m++) {
        uint64_t name[8] = {0};
        memcpy(name, by_metric_name(m), strlen(by_metric_name(m)));
        hash = by_hash_words(name, sizeof name / sizeof *name, hash);
    }
    return (int64_t)hash;
}

static by_status load_header(by_results *results, MDB_txn *txn, by_error *err) {
    by_block block;
    by_results_header *h = &results->header;
    by_status status = load_text(results, txn, RESULTS_IDENTITY, &block, &results->identity, err);
    if (status != BY_OK || results->identity == NULL) {
        return status;
    }
    if (block.first != row_layout()) {
        return by_fail(err, BY_STORE,
                       "result store %.200s: it was made by another version of banyan, with other "
                       "metrics; name another --store, or remove this one, and sweep again",
                       by_env_directory(results->env));
    }
    h->param_count = (int32_t)block.count;
    h->identity = results->identity;
    status = load_text(results, txn, RESULTS_DESCRIPTION, &block, &results->description, err);
    h->description = results->description;
    if (results->lock_fd < 0 && status == BY_OK && results->description == NULL) {
        status = by_fail(err, BY_DATA,
                         "result store %.200s: its description is missing; sweep again to mend it",
                         by_env_directory(results->env));
    }
    if (status != BY_OK && (results->lock_fd < 0 || status != BY_DATA)) {
        return status; /* a writer knows what it says, and writes it anew */
    }
    status = load_text(results, txn, RESULTS_PROGRESS, &block, &results->progress, err);
    h->progress = results->progress;
    status = status == BY_DATA ? BY_OK : status; /* tells nothing that the rest does not */
    if (status == BY_OK) {
        status = load_text(results, txn, RESULTS_SOURCE, &block, &results->source, err);
        h->source = results->source;
        status = status == BY_DATA ? BY_OK : status; /* there is the script */
    }
    return status == BY_OK ? results_load_rounds(results, txn, err) : status;
}

static by_status load(by_results *results, by_error *err) {
    MDB_txn *txn;
    by_status status = by_env_begin(results->env, &txn, err);
    if (status == BY_OK) {
        status = load_header(results, txn, err);
        by_env_end(results->env, txn);
    }
    return status;
}

/* Makes a folder the store of a sweep. */
static by_status write_header(by_results *results, const by_results_header *asked, by_error *err) {
    by_block identity = {.kind = BY_BLOCK_TEXT,
                         .index = RESULTS_IDENTITY,
                         .count = (uint32_t)asked->param_count,
                         .first = row_layout()};
    by_block description = {.kind = BY_BLOCK_TEXT, .index = RESULTS_DESCRIPTION};
    by_status status =
        results_append(results, identity, asked->identity, strlen(asked->identity), NULL, 0, err);
    if (status == BY_OK) {
        status = results_append(results, description, asked->description,
                                strlen(asked->description), NULL, 0, err);
    }
    return status == BY_OK ? by_results_submit(results, NULL, err) : status;
}

static by_status check_header(const by_results_header *h, by_error *err) {
    if (h->param_count < 0 || h->param_count > BY_PARAMS_MAX) {
        return by_fail(err, BY_USAGE, "result store: a sweep of %d params", h->param_count);
    }
    if (strlen(h->identity) >= RESULTS_IDENTITY_MAX ||
        strlen(h->description) >= RESULTS_DESCRIPTION_MAX) {
        return by_fail(err, BY_LIMIT, "result store: identity or description is too long");
    }
    return BY_OK;
}

/* Opens the environment and takes the lock. What is damaged beyond use is set aside, if it is the
 * sweep that is asked for. */
static by_status open_locked(by_results *results, const char *directory, const char *identity,
                             by_error *err) {
    by_status status = by_env_open(directory, 1, BY_ENV_RESULTS, &results->env, err);
    if (status == BY_OK) {
        return results_lock(directory, &results->lock_fd, err);
    }
    if (status != BY_DATA) {
        return status;
    }
    if (!results_find_identity(directory, identity, &status, err) && status == BY_OK) {
        return by_fail(err, BY_DATA,
                       "result store %.200s: it is damaged, and nothing in it tells which sweep "
                       "it was; name another --store, or remove this one",
                       directory);
    }
    status = status == BY_OK ? results_lock(directory, &results->lock_fd, err) : status;
    if (status != BY_OK) {
        return status;
    }
    /* Before it had the lock, another process may have done the same. */
    status = by_env_open(directory, 1, BY_ENV_RESULTS, &results->env, err);
    if (status == BY_DATA) {
        status = results_set_aside(directory, err);
        status = status == BY_OK ? by_env_open(directory, 1, BY_ENV_RESULTS, &results->env, err)
                                 : status;
    }
    return status;
}

static by_status create(by_results *results, const char *directory, const by_results_header *asked,
                        by_error *err) {
    by_status status = results_check_folder(directory, err);
    status = status == BY_OK ? open_locked(results, directory, asked->identity, err) : status;
    if (status == BY_OK) {
        by_env_set_patience(results->env, PATIENCE_MS);
        status = load(results, err);
    }
    if (status == BY_OK && results->identity != NULL) {
        status = by_results_same(directory, results->identity, asked->identity, err);
    }
    results->header.param_count = asked->param_count;
    /* The writer, which begins with the header, says when it no longer is. */
    const bool is_new = results->identity == NULL;
    results->is_new = is_new;
    /* The same sweep may be described in other words: its bars have moved, it is ranked otherwise.
     */
    if (status == BY_OK &&
        (results->description == NULL || strcmp(results->description, asked->description) != 0)) {
        status = write_header(results, asked, err);
    }
    if (status == BY_OK && is_new && (results->identity = strdup(asked->identity)) == NULL) {
        return by_fail_nomem(err, strlen(asked->identity));
    }
    return status == BY_OK ? results_salvage(results, directory, err) : status;
}

static by_status open_to_read(by_results *results, const char *directory, by_error *err) {
    by_status status = by_env_open(directory, 0, BY_ENV_RESULTS, &results->env, err);
    status = status == BY_OK ? load(results, err) : status;
    if (status == BY_OK && results->identity == NULL) {
        return by_fail(err, BY_DATA, "result store %.200s: there is no sweep in it yet", directory);
    }
    return status;
}

static by_status open_any(const char *directory, const by_results_header *header, int brief,
                          by_results **out, by_error *err) {
    *out = NULL;
    by_results *results = calloc(1, sizeof *results);
    if (results == NULL) {
        return by_fail_nomem(err, sizeof *results);
    }
    results->lock_fd = -1;
    results->brief = brief;
    pthread_mutex_init(&results->lock, NULL);
    pthread_cond_init(&results->changed, NULL);
    by_status status = header != NULL ? create(results, directory, header, err)
                                      : open_to_read(results, directory, err);
    if (status != BY_OK) {
        by_results_close(results);
        return status;
    }
    *out = results;
    return BY_OK;
}

by_status by_results_create(const char *directory, const by_results_header *header,
                            by_results **out, by_error *err) {
    by_error own = {0};
    *out = NULL;
    err = err != NULL ? err : &own;
    by_status status = check_header(header, err);
    return status == BY_OK ? open_any(directory, header, 0, out, err) : status;
}

by_status by_results_open(const char *directory, by_results **out, by_error *err) {
    return open_any(directory, NULL, 0, out, err);
}

by_status by_results_open_brief(const char *directory, by_results **out, by_error *err) {
    return open_any(directory, NULL, 1, out, err);
}

void by_results_close(by_results *results) {
    if (results == NULL) {
        return;
    }
    results_stop(results);
    by_env_close(results->env);
    results_unlock(results->lock_fd);
    pthread_cond_destroy(&results->changed);
    pthread_mutex_destroy(&results->lock);
    free(results->rounds);
    free(results->identity);
    free(results->description);
    free(results->progress);
    free(results->source);
    free(results->combos);
    free(results->digits);
    free(results->position);
    free(results->sound);
    free(results);
}

const by_results_header *by_results_describe(const by_results *results) {
    return &results->header;
}
