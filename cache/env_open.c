/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "claim.h"
#include "env_rooms.h"
#include "frozen.h"
#include "pages.h"

enum { LOCK_FILE_SIZE = 16384 }; /* what LMDB needs for BY_ENV_READERS_MAX readers */
#define MAP_SIZE_FIRST ((size_t)64 << 20)

static const char version_key[] = "version";
static const char *const version_text[] = {"banyan bars 2", "banyan results 3"};

int by_env_make_folders(const char *path) {
    char part[BY_ENV_PATH_SIZE];
    size_t length = strlen(path);
    memcpy(part, path, length + 1);
    for (size_t i = 1; i <= length; i++) {
        if (part[i] == '/' || part[i] == '\0') {
            char kept = part[i];
            part[i] = '\0';
            if (mkdir(part, 0777) != 0 && errno != EEXIST && errno != EISDIR) {
                struct stat info;
                int why = errno;
                if (stat(part, &info) != 0 || !S_ISDIR(info.st_mode)) {
                    return why;
                }
            }
            part[i] = kept;
        }
    }
    return 0;
}

static by_status claim_folder(by_env *env, by_error *err) {
    struct stat info;
    int code = env->write ? by_env_make_folders(env->directory) : 0;
    if (code != 0) {
        return by_env_fail(env, code, "created", err);
    }
    if (stat(env->directory, &info) != 0) {
        return by_fail(err, errno == ENOENT ? BY_DATA : BY_STORE, "%s %.200s: %s",
                       by_env_kind_text(env), env->directory,
                       errno == ENOENT ? "there is none" : strerror(errno));
    }
    if (!S_ISDIR(info.st_mode)) {
        return by_fail(err, BY_STORE, "%s %.200s: this is a file, not a folder",
                       by_env_kind_text(env), env->directory);
    }
    int taken = by_claim_take(info.st_dev, info.st_ino);
    if (taken < 0) {
        return by_fail_nomem(err, sizeof info);
    }
    if (taken == 0) {
        return by_fail(err, BY_STORE, "%s %.200s: it is already open in this program; close it",
                       by_env_kind_text(env), env->directory);
    }
    env->claimed = 1;
    env->device = info.st_dev;
    env->inode = info.st_ino;
    return BY_OK;
}

/* Looks at data.mdb before LMDB maps it. */
static by_status check_file(by_env *env, const char *path, uint64_t *size_bytes, by_error *err) {
    struct stat info;
    const char *fault = NULL;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    *size_bytes = 0;
    if (fd < 0) {
        if (errno != ENOENT) {
            return by_env_fail(env, errno, "opened", err);
        }
        env->created = env->write;
        return env->write ? BY_OK
                          : by_fail(err, BY_DATA, "%s %.200s: there is none in this folder",
                                    by_env_kind_text(env), env->directory);
    }
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        fault = "data.mdb is not a plain file";
    } else if (info.st_size > 0) {
        *size_bytes = (uint64_t)info.st_size;
        fault = by_pages_fault(fd);
    } else if (!env->write) { /* a writer that was killed at once leaves such a file */
        fault = "data.mdb is empty";
    }
    close(fd);
    if (fault != NULL) {
        return by_fail(err, BY_DATA, "%s %.200s: it is damaged: %s. %s", by_env_kind_text(env),
                       env->directory, fault,
                       env->kind == BY_ENV_BARS
                           ? "Remove data.mdb and fill it again, or restore a backup"
                           : "Sweep again into it to keep what is sound");
    }
    return BY_OK;
}

/* A snapshot is read without locks, and only read. */
static by_status check_frozen(by_env *env, by_error *err) {
    const int found = env->kind == BY_ENV_BARS ? frozen_look(env->directory) : 0;
    env->frozen = found == 1;
    if (found < 0) {
        return by_fail(err, BY_DATA,
                       "bar store %.200s: this snapshot is cut short, or its description is "
                       "damaged; copy it again, or make it anew with `banyan data snapshot`",
                       env->directory);
    }
    if (found == 1 && env->write) {
        return by_fail(err, BY_STORE,
                       "bar store %.200s: this is a snapshot, which nobody changes; change the "
                       "store that it was made of, and make another one",
                       env->directory);
    }
    return BY_OK;
}

/* Gives the lock file its blocks: LMDB writes it through a map, which on a full disk would be a
 * SIGBUS. */
static int make_lock_file(const char *path) {
    struct stat info;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0664);
    if (fd < 0) {
        return errno;
    }
    int code = fstat(fd, &info) != 0 ? errno : 0;
    if (code == 0 && info.st_size < LOCK_FILE_SIZE) {
        code = posix_fallocate(fd, 0, LOCK_FILE_SIZE);
        if (code != 0 && ftruncate(fd, info.st_size) != 0) {
            code = errno;
        }
    }
    close(fd);
    return code;
}

static by_status open_lmdb(by_env *env, uint64_t size_bytes, const char *lock_path, by_error *err) {
    unsigned flags = MDB_NOTLS | (env->write ? 0 : MDB_RDONLY) | (env->frozen ? MDB_NOLOCK : 0);
    int code = env->frozen ? 0 : make_lock_file(lock_path);
    if (!env->write && (code == EACCES || code == EROFS || code == EPERM || code == ENOSPC)) {
        flags |= MDB_NOLOCK; /* a store that may only be read; checksums guard what is read */
        code = 0;
    }
    size_t map_size = MAP_SIZE_FIRST;
    while (map_size < size_bytes + size_bytes / 4) {
        map_size *= 2;
    }
    if (code == 0) {
        code = mdb_env_create(&env->lmdb);
    }
    if (code == 0) {
        mdb_env_set_maxreaders(env->lmdb, BY_ENV_READERS_MAX);
        mdb_env_set_mapsize(env->lmdb, map_size);
        code = mdb_env_open(env->lmdb, env->directory, flags, 0664);
    }
    if (code == 0 && (flags & MDB_NOLOCK) == 0) {
        int dead;
        mdb_reader_check(env->lmdb, &dead); /* slots of readers that were killed */
    }
    return code == 0 ? BY_OK : by_env_fail(env, code, "opened", err);
}

static int write_version(MDB_txn *txn, MDB_dbi dbi, void *context, by_error *err) {
    const by_env *env = context;
    MDB_val key = {sizeof version_key, (void *)(uintptr_t)version_key};
    char text[24] = {0}; /* padded, so that what stands beside it stays aligned */
    (void)err;
    memcpy(text, version_text[env->kind], strlen(version_text[env->kind]));
    MDB_val value = {sizeof text, text};
    return mdb_put(txn, dbi, &key, &value, 0);
}

/* What kind of store it is, and of which version; an empty one becomes ours. */
static by_status check_version(by_env *env, by_error *err) {
    MDB_txn *txn;
    MDB_stat stat;
    MDB_val key = {sizeof version_key, (void *)(uintptr_t)version_key}, value;
    by_status status = by_env_begin(env, &txn, err);
    if (status != BY_OK) {
        return status;
    }
    int rc = mdb_dbi_open(txn, NULL, 0, &env->dbi);
    rc = rc == 0 ? mdb_stat(txn, env->dbi, &stat) : rc;
    int empty = rc == 0 && stat.ms_entries == 0;
    rc = rc == 0 && !empty ? mdb_get(txn, env->dbi, &key, &value) : rc;
    char text[25] = {0};
    if (rc == 0 && !empty) {
        memcpy(text, value.mv_data, value.mv_size < 24 ? value.mv_size : 24);
    }
    by_env_end(env, txn);
    if (rc != 0 && rc != MDB_NOTFOUND) {
        return by_env_fail(env, rc, "read", err);
    }
    if (empty) {
        return env->write ? by_env_write(env, write_version, env, err) : BY_OK;
    }
    if (strcmp(text, version_text[env->kind]) == 0) {
        return BY_OK;
    }
    for (char *at = text; *at != '\0'; at++) {
        *at = *at >= ' ' && *at <= '~' ? *at : '?';
    }
    size_t named = strlen(version_text[env->kind]) - 1;
    if (strncmp(text, version_text[env->kind], named) == 0) {
        return by_fail(err, BY_STORE,
                       "%s %.200s: it was made by another version of banyan ('%s', where '%s' is "
                       "needed); name another folder, or remove this one, and %s again",
                       by_env_kind_text(env), env->directory, text, version_text[env->kind],
                       env->kind == BY_ENV_BARS ? "import" : "sweep");
    }
    return by_fail(err, BY_STORE,
                   "%s %.200s: the folder holds something else (%s, where '%s' is needed); name "
                   "another folder",
                   by_env_kind_text(env), env->directory,
                   text[0] == '\0' ? "a store of another program" : text, version_text[env->kind]);
}

/* Half of the two first pages (a full disk) would look like damage next time. */
static void drop_half_made(const char *path) {
    struct stat info;
    if (stat(path, &info) == 0 && info.st_size < 2 * sysconf(_SC_PAGESIZE)) {
        unlink(path);
    }
}

static by_status open_all(by_env *env, by_error *err) {
    char data_path[BY_ENV_PATH_SIZE + 16], lock_path[BY_ENV_PATH_SIZE + 16];
    uint64_t size_bytes;
    (void)snprintf(data_path, sizeof data_path, "%s/data.mdb", env->directory);
    (void)snprintf(lock_path, sizeof lock_path, "%s/lock.mdb", env->directory);
    by_status status = claim_folder(env, err);
    status = status == BY_OK ? check_frozen(env, err) : status;
    status = status == BY_OK ? check_file(env, data_path, &size_bytes, err) : status;
    status = status == BY_OK ? open_lmdb(env, size_bytes, lock_path, err) : status;
    if (status != BY_OK && env->created) {
        drop_half_made(data_path);
    }
    return status == BY_OK ? check_version(env, err) : status;
}

by_status by_env_open(const char *directory, int write, by_env_kind kind, by_env **out,
                      by_error *err) {
    *out = NULL;
    size_t length = strlen(directory);
    if (length == 0 || length >= BY_ENV_PATH_SIZE) {
        return by_fail(err, BY_USAGE, "store: a folder name of %zu letters", length);
    }
    by_env *env = calloc(1, sizeof *env);
    if (env == NULL) {
        return by_fail_nomem(err, sizeof *env);
    }
    env->kind = kind;
    env->write = write;
    memcpy(env->directory, directory, length + 1);
    pthread_mutex_init(&env->lock, NULL);
    pthread_mutex_init(&env->writers, NULL);
    pthread_condattr_t clock;
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&env->idle, &clock);
    pthread_condattr_destroy(&clock);
    by_status status = open_all(env, err);
    if (status != BY_OK) {
        by_env_close(env);
        return status;
    }
    *out = env;
    return BY_OK;
}

void by_env_close(by_env *env) {
    if (env == NULL) {
        return;
    }
    if (env->lmdb != NULL) {
        mdb_env_close(env->lmdb);
    }
    if (env->claimed) {
        by_claim_drop(env->device, env->inode);
    }
    pthread_cond_destroy(&env->idle);
    pthread_mutex_destroy(&env->lock);
    pthread_mutex_destroy(&env->writers);
    free(env);
}
