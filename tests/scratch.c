/* SPDX-License-Identifier: MIT */
#include "scratch.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

void scratch_make(char path[SCRATCH_SIZE]) {
    const char *base = getenv("TMPDIR");
    snprintf(path, SCRATCH_SIZE, "%.200s/banyan-test-XXXXXX", base != NULL ? base : "/tmp");
    if (mkdtemp(path) == NULL) {
        perror(path);
        abort();
    }
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *where) {
    (void)info;
    (void)kind;
    (void)where;
    return remove(path);
}

void scratch_remove(const char *path) {
    nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *scratch_path(const char *folder, const char *name) {
    static char paths[8][2 * SCRATCH_SIZE];
    static unsigned next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%.250s/%.250s", folder, name);
    return path;
}

void scratch_write(const char *path, const void *data, size_t size_bytes) {
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(data, 1, size_bytes, file) != size_bytes || fclose(file) != 0) {
        perror(path);
        abort();
    }
}

unsigned char *scratch_read(const char *path, size_t *size_bytes) {
    FILE *file = fopen(path, "rb");
    struct stat info;
    if (file == NULL || fstat(fileno(file), &info) != 0) {
        return NULL;
    }
    unsigned char *data = malloc((size_t)info.st_size + 1);
    *size_bytes = data != NULL ? fread(data, 1, (size_t)info.st_size, file) : 0;
    fclose(file);
    return data;
}

int scratch_setup(void **state) {
    char *folder = malloc(SCRATCH_SIZE);
    scratch_make(folder);
    *state = folder;
    return 0;
}

int scratch_teardown(void **state) {
    scratch_remove(*state);
    free(*state);
    return 0;
}
