/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "import.h"

static int ends_with(const char *name, const char *end) {
    size_t length = strlen(name), end_length = strlen(end);
    return length > end_length && strcasecmp(name + length - end_length, end) == 0;
}

static int is_wanted(const char *name) {
    return name[0] != '.' && (ends_with(name, ".csv") || ends_with(name, ".csv.gz")) &&
           strcasecmp(name, "INDEX.csv") != 0 && strcasecmp(name, "INDEX.csv.gz") != 0;
}

static char *join(const char *directory, const char *name) {
    size_t length = strlen(directory), size = length + strlen(name) + 2;
    char *path = malloc(size);
    if (path != NULL) {
        const char *slash = length > 0 && directory[length - 1] == '/' ? "" : "/";
        (void)snprintf(path, size, "%s%s%s", directory, slash, name);
    }
    return path;
}

static int compare(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Appends a path that it owns from then on; 0 when memory is out. */
static int append(char ***paths, int32_t *count, int32_t *room, char *path) {
    if (path != NULL && *count == *room) {
        int32_t more = *room > 0 ? *room * 2 : 64;
        char **larger = realloc(*paths, (size_t)more * sizeof *larger);
        if (larger == NULL) {
            free(path);
            return 0;
        }
        *paths = larger;
        *room = more;
    }
    if (path != NULL) {
        (*paths)[(*count)++] = path;
    }
    return path != NULL;
}

by_status by_import_paths(const char *directory, char ***paths, int32_t *count, by_error *err) {
    int32_t room = 0;
    *paths = NULL;
    *count = 0;
    DIR *folder = opendir(directory);
    if (folder == NULL) {
        return by_fail(err, BY_DATA, "%.200s: %s", directory, strerror(errno));
    }
    int ok = 1;
    for (struct dirent *entry; ok && (entry = readdir(folder)) != NULL;) {
        if (!is_wanted(entry->d_name)) {
            continue;
        }
        char *path = join(directory, entry->d_name);
        if (path != NULL && by_import_path_kind(path) != 0) {
            free(path); /* a folder, or a link to nothing */
            continue;
        }
        ok = append(paths, count, &room, path);
    }
    closedir(folder);
    if (!ok) {
        by_import_paths_free(*paths, *count);
        *paths = NULL;
        *count = 0;
        return by_fail_nomem(err, (size_t)room * sizeof **paths);
    }
    if (*count > 1) {
        qsort(*paths, (size_t)*count, sizeof **paths, compare);
    }
    return BY_OK;
}

void by_import_paths_free(char **paths, int32_t count) {
    for (int32_t i = 0; paths != NULL && i < count; i++) {
        free(paths[i]);
    }
    free(paths);
}

int32_t by_import_path_kind(const char *path) {
    struct stat info;
    if (stat(path, &info) != 0) {
        return -1;
    }
    return S_ISDIR(info.st_mode) ? 1 : 0;
}
