/* SPDX-License-Identifier: MIT */
#include "env.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "claim.h"
#include "pages.h"

enum { READERS_MAX = 254, LOCK_FILE_SIZE = 16384 }; /* what LMDB needs for so many readers */
enum { PATH_SIZE = 3072, PROBE_SIZE = 4 << 20 };
#define MAP_SIZE_FIRST ((size_t)64 << 20)
#define MAP_SIZE_STEP_MAX ((size_t)64 << 30)

static const char version_key[] = "version";
static const char *const version_text[] = {"banyan bars 1", "banyan results 1"};
static const char *const kind_text[] = {"bar store", "result store"};

#define FULL_BELOW_BYTES 1048576.0

struct by_env {
    MDB_env *lmdb;
    MDB_dbi dbi;
    by_env_kind kind;
    int write;
    int created; /* data.mdb was not there before */
    int claimed;
    dev_t device;
    ino_t inode;
    pthread_mutex_t lock;    /* guards readers, writing and the size of the map */
    pthread_mutex_t writers; /* one write transaction at a time */
    int32_t readers;
    int writing;
    char directory[PATH_SIZE];
};

/* LMDB calls a write that was cut short by a full disk EIO. */
static int is_full(const char *directory) {
    struct statvfs disk;
    return statvfs(directory, &disk) == 0 &&
           (double)disk.f_bavail * (double)disk.f_frsize < FULL_BELOW_BYTES;
}

by_status by_env_fail(const by_env *env, int code, const char *doing, by_error *err) {
    const char *what = kind_text[env->kind], *where = env->directory;
    if (code == EIO && is_full(where)) {
        code = ENOSPC;
    }
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
                       READERS_MAX);
    case MDB_PANIC:
        return by_fail(err, BY_STORE,
                       "%s %.200s: an earlier write failed on the disk; close it and open it again",
                       what, where);
    case ENOMEM:
        return by_fail(err, BY_NOMEM, "%s %.200s: not enough memory", what, where);
    case EIO:
        return by_fail(err, BY_DATA, "%s %.200s: the disk reports an error; check it", what, where);
    default:
        return by_fail(err, BY_INTERNAL, "%s %.200s: it cannot be %s: %s", what, where, doing,
                       mdb_strerror(code));
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
    env->readers--;
    pthread_mutex_unlock(&env->lock);
}

/* LMDB says EIO for a write that was cut short, which is how a disk becomes full. Asks the disk for
 * a little more behind the end of the data to learn which of the two it was. */
static int why_cut_short(const by_env *env) {
    char path[PATH_SIZE + 16];
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
                       kind_text[env->kind], env->directory);
    }
    by_error own = {0};
    err = err != NULL ? err : &own;
    pthread_mutex_lock(&env->writers);
    int rc = attempt(env, job, context, err);
    while (rc == MDB_MAP_FULL) {
        pthread_mutex_lock(&env->lock);
        rc = resize(env, 1);
        pthread_mutex_unlock(&env->lock);
        rc = rc == 0 ? attempt(env, job, context, err) : rc;
    }
    rc = rc == EIO ? why_cut_short(env) : rc;
    pthread_mutex_unlock(&env->writers);
    if (rc == 0 || rc == BY_ENV_NOTHING) {
        return BY_OK;
    }
    return rc == BY_ENV_FAILED ? (by_status)err->status : by_env_fail(env, rc, "written", err);
}

/* Makes a folder and those above it. */
static int make_folders(const char *path) {
    char part[PATH_SIZE];
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
    int code = env->write ? make_folders(env->directory) : 0;
    if (code != 0) {
        return by_env_fail(env, code, "created", err);
    }
    if (stat(env->directory, &info) != 0) {
        return by_fail(err, errno == ENOENT ? BY_DATA : BY_STORE, "%s %.200s: %s",
                       kind_text[env->kind], env->directory,
                       errno == ENOENT ? "there is none" : strerror(errno));
    }
    if (!S_ISDIR(info.st_mode)) {
        return by_fail(err, BY_STORE, "%s %.200s: this is a file, not a folder",
                       kind_text[env->kind], env->directory);
    }
    int taken = by_claim_take(info.st_dev, info.st_ino);
    if (taken < 0) {
        return by_fail_nomem(err, sizeof info);
    }
    if (taken == 0) {
        return by_fail(err, BY_STORE, "%s %.200s: it is already open in this program; close it",
                       kind_text[env->kind], env->directory);
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
                                    kind_text[env->kind], env->directory);
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
        return by_fail(err, BY_DATA,
                       "%s %.200s: it is damaged: %s. Remove data.mdb and fill it again, or "
                       "restore a backup",
                       kind_text[env->kind], env->directory, fault);
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
    unsigned flags = MDB_NOTLS | (env->write ? 0 : MDB_RDONLY);
    int code = make_lock_file(lock_path);
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
        mdb_env_set_maxreaders(env->lmdb, READERS_MAX);
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
    return by_fail(err, BY_STORE,
                   "%s %.200s: the folder holds something else (%s, where '%s' is needed); name "
                   "another folder",
                   kind_text[env->kind], env->directory,
                   text[0] == '\0' ? "a store of another program" : text, version_text[env->kind]);
}

static by_status open_all(by_env *env, by_error *err) {
    char data_path[PATH_SIZE + 16], lock_path[PATH_SIZE + 16];
    uint64_t size_bytes;
    (void)snprintf(data_path, sizeof data_path, "%s/data.mdb", env->directory);
    (void)snprintf(lock_path, sizeof lock_path, "%s/lock.mdb", env->directory);
    by_status status = claim_folder(env, err);
    status = status == BY_OK ? check_file(env, data_path, &size_bytes, err) : status;
    status = status == BY_OK ? open_lmdb(env, size_bytes, lock_path, err) : status;
    if (status != BY_OK && env->created) {
        unlink(data_path); /* half a first page would look like damage next time */
    }
    return status == BY_OK ? check_version(env, err) : status;
}

by_status by_env_open(const char *directory, int write, by_env_kind kind, by_env **out,
                      by_error *err) {
    *out = NULL;
    size_t length = strlen(directory);
    if (length == 0 || length >= PATH_SIZE) {
        return by_fail(err, BY_USAGE, "%s: a folder name of %zu letters", kind_text[kind], length);
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
    pthread_mutex_destroy(&env->lock);
    pthread_mutex_destroy(&env->writers);
    free(env);
}
