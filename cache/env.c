/* SPDX-License-Identifier: MIT */
#include "env.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "env_rooms.h"

enum { PROBE_SIZE = 4 << 20 };
#define MAP_SIZE_STEP_MAX ((size_t)64 << 30)

const char *by_env_kind_text(const by_env *env) {
    return env->kind == BY_ENV_BARS ? "bar store" : "result store";
}

by_status by_env_fail(const by_env *env, int code, const char *doing, by_error *err) {
    const char *what = by_env_kind_text(env), *where = env->directory;
    switch (code) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return by_fail(err, BY_LIMIT,
                       "%s %.200s: the disk is full; what was written before is kept. Make room "
                       "and do it again",
                       what, where);
    case EACCES:
    case EPERM:
    case EROFS:
        return by_fail(err, BY_STORE, "%s %.200s: it cannot be %s (%s); check its permissions",
                       what, where, doing, strerror(code));
    case ENOLCK:
        return by_fail(err, BY_STORE, "%s %.200s: its file system has no locks; %s", what, where,
                       env->kind == BY_ENV_BARS
                           ? "read a snapshot of it, made by `banyan data snapshot`"
                           : "put it on one that has them");
    case MDB_INVALID:
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
        return by_fail(err, BY_DATA,
                       "%s %.200s: it is damaged (%s); remove it and fill it again, or restore a "
                       "backup",
                       what, where, mdb_strerror(code));
    case MDB_VERSION_MISMATCH:
        return by_fail(err, BY_STORE, "%s %.200s: it was made by another version of LMDB", what,
                       where);
    case MDB_MAP_RESIZED:
        return by_fail(err, BY_STORE,
                       "%s %.200s: another process made it larger while this one reads it; close "
                       "what is open and do it again",
                       what, where);
    case MDB_MAP_FULL:
        return by_fail(err, BY_LIMIT,
                       "%s %.200s: it has to grow while snapshots of it are open; close them and "
                       "do it again",
                       what, where);
    case MDB_READERS_FULL:
        return by_fail(err, BY_LIMIT, "%s %.200s: over %d readers at once; close some", what, where,
                       BY_ENV_READERS_MAX);
    case MDB_PANIC:
        return by_fail(err, BY_STORE,
                       "%s %.200s: an earlier write failed on the disk; close it and open it again",
                       what, where);
    case ENOMEM:
        return by_fail(err, BY_NOMEM, "%s %.200s: not enough memory", what, where);
    case EIO:
        return by_fail(err, BY_DATA, "%s %.200s: the disk reports an error; check it", what, where);
    default: /* LMDB's own codes are negative, those of the system positive */
        return by_fail(err, code > 0 ? BY_STORE : BY_INTERNAL, "%s %.200s: it cannot be %s: %s",
                       what, where, doing, mdb_strerror(code));
    }
}

const char *by_env_directory(const by_env *env) {
    return env->directory;
}

MDB_dbi by_env_dbi(const by_env *env) {
    return env->dbi;
}

MDB_val by_env_key(const by_key *key) {
    return (MDB_val){key->size_bytes, (void *)(uintptr_t)key->word};
}

int by_env_reserve(MDB_txn *txn, MDB_dbi dbi, const by_key *key, size_t size_bytes,
                   by_block **out) {
    MDB_val name = by_env_key(key), value = {size_bytes, NULL};
    int rc = mdb_put(txn, dbi, &name, &value, MDB_RESERVE);
    *out = rc == 0 ? value.mv_data : NULL;
    return rc;
}

void by_env_set_patience(by_env *env, int32_t patience_ms) {
    pthread_mutex_lock(&env->lock);
    env->patience_ms = patience_ms;
    pthread_mutex_unlock(&env->lock);
}

/* Waits for the read transactions of other threads to end. Called with `lock` held. */
static void await_idle(by_env *env) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    int64_t ns = until.tv_nsec + (int64_t)env->patience_ms * 1000000;
    until.tv_sec += ns / 1000000000;
    until.tv_nsec = ns % 1000000000;
    int rc = env->patience_ms > 0 ? 0 : ETIMEDOUT;
    while (env->readers > 0 && rc == 0) {
        rc = pthread_cond_timedwait(&env->idle, &env->lock, &until);
    }
}

/* Adopts the size that another process gave the map, or makes it larger. Only without any
 * transaction in this process. Called with `lock` held. */
static int resize(by_env *env, int grow) {
    if (env->readers > 0 || env->writing) {
        return grow ? MDB_MAP_FULL : MDB_MAP_RESIZED;
    }
    MDB_envinfo info;
    mdb_env_info(env->lmdb, &info);
    size_t size = info.me_mapsize, step = size < MAP_SIZE_STEP_MAX ? size : MAP_SIZE_STEP_MAX;
    return mdb_env_set_mapsize(env->lmdb, grow ? size + step : 0);
}

/* Begins a transaction; `lock` is held. */
static int begin(by_env *env, unsigned flags, MDB_txn **out) {
    int rc = mdb_txn_begin(env->lmdb, NULL, flags, out);
    for (int tries = 0; rc == MDB_MAP_RESIZED && tries < 100; tries++) {
        if (flags == 0) {
            await_idle(env);
        }
        rc = resize(env, 0);
        rc = rc == 0 ? mdb_txn_begin(env->lmdb, NULL, flags, out) : rc;
    }
    if (rc == MDB_READERS_FULL) {
        int dead = 0;
        mdb_reader_check(env->lmdb, &dead);
        rc = dead > 0 ? mdb_txn_begin(env->lmdb, NULL, flags, out) : rc;
    }
    return rc;
}

by_status by_env_begin(by_env *env, MDB_txn **out, by_error *err) {
    pthread_mutex_lock(&env->lock);
    int rc = begin(env, MDB_RDONLY, out);
    env->readers += rc == 0;
    pthread_mutex_unlock(&env->lock);
    return rc == 0 ? BY_OK : by_env_fail(env, rc, "read", err);
}

void by_env_end(by_env *env, MDB_txn *txn) {
    pthread_mutex_lock(&env->lock);
    mdb_txn_abort(txn);
    if (--env->readers == 0) {
        pthread_cond_broadcast(&env->idle);
    }
    pthread_mutex_unlock(&env->lock);
}

/* LMDB says EIO for a write that was cut short, which is how a disk becomes full. Asks the disk for
 * a little more behind the end of the data to learn which of the two it was. */
static int why_cut_short(const by_env *env) {
    char path[BY_ENV_PATH_SIZE + 16];
    struct stat info;
    (void)snprintf(path, sizeof path, "%s/data.mdb", env->directory);
    off_t end = stat(path, &info) == 0 ? info.st_size : 0;
    int fd = open(env->directory, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
    if (fd < 0) {
        return EIO;
    }
    int code = posix_fallocate(fd, end, PROBE_SIZE);
    close(fd);
    return code == ENOSPC || code == EFBIG || code == EDQUOT ? ENOSPC : EIO;
}

/* One attempt of a job. */
static int attempt(by_env *env, by_env_job job, void *context, by_error *err) {
    MDB_txn *txn;
    pthread_mutex_lock(&env->lock);
    int rc = begin(env, 0, &txn);
    env->writing = rc == 0;
    pthread_mutex_unlock(&env->lock);
    if (rc != 0) {
        return rc;
    }
    rc = job(txn, env->dbi, context, err);
    if (rc == 0) {
        rc = mdb_txn_commit(txn);
    } else {
        mdb_txn_abort(txn);
    }
    pthread_mutex_lock(&env->lock);
    env->writing = 0;
    pthread_mutex_unlock(&env->lock);
    return rc;
}

by_status by_env_write(by_env *env, by_env_job job, void *context, by_error *err) {
    if (!env->write) {
        return by_fail(err, BY_STORE, "%s %.200s: it was opened for reading only",
                       by_env_kind_text(env), env->directory);
    }
    by_error own = {0};
    err = err != NULL ? err : &own;
    pthread_mutex_lock(&env->writers);
    int rc = attempt(env, job, context, err);
    for (int grown = 0; rc == MDB_MAP_FULL && grown == 0;) {
        pthread_mutex_lock(&env->lock);
        await_idle(env);
        grown = resize(env, 1);
        pthread_mutex_unlock(&env->lock);
        rc = grown == 0 ? attempt(env, job, context, err) : grown;
    }
    rc = rc == EIO ? why_cut_short(env) : rc;
    pthread_mutex_unlock(&env->writers);
    if (rc == 0 || rc == BY_ENV_NOTHING) {
        return BY_OK;
    }
    return rc == BY_ENV_FAILED ? (by_status)err->status : by_env_fail(env, rc, "written", err);
}
