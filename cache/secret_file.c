/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "secret_rooms.h"

enum { FILE_SIZE_MAX = 64 << 10 };

static by_status check_file(int fd, const char *path, by_error *err) {
    struct stat info;
    if (fstat(fd, &info) != 0) {
        return by_fail(err, BY_DATA, "%.200s: %s", path, strerror(errno));
    }
    if (!S_ISREG(info.st_mode)) {
        return by_fail(err, BY_USAGE, "%.200s: keys are read from a plain file only", path);
    }
    if (info.st_uid != geteuid()) {
        return by_fail(err, BY_USAGE,
                       "%.200s: the file of keys belongs to another user; make your own", path);
    }
    if ((info.st_mode & 077) != 0) {
        return by_fail(err, BY_USAGE,
                       "%.200s: others may open the file of keys (mode %04o); chmod 600 %.200s",
                       path, (unsigned)(info.st_mode & 07777), path);
    }
    if (info.st_size > FILE_SIZE_MAX) {
        return by_fail(err, BY_DATA, "%.200s: over %d KiB is no file of keys", path,
                       FILE_SIZE_MAX >> 10);
    }
    return BY_OK;
}

static int is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

static void trim(const char **first, const char **end) {
    while (*first < *end && is_blank(**first)) {
        (*first)++;
    }
    while (*end > *first && is_blank((*end)[-1])) {
        (*end)--;
    }
}

/* The value of `name` when `line` is about it; NULL when it is not. *ok = 0: not NAME=value. */
static const char *value_in(const char *line, const char **end, const char *name, int *ok) {
    trim(&line, end);
    *ok = 1;
    if (line == *end || *line == '#') {
        return NULL;
    }
    if (*end - line > 7 && memcmp(line, "export ", 7) == 0) {
        line += 7; /* as in files that shells read */
    }
    const char *equals = memchr(line, '=', (size_t)(*end - line));
    if (equals == NULL || equals == line) {
        *ok = 0;
        return NULL;
    }
    const char *name_end = equals, *value = equals + 1;
    trim(&line, &name_end);
    if ((size_t)(name_end - line) != strlen(name) || memcmp(line, name, strlen(name)) != 0) {
        return NULL;
    }
    trim(&value, end);
    if (*end - value >= 2 && (*value == '"' || *value == '\'') && (*end)[-1] == *value) {
        value++;
        (*end)--;
    }
    return value;
}

static by_status find_line(const char *text, size_t size, const char *path, const char *name,
                           char *out, size_t *size_bytes, by_error *err) {
    int number = 1;
    for (const char *line = text, *end = text + size; line < end; number++) {
        const char *line_end = memchr(line, '\n', (size_t)(end - line));
        line_end = line_end != NULL ? line_end : end;
        const char *next = line_end + 1;
        int ok = 0;
        const char *value = value_in(line, &line_end, name, &ok);
        if (!ok) {
            return by_fail(err, BY_DATA, "%.200s:%d: not a line NAME=value", path, number);
        }
        if (value != NULL) {
            size_t length = (size_t)(line_end - value);
            /* One byte too many is kept, for the caller to refuse what is too long. */
            length = length <= BY_SECRET_SIZE_MAX ? length : BY_SECRET_SIZE_MAX + 1;
            memcpy(out, value, length);
            out[length] = '\0';
            *size_bytes = length;
            return BY_OK;
        }
        line = next;
    }
    return BY_OK;
}

static by_status read_all(int fd, const char *path, char *text, size_t *size, by_error *err) {
    *size = 0;
    for (;;) {
        ssize_t got = read(fd, text + *size, FILE_SIZE_MAX - *size);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return by_fail(err, BY_DATA, "%.200s: %s", path, strerror(errno));
        }
        if (got == 0) {
            return BY_OK;
        }
        *size += (size_t)got;
    }
}

by_status by_secret_file_find(const char *path, const char *name, char out[BY_SECRET_SIZE_MAX + 2],
                              size_t *size_bytes, by_error *err) {
    *size_bytes = 0;
    /* O_NONBLOCK: a pipe must not hold us up before it can be refused. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        return errno == ENOENT ? BY_OK : by_fail(err, BY_DATA, "%.200s: %s", path, strerror(errno));
    }
    size_t size = 0;
    char *text = NULL;
    by_status status = check_file(fd, path, err);
    if (status == BY_OK && (text = by_secret_pages_new(FILE_SIZE_MAX)) == NULL) {
        status = by_fail_nomem(err, FILE_SIZE_MAX);
    }
    status = status == BY_OK ? read_all(fd, path, text, &size, err) : status;
    status = status == BY_OK ? find_line(text, size, path, name, out, size_bytes, err) : status;
    by_secret_pages_free(text, FILE_SIZE_MAX, size);
    close(fd);
    return status;
}
