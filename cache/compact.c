/* SPDX-License-Identifier: MIT */
#include "compact.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store.h"

enum { PATH_SIZE = 4096 + 64 };

/* The first two pages of data.mdb: every commit writes to one of them. */
typedef struct heads {
    size_t size_bytes;
    char *bytes;
} heads;

typedef struct paths {
    char directory[PATH_SIZE];
    char data[PATH_SIZE];
    char lock[PATH_SIZE];
    char part[PATH_SIZE]; /* folder of the copy */
    char part_data[PATH_SIZE];
    char part_lock[PATH_SIZE];
} paths;

static by_status name_paths(const char *directory, paths *out, by_error *err) {
    if (strlen(directory) + 32 > PATH_SIZE) {
        return by_fail(err, BY_USAGE, "store: a folder name of %zu letters", strlen(directory));
    }
    (void)snprintf(out->directory, PATH_SIZE, "%s", directory);
    (void)snprintf(out->data, PATH_SIZE, "%s/data.mdb", directory);
    (void)snprintf(out->lock, PATH_SIZE, "%s/lock.mdb", directory);
    (void)snprintf(out->part, PATH_SIZE, "%s/compact.part", directory);
    (void)snprintf(out->part_data, PATH_SIZE, "%s/compact.part/data.mdb", directory);
    (void)snprintf(out->part_lock, PATH_SIZE, "%s/compact.part/lock.mdb", directory);
    return BY_OK;
}

static void remove_part(const paths *at) {
    (void)unlink(at->part_data);
    (void)unlink(at->part_lock);
    (void)rmdir(at->part);
}

static by_status fail_errno(const paths *at, by_error *err) {
    return by_fail(err, BY_STORE, "bar store %.200s: it cannot be compacted: %s", at->directory,
                   strerror(errno));
}

static by_status read_heads(const paths *at, heads *out, by_error *err) {
    out->size_bytes = 2 * (size_t)sysconf(_SC_PAGESIZE);
    out->bytes = malloc(out->size_bytes);
    if (out->bytes == NULL) {
        return by_fail_nomem(err, out->size_bytes);
    }
    int fd = open(at->data, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) {
        return by_fail(err, BY_DATA, "bar store %.200s: there is none in this folder",
                       at->directory);
    }
    ssize_t got = fd < 0 ? -1 : pread(fd, out->bytes, out->size_bytes, 0);
    by_status status = got == (ssize_t)out->size_bytes ? BY_OK : fail_errno(at, err);
    if (fd >= 0) {
        close(fd);
    }
    return status;
}

/* LMDB holds a shared lock on the first byte of lock.mdb as long as an environment is open. Having
 * it alone, until the descriptor is closed, keeps other processes from opening it. */
static by_status lock_alone(const paths *at, int *fd, by_error *err) {
    struct flock all = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 1};
    *fd = open(at->lock, O_RDWR | O_CREAT | O_CLOEXEC, 0664);
    if (*fd < 0) {
        return fail_errno(at, err);
    }
    if (fcntl(*fd, F_SETLK, &all) == 0) {
        return BY_OK;
    }
    by_status status =
        errno == EACCES || errno == EAGAIN
            ? by_fail(err, BY_STORE,
                      "bar store %.200s: another process has it open; compact it when that has "
                      "ended, or make a compact copy with -o DIR",
                      at->directory)
            : fail_errno(at, err);
    close(*fd);
    *fd = -1;
    return status;
}

static by_status copy(const paths *at, by_error *err) {
    by_store *store;
    by_status status = by_store_open(at->directory, BY_STORE_READ, &store, err);
    if (status == BY_OK) {
        status = by_store_copy(store, at->part, err);
        by_store_close(store);
    }
    return status;
}

static int sync_folder(const char *path) {
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int code = fd < 0 ? -1 : fsync(fd);
    if (fd >= 0) {
        close(fd);
    }
    return code;
}

/* The copy takes the place of the file that it was made from, unless that has changed. */
static by_status swap(const paths *at, const heads *before, by_error *err) {
    heads now = {0};
    int fd;
    by_status status = lock_alone(at, &fd, err);
    if (status != BY_OK) {
        return status;
    }
    status = read_heads(at, &now, err);
    if (status == BY_OK && memcmp(before->bytes, now.bytes, now.size_bytes) != 0) {
        status = by_fail(err, BY_STORE,
                         "bar store %.200s: another process wrote to it meanwhile; do it again",
                         at->directory);
    }
    if (status == BY_OK && (rename(at->part_data, at->data) != 0 || sync_folder(at->directory))) {
        status = fail_errno(at, err);
    }
    free(now.bytes);
    close(fd);
    return status;
}

by_status by_store_compact(const char *directory, by_error *err) {
    paths at;
    heads before = {0};
    int fd = -1;
    by_status status = name_paths(directory, &at, err);
    if (status != BY_OK) {
        return status;
    }
    status = read_heads(&at, &before, err);
    status = status == BY_OK ? lock_alone(&at, &fd, err) : status;
    if (status == BY_OK) {
        close(fd); /* nobody has it open now; the copy is worth beginning */
        remove_part(&at);
        status = copy(&at, err);
        status = status == BY_OK ? swap(&at, &before, err) : status;
        remove_part(&at);
    }
    free(before.bytes);
    return status;
}
