/* SPDX-License-Identifier: MIT */
#include "frozen.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../engine/hash.h"

enum { PATH_SIZE = 4096, PART_BYTES = 1 << 20 };

static const char form[] = "banyan snapshot 1\nsize %" PRIu64 "\nchecksum %016" PRIx64 "\n";

typedef struct seal {
    uint64_t size_bytes;
    uint64_t checksum;
} seal;

static int path_in(const char *directory, const char *name, char out[PATH_SIZE]) {
    return snprintf(out, PATH_SIZE, "%s/%s", directory, name) < PATH_SIZE;
}

/* 1, 0 when there is none, -1 when it is not ours. */
static int read_seal(const char *directory, seal *out) {
    char path[PATH_SIZE], text[256], again[256];
    FILE *file = path_in(directory, "snapshot", path) ? fopen(path, "re") : NULL;
    if (file == NULL) {
        return 0;
    }
    size_t size = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[size] = '\0';
    if (sscanf(text, "banyan snapshot 1\nsize %" SCNu64 "\nchecksum %" SCNx64, &out->size_bytes,
               &out->checksum) != 2) {
        return -1;
    }
    (void)snprintf(again, sizeof again, form, out->size_bytes, out->checksum);
    return strcmp(text, again) == 0 ? 1 : -1;
}

/* Of the file as it is. 0 or errno. */
static int compute_seal(const char *path, seal *out) {
    char *part = malloc(PART_BYTES);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = part != NULL && fd >= 0 ? 1 : -1;
    int code = part == NULL ? ENOMEM : errno;
    *out = (seal){0};
    while (got > 0) {
        got = pread(fd, part, PART_BYTES, (off_t)out->size_bytes);
        code = errno;
        if (got > 0) {
            out->checksum = by_hash(part, (size_t)got, out->checksum);
            out->size_bytes += (uint64_t)got;
        }
    }
    if (fd >= 0) {
        close(fd);
    }
    free(part);
    return got < 0 ? code : 0;
}

/* On the disk before it has its name. 0 or errno. */
static int write_seal(const char *directory, const seal *of) {
    char path[PATH_SIZE], part[PATH_SIZE];
    if (!path_in(directory, "snapshot", path) || !path_in(directory, "snapshot.part", part)) {
        return ENAMETOOLONG;
    }
    FILE *file = fopen(part, "we");
    if (file == NULL) {
        return errno;
    }
    char text[256];
    const int size = snprintf(text, sizeof text, form, of->size_bytes, of->checksum);
    int code = fwrite(text, 1, (size_t)size, file) != (size_t)size ? errno : 0;
    code = code == 0 && (fflush(file) != 0 || fsync(fileno(file)) != 0) ? errno : code;
    code = fclose(file) != 0 && code == 0 ? errno : code;
    code = code == 0 && rename(part, path) != 0 ? errno : code;
    if (code != 0) {
        unlink(part);
    }
    return code;
}

by_status by_store_freeze(by_store *store, const char *directory, by_error *err) {
    char data[PATH_SIZE];
    seal of;
    by_status status = by_store_copy(store, directory, err);
    if (status != BY_OK) {
        return status;
    }
    int code = path_in(directory, "data.mdb", data) ? 0 : ENAMETOOLONG;
    code = code == 0 ? compute_seal(data, &of) : code;
    code = code == 0 && chmod(data, 0444) != 0 ? errno : code;
    code = code == 0 ? write_seal(directory, &of) : code;
    if (code == 0) {
        return BY_OK;
    }
    unlink(data);
    return by_fail(err, code == ENOSPC || code == EDQUOT || code == EFBIG ? BY_LIMIT : BY_STORE,
                   "snapshot %.200s: it cannot be written: %s", directory, strerror(code));
}

int frozen_look(const char *directory) {
    char data[PATH_SIZE];
    struct stat info;
    seal of;
    const int found = read_seal(directory, &of);
    if (found <= 0) {
        return found;
    }
    const int whole = path_in(directory, "data.mdb", data) && stat(data, &info) == 0 &&
                      (uint64_t)info.st_size == of.size_bytes;
    return whole ? 1 : -1;
}

by_status by_store_check_frozen(const char *directory, int32_t *is_snapshot, by_error *err) {
    char data[PATH_SIZE];
    seal kept, now;
    const int found = read_seal(directory, &kept);
    *is_snapshot = found != 0;
    if (found == 0) {
        return BY_OK;
    }
    int code = path_in(directory, "data.mdb", data) ? compute_seal(data, &now) : ENAMETOOLONG;
    if (code != 0) {
        return by_fail(err, BY_DATA, "snapshot %.200s: data.mdb cannot be read: %s", directory,
                       strerror(code));
    }
    if (found < 0 || kept.size_bytes != now.size_bytes || kept.checksum != now.checksum) {
        return by_fail(err, BY_DATA,
                       "snapshot %.200s: it is damaged: %s. Copy it again, or make it anew with "
                       "`banyan data snapshot`",
                       directory,
                       found < 0 ? "its description cannot be read"
                       : kept.size_bytes != now.size_bytes
                           ? "its size is not the one that was written"
                           : "its checksum is not the one that was written");
    }
    return BY_OK;
}
