/* SPDX-License-Identifier: MIT
 *
 * Writing a result store: what is put lies in memory, in the open batch, until a commit writes all
 * of it in one transaction. Submitted batches are sealed and written by a thread, because waiting
 * for the disk would keep the workers of the sweep waiting for its caller.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "results_rooms.h"

/* A batch of SEND_BYTES is sent before its time: then memory is used again while it is in the
 * processor's cache, and the last commit is short. */
enum { SEND_BYTES = 4 << 20, BATCH_BYTES_MAX = 64 << 20, PROGRESS_MAX = 64 << 10 };

/* results_append under the lock. */
static by_status append(by_results *results, by_block header, const void *a, size_t a_bytes,
                        const void *b, size_t b_bytes, by_error *err) {
    results_batch *batch = &results->open;
    header.payload_bytes = a_bytes + b_bytes;
    size_t needed = batch->used_bytes + by_block_size(header.payload_bytes);
    if (needed > batch->room_bytes) {
        size_t room = needed + needed / 2;
        char *larger = realloc(batch->bytes, room);
        if (larger == NULL) {
            return by_fail_nomem(err, room);
        }
        batch->bytes = larger;
        batch->room_bytes = room;
    }
    char *at = batch->bytes + batch->used_bytes;
    memcpy(at, &header, sizeof header);
    memcpy(at + sizeof header, a, a_bytes);
    if (b_bytes > 0) {
        memcpy(at + sizeof header + a_bytes, b, b_bytes);
    }
    batch->used_bytes = needed;
    return BY_OK;
}

by_status results_append(by_results *results, by_block header, const void *a, size_t a_bytes,
                         const void *b, size_t b_bytes, by_error *err) {
    pthread_mutex_lock(&results->lock);
    by_status status = append(results, header, a, a_bytes, b, b_bytes, err);
    pthread_mutex_unlock(&results->lock);
    return status;
}

static int put_progress(MDB_txn *txn, MDB_dbi dbi, const char *text) {
    by_key key;
    by_block *block,
        header = {.kind = BY_BLOCK_TEXT, .index = RESULTS_PROGRESS, .payload_bytes = strlen(text)};
    results_text_key(RESULTS_PROGRESS, &key);
    int rc = by_env_reserve(txn, dbi, &key, by_block_size(header.payload_bytes), &block);
    if (rc == 0) {
        *block = header;
        memcpy(block + 1, text, header.payload_bytes);
        by_block_seal(block, &key);
    }
    return rc;
}

static int write_blocks(MDB_txn *txn, MDB_dbi dbi, void *context, by_error *err) {
    results_batch *batch = context;
    (void)err;
    for (size_t at = 0; at < batch->used_bytes;) {
        by_block *block = (by_block *)(void *)(batch->bytes + at);
        by_key key;
        results_block_key(block, &key);
        by_block_seal(block, &key);
        MDB_val id = by_env_key(&key), value = {by_block_size(block->payload_bytes), block};
        int rc = mdb_put(txn, dbi, &id, &value, 0);
        if (rc != 0) {
            return rc;
        }
        at += value.mv_size;
    }
    return batch->progress != NULL ? put_progress(txn, dbi, batch->progress) : 0;
}

/* A batch that could not be written stays as it is. */
static by_status write_batch(by_results *results, results_batch *batch, by_error *err) {
    if (batch->used_bytes == 0 && batch->progress == NULL) {
        return BY_OK;
    }
    by_status status = by_env_write(results->env, write_blocks, batch, err);
    if (status == BY_OK) {
        if (results->is_new) {
            results_sync_folder(by_env_directory(results->env));
            results->is_new = 0;
        }
        batch->used_bytes = 0;
        free(batch->progress);
        batch->progress = NULL;
    }
    return status;
}

static void *write_submitted(void *argument) {
    by_results *results = argument;
    pthread_mutex_lock(&results->lock);
    while (!results->stop) {
        if (!results->busy) {
            pthread_cond_wait(&results->changed, &results->lock);
            continue;
        }
        pthread_mutex_unlock(&results->lock);
        by_error failure = {.status = BY_OK};
        (void)write_batch(results, &results->sent, &failure);
        pthread_mutex_lock(&results->lock);
        results->failure = failure;
        results->busy = 0;
        pthread_cond_broadcast(&results->changed);
    }
    pthread_mutex_unlock(&results->lock);
    return NULL;
}

void results_settle(by_results *results) {
    pthread_mutex_lock(&results->lock);
    while (results->busy) {
        pthread_cond_wait(&results->changed, &results->lock);
    }
    pthread_mutex_unlock(&results->lock);
}

void results_stop(by_results *results) {
    results_settle(results);
    if (results->threaded) {
        pthread_mutex_lock(&results->lock);
        results->stop = 1;
        pthread_cond_broadcast(&results->changed);
        pthread_mutex_unlock(&results->lock);
        pthread_join(results->thread, NULL);
    }
    free(results->open.bytes);
    free(results->open.progress);
    free(results->sent.bytes);
    free(results->sent.progress);
}

static void overlay(const results_batch *batch, int32_t round, int32_t chunk_size,
                    by_result *rows) {
    for (size_t at = 0; at < batch->used_bytes;) {
        const by_block *block = (const by_block *)(const void *)(batch->bytes + at);
        if (block->kind == BY_BLOCK_RESULTS && block->first == round) {
            (void)results_unpack((const uint64_t *)(const void *)(block + 1), block->payload_bytes,
                                 (int32_t)block->count,
                                 rows + (size_t)block->index * (size_t)chunk_size);
        }
        at += by_block_size(block->payload_bytes);
    }
}

void results_overlay(const by_results *results, int32_t round, by_result *rows) {
    const int32_t chunk_size = results->rounds[round].chunk_size;
    overlay(&results->sent, round, chunk_size, rows);
    overlay(&results->open, round, chunk_size, rows);
}

/* The text becomes that of the open batch. */
static by_status take_progress(by_results *results, const char *progress, by_error *err) {
    if (progress == NULL) {
        return BY_OK;
    }
    if (strlen(progress) > PROGRESS_MAX) {
        return by_fail(err, BY_LIMIT, "result store %.200s: a progress of %zu letters",
                       by_env_directory(results->env), strlen(progress));
    }
    char *copy = strdup(progress);
    if (copy == NULL) {
        return by_fail_nomem(err, strlen(progress));
    }
    free(results->open.progress);
    results->open.progress = copy;
    return BY_OK;
}

by_status by_results_source(by_results *results, const char *text, by_error *err) {
    const by_block header = {.kind = BY_BLOCK_TEXT, .index = RESULTS_SOURCE};
    if (strlen(text) >= RESULTS_DESCRIPTION_MAX) {
        return by_fail(err, BY_LIMIT, "result store %.200s: a strategy of %zu letters",
                       by_env_directory(results->env), strlen(text));
    }
    return results_append(results, header, text, strlen(text), NULL, 0, err);
}

by_status by_results_commit(by_results *results, const char *progress, by_error *err) {
    by_status status = take_progress(results, progress, err);
    if (status != BY_OK) {
        return status;
    }
    results_settle(results);
    results->failure.status = BY_OK;
    status = write_batch(results, &results->sent, err); /* empty, unless it failed before */
    return status == BY_OK ? write_batch(results, &results->open, err) : status;
}

/* Hands the open batch over, under the lock. The thread has nothing to do. */
static by_status send(by_results *results, by_error *err) {
    if (!results->threaded) {
        int code = pthread_create(&results->thread, NULL, write_submitted, results);
        if (code != 0) {
            return by_fail(err, BY_NOMEM, "no thread could be started: %s", strerror(code));
        }
        results->threaded = 1;
    }
    results_batch empty = results->sent;
    results->sent = results->open;
    results->open = empty;
    results->busy = 1;
    pthread_cond_broadcast(&results->changed);
    return BY_OK;
}

/* Hands the open batch over if the thread is free, under the lock. */
static by_status offer(by_results *results, by_error *err) {
    if (results->busy) {
        return BY_OK;
    }
    if (results->failure.status != BY_OK) {
        if (err != NULL) {
            *err = results->failure;
        }
        return (by_status)results->failure.status;
    }
    return results->open.used_bytes > 0 ? send(results, err) : BY_OK;
}

by_status by_results_submit(by_results *results, const char *progress, by_error *err) {
    pthread_mutex_lock(&results->lock);
    by_status status = results->open.used_bytes > 0 ? take_progress(results, progress, err) : BY_OK;
    status = status == BY_OK ? offer(results, err) : status;
    pthread_mutex_unlock(&results->lock);
    return status;
}

/* Adds a chunk that is packed. Who computes faster than the disk writes waits for the disk. */
static by_status put(by_results *results, by_block header, const uint64_t *packed,
                     size_t packed_bytes, by_error *err) {
    while (results->busy && results->open.used_bytes >= BATCH_BYTES_MAX) {
        pthread_cond_wait(&results->changed, &results->lock);
    }
    by_status status = append(results, header, packed, packed_bytes, NULL, 0, err);
    return status == BY_OK && results->open.used_bytes >= SEND_BYTES ? offer(results, err) : status;
}

by_status by_results_put(by_results *results, int32_t round, int32_t first, int32_t count,
                         const by_result *rows, by_error *err) {
    const results_round *r =
        round >= 0 && round < results->round_count ? &results->rounds[round] : NULL;
    if (r == NULL || first < 0 || first >= r->combo_count || first % r->chunk_size != 0 ||
        count != results_chunk_count(r, first / r->chunk_size)) {
        return by_fail(err, BY_INTERNAL,
                       "result store %.200s: combos %d to %d are not a chunk of round %d",
                       by_env_directory(results->env), first, first + count, round + 1);
    }
    by_block header = {.kind = BY_BLOCK_RESULTS,
                       .count = (uint32_t)count,
                       .index = (uint32_t)(first / r->chunk_size),
                       .first = round,
                       .last = round};
    uint64_t packed[BY_CHUNK_COMBOS * PACK_ROW_BYTES_MAX / sizeof(uint64_t)];
    const size_t packed_bytes = results_pack(rows, count, packed);
    pthread_mutex_lock(&results->lock);
    by_status status = put(results, header, packed, packed_bytes, err);
    pthread_mutex_unlock(&results->lock);
    return status;
}
