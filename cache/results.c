/* SPDX-License-Identifier: MIT */
#include "results.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "results_rooms.h"

enum { IDENTITY_MAX = 1 << 20, DESCRIPTION_MAX = 64 << 20 };
static const char lock_name[] = "writer.lock";

static void text_key(const char *name, by_key *out) {
    memset(out, 0, sizeof *out);
    memcpy(out->word, name, strlen(name));
    out->size_bytes = (strlen(name) + 7) / 8 * 8;
}

static int put_block(MDB_txn *txn, MDB_dbi dbi, const char *name, by_block header, const void *a,
                     size_t a_bytes, const void *b, size_t b_bytes) {
    by_key key;
    by_block *block;
    text_key(name, &key);
    header.payload_bytes = a_bytes + b_bytes;
    int rc = by_env_reserve(txn, dbi, &key, by_block_size(header.payload_bytes), &block);
    if (rc == 0) {
        *block = header;
        memcpy(block + 1, a, a_bytes);
        if (b_bytes > 0) {
            memcpy((char *)(block + 1) + a_bytes, b, b_bytes);
        }
        by_block_seal(block, &key);
    }
    return rc;
}

static size_t digits_bytes(const by_results_header *h) {
    return (size_t)h->combo_count * (size_t)h->param_count * sizeof *h->digits;
}

/* The three entries that make a folder the store of a sweep, in one transaction. */
static int write_header(MDB_txn *txn, MDB_dbi dbi, void *context, by_error *err) {
    const by_results_header *h = context;
    by_block text = {.kind = BY_BLOCK_TEXT};
    by_block combos = {.kind = BY_BLOCK_COMBOS,
                       .count = (uint32_t)h->combo_count,
                       .index = (uint32_t)h->param_count};
    (void)err;
    int rc = put_block(txn, dbi, "identity", text, h->identity, strlen(h->identity) + 1, NULL, 0);
    if (rc == 0) {
        rc = put_block(txn, dbi, "description", text, h->description, strlen(h->description) + 1,
                       NULL, 0);
    }
    if (rc == 0) {
        rc = put_block(txn, dbi, "combos", combos, h->combos,
                       (size_t)h->combo_count * sizeof *h->combos, h->digits, digits_bytes(h));
    }
    return rc;
}

/* Copies the payload of an entry. *out stays NULL when it is not there. */
static by_status copy_block(by_results *results, MDB_txn *txn, const char *name, uint16_t kind,
                            by_block *header, void **out, by_error *err) {
    by_key key;
    text_key(name, &key);
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
    const char *fault = by_block_fault(copy, value.mv_size, kind, &key);
    if (fault != NULL) {
        free(copy);
        return by_fail(err, BY_DATA,
                       "result store %.200s: its %s is damaged: %s. Remove the folder and sweep "
                       "again",
                       by_env_directory(results->env), name, fault);
    }
    *header = *copy;
    memmove(copy, copy + 1, header->payload_bytes);
    ((char *)copy)[header->payload_bytes] = '\0';
    *out = copy;
    return BY_OK;
}

static by_status load_header(by_results *results, MDB_txn *txn, by_error *err) {
    by_block block;
    void *identity, *description = NULL, *combos = NULL;
    by_status status = copy_block(results, txn, "identity", BY_BLOCK_TEXT, &block, &identity, err);
    results->identity = identity;
    if (status != BY_OK || identity == NULL) {
        return status;
    }
    status = copy_block(results, txn, "description", BY_BLOCK_TEXT, &block, &description, err);
    results->description = description;
    if (status == BY_OK) {
        status = copy_block(results, txn, "combos", BY_BLOCK_COMBOS, &block, &combos, err);
        results->combos = combos;
    }
    if (status != BY_OK) {
        return status;
    }
    by_results_header *h = &results->header;
    uint64_t per_combo = sizeof *h->combos + (uint64_t)block.index * sizeof *h->digits;
    if (description == NULL || combos == NULL || block.count < 1 || block.count > INT32_MAX ||
        block.index > INT32_MAX || block.payload_bytes != block.count * per_combo) {
        return by_fail(err, BY_DATA,
                       "result store %.200s: its entries do not belong together; remove the "
                       "folder and sweep again",
                       by_env_directory(results->env));
    }
    *h = (by_results_header){.identity = results->identity,
                             .description = results->description,
                             .combo_count = (int32_t)block.count,
                             .param_count = (int32_t)block.index,
                             .combos = results->combos,
                             .digits = (uint16_t *)(results->combos + block.count)};
    return BY_OK;
}

static int compare_pairs(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* The place of each walk position in combo order; of a shard, too, whose combo numbers have gaps.
 */
static by_status rank_combos(by_results *results, by_error *err) {
    size_t count = (size_t)results->header.combo_count;
    uint64_t *pairs = malloc(count * sizeof *pairs);
    results->rank = malloc(count * sizeof *results->rank);
    if (pairs == NULL || results->rank == NULL) {
        free(pairs);
        return by_fail_nomem(err, count * sizeof *pairs);
    }
    for (size_t i = 0; i < count; i++) {
        pairs[i] = (uint64_t)results->combos[i] << 32 | i;
    }
    qsort(pairs, count, sizeof *pairs, compare_pairs);
    int twice = 0;
    for (size_t i = 0; i < count; i++) {
        twice |= i > 0 && pairs[i] >> 32 == pairs[i - 1] >> 32;
        results->rank[pairs[i] & UINT32_MAX] = (uint32_t)i;
    }
    free(pairs);
    return !twice ? BY_OK
                  : by_fail(err, BY_DATA, "result store %.200s: a combo is in it twice",
                            by_env_directory(results->env));
}

/* Reads the header when there is one; header.combo_count tells. */
static by_status load(by_results *results, by_error *err) {
    MDB_txn *txn;
    by_status status = by_env_begin(results->env, &txn, err);
    if (status == BY_OK) {
        status = load_header(results, txn, err);
        by_env_end(results->env, txn);
    }
    return status == BY_OK && results->header.combo_count > 0 ? rank_combos(results, err) : status;
}

/* A folder with files of someone else in it is not taken over. */
static by_status check_folder(const char *directory, by_error *err) {
    static const char *const ours[] = {"data.mdb", "lock.mdb", lock_name};
    DIR *folder = opendir(directory);
    char other[64] = "";
    int has_data = 0;
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;) {
        int known = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
        for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++) {
            known |= strcmp(entry->d_name, ours[i]) == 0;
        }
        has_data |= strcmp(entry->d_name, ours[0]) == 0;
        if (!known) {
            (void)snprintf(other, sizeof other, "%.60s", entry->d_name);
        }
    }
    if (folder != NULL) {
        closedir(folder);
    }
    if (other[0] == '\0' || has_data) {
        return BY_OK;
    }
    return by_fail(err, BY_STORE,
                   "result store %.200s: the folder is no result store and is not empty (%s); name "
                   "another folder",
                   directory, other);
}

/* One writer at a time, for as long as the store is open. The lock goes with the process. */
static by_status lock_writer(by_results *results, const char *directory, by_error *err) {
    char path[4096];
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    (void)snprintf(path, sizeof path, "%s/%s", directory, lock_name);
    results->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0664);
    if (results->lock_fd < 0) {
        return by_env_fail(results->env, errno, "locked", err);
    }
    if (fcntl(results->lock_fd, F_OFD_SETLK, &lock) == 0) {
        return BY_OK;
    }
    if (errno != EAGAIN && errno != EACCES) {
        return by_env_fail(results->env, errno, "locked", err);
    }
    return by_fail(err, BY_STORE,
                   "result store %.200s: another process is writing it; wait for it or name "
                   "another folder",
                   directory);
}

static by_status check_header(const by_results_header *h, by_error *err) {
    if (h->combo_count < 1 || h->param_count < 0) {
        return by_fail(err, BY_USAGE, "result store: a sweep of %d combos and %d params",
                       h->combo_count, h->param_count);
    }
    if (strlen(h->identity) > IDENTITY_MAX || strlen(h->description) > DESCRIPTION_MAX) {
        return by_fail(err, BY_LIMIT, "result store: identity or description is too long");
    }
    if (digits_bytes(h) + (size_t)h->combo_count * sizeof *h->combos > UINT32_MAX - 4096) {
        return by_fail(err, BY_LIMIT,
                       "result store: %d combos of %d params are too many for one store; use "
                       "--shard",
                       h->combo_count, h->param_count);
    }
    return BY_OK;
}

static by_status same_sweep(const by_results *results, const by_results_header *asked,
                            by_error *err) {
    const by_results_header *h = &results->header;
    if (strcmp(h->identity, asked->identity) == 0 && h->combo_count == asked->combo_count &&
        h->param_count == asked->param_count &&
        memcmp(h->combos, asked->combos, (size_t)h->combo_count * sizeof *h->combos) == 0 &&
        (digits_bytes(h) == 0 || memcmp(h->digits, asked->digits, digits_bytes(h)) == 0)) {
        return BY_OK;
    }
    return by_fail(err, BY_STORE,
                   "result store %.200s: it holds another sweep (its strategy, params, data or "
                   "dates differ); name another folder, or remove it to start again",
                   by_env_directory(results->env));
}

static by_status create(by_results *results, const char *directory, const by_results_header *asked,
                        by_error *err) {
    by_status status = check_folder(directory, err);
    if (status == BY_OK) {
        status = by_env_open(directory, 1, BY_ENV_RESULTS, &results->env, err);
    }
    status = status == BY_OK ? lock_writer(results, directory, err) : status;
    status = status == BY_OK ? load(results, err) : status;
    if (status == BY_OK && results->header.combo_count == 0) {
        by_results_header copy = *asked;
        status = by_env_write(results->env, write_header, &copy, err);
        status = status == BY_OK ? load(results, err) : status;
    }
    return status == BY_OK ? same_sweep(results, asked, err) : status;
}

static by_status open_to_read(by_results *results, const char *directory, by_error *err) {
    by_status status = by_env_open(directory, 0, BY_ENV_RESULTS, &results->env, err);
    status = status == BY_OK ? load(results, err) : status;
    if (status == BY_OK && results->header.combo_count == 0) {
        return by_fail(err, BY_DATA, "result store %.200s: there is no sweep in it yet", directory);
    }
    return status;
}

static by_status open_any(const char *directory, const by_results_header *header, by_results **out,
                          by_error *err) {
    *out = NULL;
    by_results *results = calloc(1, sizeof *results);
    if (results == NULL) {
        return by_fail_nomem(err, sizeof *results);
    }
    results->lock_fd = -1;
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
    *out = NULL;
    by_status status = check_header(header, err);
    return status == BY_OK ? open_any(directory, header, out, err) : status;
}

by_status by_results_open(const char *directory, by_results **out, by_error *err) {
    return open_any(directory, NULL, out, err);
}

void by_results_close(by_results *results) {
    if (results == NULL) {
        return;
    }
    by_env_close(results->env);
    if (results->lock_fd >= 0) {
        close(results->lock_fd);
    }
    for (int32_t i = 0; i < results->batch_count; i++) {
        free(results->batch[i]);
    }
    free(results->batch);
    free(results->identity);
    free(results->description);
    free(results->combos);
    free(results->rank);
    free(results);
}

const by_results_header *by_results_describe(const by_results *results) {
    return &results->header;
}
