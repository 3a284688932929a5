/* SPDX-License-Identifier: MIT
 *
 * Replays a fuzzer's corpus as a plain test: calls LLVMFuzzerTestOneInput for every file named on
 * the command line, and for every file right inside a folder that is named. Linked into fuzz
 * programs of every variant but fuzz.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size_bytes);

static int replay_file(const char *path, long long size_bytes, long *count) {
    FILE *file = fopen(path, "rb");
    /* Exactly as large as the input, so that a sanitizer sees a step behind its end. */
    uint8_t *data = malloc(size_bytes > 0 ? (size_t)size_bytes : 1);
    int ok = file != NULL && data != NULL &&
             fread(data, 1, (size_t)size_bytes, file) == (size_t)size_bytes;
    if (ok) {
        LLVMFuzzerTestOneInput(data, (size_t)size_bytes);
        (*count)++;
    } else {
        fprintf(stderr, "%s: cannot be read\n", path);
    }
    free(data);
    if (file != NULL) {
        fclose(file);
    }
    return ok;
}

static int replay(const char *path, int depth, long *count) {
    struct stat info;
    if (stat(path, &info) != 0) {
        fprintf(stderr, "%s: no such file or folder\n", path);
        return 0;
    }
    if (!S_ISDIR(info.st_mode)) {
        return replay_file(path, (long long)info.st_size, count);
    }
    DIR *folder = depth == 0 ? opendir(path) : NULL;
    if (folder == NULL) {
        return depth > 0;
    }
    int ok = 1;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char inside[4096];
        if (entry->d_name[0] != '.') {
            snprintf(inside, sizeof inside, "%s/%s", path, entry->d_name);
            ok &= replay(inside, depth + 1, count);
        }
    }
    closedir(folder);
    return ok;
}

int main(int argc, char **argv) {
    int ok = argc > 1;
    long count = 0;
    for (int i = 1; i < argc; i++) {
        ok &= replay(argv[i], 0, &count);
    }
    printf("%ld inputs replayed\n", count);
    return ok && count > 0 ? 0 : 1;
}
