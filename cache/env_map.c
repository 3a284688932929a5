/* SPDX-License-Identifier: MIT
 *
 * The map of an environment as a whole: out of memory, and into a copy.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "env_rooms.h"

/* LMDB does not tell where its map lies. But each page in it begins with its own number, and the
 * first value of a store stands in a leaf. */
static char *map_of(MDB_txn *txn, MDB_dbi dbi) {
    MDB_stat stat;
    MDB_val key = {8, (void *)(uintptr_t) "version"}, value;
    if (mdb_stat(txn, dbi, &stat) != 0 || mdb_get(txn, dbi, &key, &value) != 0) {
        return NULL;
    }
    uint64_t number;
    char *page = (char *)((uintptr_t)value.mv_data & ~(uintptr_t)(stat.ms_psize - 1));
    memcpy(&number, page, sizeof number);
    return page - number * stat.ms_psize;
}

void by_env_trim(by_env *env) {
    /* This may be called within a write, for which whoever holds the lock may be waiting. */
    if (pthread_mutex_trylock(&env->lock) != 0) {
        return;
    }
    MDB_txn *txn;
    if (mdb_txn_begin(env->lmdb, NULL, MDB_RDONLY, &txn) == 0) {
        MDB_envinfo info;
        char *map = map_of(txn, env->dbi);
        if (map != NULL && mdb_env_info(env->lmdb, &info) == 0) {
            (void)madvise(map, info.me_mapsize, MADV_DONTNEED); /* read from the file at need */
        }
        mdb_txn_abort(txn);
    }
    pthread_mutex_unlock(&env->lock);
}

/* Makes the folder of a copy, or says why it cannot be one. */
static by_status make_target(const by_env *env, const char *directory, by_error *err) {
    const char *what = by_env_kind_text(env);
    int code = by_env_make_folders(directory);
    DIR *folder = code == 0 ? opendir(directory) : NULL;
    if (folder == NULL) {
        return by_fail(err, BY_STORE, "%s: a copy cannot be made in %.200s: %s", what, directory,
                       strerror(code != 0 ? code : errno));
    }
    by_status status = BY_OK;
    for (struct dirent *entry; status == BY_OK && (entry = readdir(folder)) != NULL;) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            status = by_fail(err, BY_STORE,
                             "%s: a copy needs an empty folder, but %.200s holds %.60s; name "
                             "another one",
                             what, directory, entry->d_name);
        }
    }
    closedir(folder);
    return status;
}

static int sync_path(const char *path) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    int code = fd < 0 || fsync(fd) != 0 ? errno : 0;
    if (fd >= 0) {
        close(fd);
    }
    return code;
}

by_status by_env_copy(by_env *env, const char *directory, by_error *err) {
    char path[BY_ENV_PATH_SIZE + 16];
    size_t length = strlen(directory);
    if (length == 0 || length >= BY_ENV_PATH_SIZE) {
        return by_fail(err, BY_USAGE, "store: a folder name of %zu letters", length);
    }
    by_status status = make_target(env, directory, err);
    if (status != BY_OK) {
        return status;
    }
    MDB_txn *guard; /* so that the map stays where it is */
    status = by_env_begin(env, &guard, err);
    if (status != BY_OK) {
        return status;
    }
    (void)snprintf(path, sizeof path, "%s/data.mdb", directory);
    int code = mdb_env_copy2(env->lmdb, directory, MDB_CP_COMPACT);
    by_env_end(env, guard);
    code = code == 0 ? sync_path(path) : code;
    code = code == 0 ? sync_path(directory) : code;
    if (code == 0) {
        return BY_OK;
    }
    unlink(path);
    if (code == ENOSPC || code == EDQUOT || code == EFBIG) {
        return by_fail(err, BY_LIMIT, "%s: the disk of %.200s is full; make room and copy it again",
                       by_env_kind_text(env), directory);
    }
    return by_fail(err, code > 0 ? BY_STORE : BY_DATA, "%s: the copy in %.200s failed: %s",
                   by_env_kind_text(env), directory, mdb_strerror(code));
}
