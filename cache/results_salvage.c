/* SPDX-License-Identifier: MIT
 *
 * What can be saved of a store whose pages are damaged (a file that was cut short or copied while
 * it grew): every sealed block proves by itself that it is whole and below which key it stood, so
 * the file is searched for blocks and its pages are not asked.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "results_rooms.h"

enum { PATH_SIZE = 4096, SEARCH_SIZE = 1 << 20, COMMIT_BYTES = 32 << 20 };

/* Takes a sound block; another answer than BY_OK ends the search. */
typedef by_status (*finder)(void *context, const by_block *block, by_error *err);

static int read_at(int fd, void *out, size_t size_bytes, uint64_t offset) {
    ssize_t got = pread(fd, out, size_bytes, (off_t)offset);
    return got == (ssize_t)size_bytes;
}

/* The block at an offset, freed by the caller; NULL when there is none that is sound. */
static by_block *read_block(int fd, uint64_t offset, uint64_t file_size) {
    by_block header;
    if (!read_at(fd, &header, sizeof header, offset) || header.magic != BY_BLOCK_MAGIC ||
        header.payload_bytes > file_size) {
        return NULL;
    }
    int is_text = header.kind == BY_BLOCK_TEXT && header.index == RESULTS_IDENTITY &&
                  header.payload_bytes < RESULTS_IDENTITY_MAX;
    int is_rows = header.kind == BY_BLOCK_RESULTS && header.count <= BY_CHUNK_COMBOS &&
                  header.payload_bytes <= (uint64_t)header.count * PACK_ROW_BYTES_MAX;
    if (!is_text && !is_rows) {
        return NULL;
    }
    size_t size = by_block_size(header.payload_bytes);
    by_block *block = malloc(size);
    by_key key;
    results_block_key(&header, &key);
    if (block == NULL || !read_at(fd, block, size, offset) ||
        by_block_fault(block, size, header.kind, &key) != NULL) {
        free(block);
        return NULL;
    }
    return block;
}

/* Blocks stand at multiples of 8. */
static by_status search(int fd, char *room, finder f, void *context, by_error *err) {
    static const uint32_t magic = BY_BLOCK_MAGIC;
    struct stat info;
    uint64_t size = fstat(fd, &info) == 0 ? (uint64_t)info.st_size : 0;
    for (uint64_t at = 0; at < size;) {
        uint64_t left = size - at, take = left < SEARCH_SIZE ? left : SEARCH_SIZE;
        if (!read_at(fd, room, take, at)) {
            take = 0; /* a part that the disk cannot read */
        }
        uint64_t next = at + SEARCH_SIZE;
        for (uint64_t i = 0; i + sizeof magic <= take; i += 8) {
            by_block *block =
                memcmp(room + i, &magic, sizeof magic) == 0 ? read_block(fd, at + i, size) : NULL;
            if (block != NULL) {
                by_status status = f(context, block, err);
                uint64_t end = i + by_block_size(block->payload_bytes);
                free(block);
                if (status != BY_OK) {
                    return status;
                }
                next = at + end > next ? at + end : next;
                i = end - 8;
            }
        }
        at = next;
    }
    return BY_OK;
}

static by_status search_file(const char *path, finder f, void *context, by_error *err) {
    char *room = malloc(SEARCH_SIZE);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    by_status status = room == NULL ? by_fail_nomem(err, SEARCH_SIZE) : BY_OK;
    if (status == BY_OK && fd >= 0) {
        status = search(fd, room, f, context, err);
    }
    if (fd >= 0) {
        close(fd);
    }
    free(room);
    return status;
}

typedef struct wanted {
    const char *directory;
    const char *identity;
    int found;
} wanted;

static by_status find_identity(void *context, const by_block *block, by_error *err) {
    wanted *w = context;
    if (block->kind != BY_BLOCK_TEXT) {
        return BY_OK;
    }
    char *text = strndup((const char *)(block + 1), block->payload_bytes);
    if (text == NULL) {
        return by_fail_nomem(err, block->payload_bytes);
    }
    by_status status = by_results_same(w->directory, text, w->identity, err);
    w->found = 1;
    free(text);
    return status;
}

static by_status take_rows(void *context, const by_block *block, by_error *err) {
    by_results *results = context;
    if (block->kind != BY_BLOCK_RESULTS) {
        return BY_OK;
    }
    by_status status =
        results_append(results, *block, block + 1, block->payload_bytes, NULL, 0, err);
    if (status == BY_OK && results->open.used_bytes > COMMIT_BYTES) {
        status = by_results_commit(results, NULL, err);
    }
    return status;
}

static void paths_of(const char *directory, char data[PATH_SIZE], char aside[PATH_SIZE]) {
    (void)snprintf(data, PATH_SIZE, "%s/data.mdb", directory);
    (void)snprintf(aside, PATH_SIZE, "%s/data.damaged", directory);
}

int results_find_identity(const char *directory, const char *identity, by_status *status,
                          by_error *err) {
    char data[PATH_SIZE], aside[PATH_SIZE];
    wanted w = {directory, identity, 0};
    paths_of(directory, data, aside);
    *status = search_file(data, find_identity, &w, err);
    return w.found;
}

by_status results_set_aside(const char *directory, by_error *err) {
    char data[PATH_SIZE], aside[PATH_SIZE];
    paths_of(directory, data, aside);
    /* One that was set aside before has more than what was made of it since. */
    if (access(aside, F_OK) == 0 ? unlink(data) != 0 : rename(data, aside) != 0) {
        return by_fail(err, BY_STORE, "result store %.200s: its damaged file cannot be moved: %s",
                       directory, strerror(errno));
    }
    return BY_OK;
}

by_status results_salvage(by_results *results, const char *directory, by_error *err) {
    char data[PATH_SIZE], aside[PATH_SIZE];
    paths_of(directory, data, aside);
    if (access(aside, F_OK) != 0) {
        return BY_OK;
    }
    by_status status = search_file(aside, take_rows, results, err);
    status = status == BY_OK ? by_results_commit(results, NULL, err) : status;
    if (status == BY_OK) {
        (void)unlink(aside);
    }
    return status;
}
