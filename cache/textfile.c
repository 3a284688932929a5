/* SPDX-License-Identifier: MIT */
#include "textfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { GZIP_WINDOW = 15 + 16 }; /* the largest window, with a gzip header */
enum { ROOM_FIRST = 1 << 16 };

typedef struct buffer {
    char *data;
    size_t used;
    size_t room;
} buffer;

static int widen(buffer *b, size_t room) {
    char *larger = realloc(b->data, room);
    if (larger != NULL) {
        b->data = larger;
        b->room = room;
    }
    return larger != NULL;
}

/* At least a byte more room, within the limit. */
static by_status grow(buffer *b, size_t size_max, const char *path, by_error *err) {
    if (b->used > size_max) {
        return by_fail(err, BY_LIMIT, "%.200s: more than %zu MiB of text; split the file", path,
                       size_max >> 20);
    }
    size_t room = b->room < ROOM_FIRST ? ROOM_FIRST : b->room * 2;
    room = room < size_max + 1 ? room : size_max + 1;
    return widen(b, room) ? BY_OK : by_fail_nomem(err, room);
}

static by_status read_whole(int fd, const char *path, size_t size_max, buffer *b, by_error *err) {
    struct stat info;
    if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && (uint64_t)info.st_size < size_max) {
        if (!widen(b, (size_t)info.st_size + 1)) {
            return by_fail_nomem(err, (size_t)info.st_size + 1);
        }
    }
    for (;;) {
        if (b->used == b->room) {
            by_status status = grow(b, size_max, path, err);
            if (status != BY_OK) {
                return status;
            }
        }
        ssize_t got = read(fd, b->data + b->used, b->room - b->used);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return got == 0 ? BY_OK : by_fail(err, BY_DATA, "%.200s: %s", path, strerror(errno));
        }
        b->used += (size_t)got;
    }
}

static by_status bad_gzip(const char *path, const char *why, by_error *err) {
    return by_fail(err, BY_DATA, "%.200s: the gzip file is %s; fetch it again", path, why);
}

/* Unpacks all members of `in`. */
static by_status unpack(z_stream *z, const buffer *in, const char *path, size_t size_max,
                        buffer *out, by_error *err) {
    size_t taken = 0;
    for (;;) {
        if (out->used == out->room) {
            by_status status = grow(out, size_max, path, err);
            if (status != BY_OK) {
                return status;
            }
        }
        size_t left = in->used - taken, room = out->room - out->used;
        left = left < UINT32_MAX ? left : UINT32_MAX;
        room = room < UINT32_MAX ? room : UINT32_MAX;
        z->next_in = (Bytef *)(void *)(in->data + taken);
        z->avail_in = (uInt)left;
        z->next_out = (Bytef *)(void *)(out->data + out->used);
        z->avail_out = (uInt)room;
        int code = inflate(z, Z_NO_FLUSH);
        taken += left - z->avail_in;
        out->used += room - z->avail_out;
        if (code == Z_STREAM_END) {
            while (taken < in->used && in->data[taken] == '\0') {
                taken++; /* tapes and some tools pad with zeros */
            }
            if (taken == in->used) {
                return out->used > size_max ? grow(out, size_max, path, err) : BY_OK;
            }
            if (inflateReset(z) != Z_OK) {
                return bad_gzip(path, "damaged", err);
            }
        } else if (code == Z_MEM_ERROR) {
            return by_fail_nomem(err, ROOM_FIRST);
        } else if (code != Z_OK && code != Z_BUF_ERROR) {
            return bad_gzip(path, "damaged", err);
        } else if (taken == in->used && z->avail_out != 0) {
            return bad_gzip(path, "cut short", err);
        }
    }
}

static by_status unpack_gzip(const buffer *in, const char *path, size_t size_max, buffer *out,
                             by_error *err) {
    z_stream z = {0};
    uint32_t hint;
    if (inflateInit2(&z, GZIP_WINDOW) != Z_OK) {
        return by_fail_nomem(err, sizeof z);
    }
    /* The last word tells the size; a lie only costs time, as it is believed within reason. */
    memcpy(&hint, in->data + in->used - sizeof hint, sizeof hint);
    by_status status = BY_OK;
    if (hint < size_max && hint / 32 < in->used && !widen(out, (size_t)hint + 1)) {
        status = by_fail_nomem(err, hint);
    }
    status = status == BY_OK ? unpack(&z, in, path, size_max, out, err) : status;
    inflateEnd(&z);
    return status;
}

by_status by_textfile_read(const char *path, size_t size_max, char **text, size_t *size_bytes,
                           by_error *err) {
    *text = NULL;
    *size_bytes = 0;
    buffer raw = {0}, plain = {0};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return by_fail(err, BY_DATA, "%.200s: %s", path, strerror(errno));
    }
    by_status status = read_whole(fd, path, size_max, &raw, err);
    close(fd);
    if (status == BY_OK && raw.used >= 18 && memcmp(raw.data, "\x1f\x8b", 2) == 0) {
        status = unpack_gzip(&raw, path, size_max, &plain, err);
        free(raw.data);
        raw = plain;
    } else if (status == BY_OK && raw.used >= 2 && memcmp(raw.data, "\x1f\x8b", 2) == 0) {
        status = bad_gzip(path, "cut short", err);
    }
    if (status != BY_OK) {
        free(raw.data);
        return status;
    }
    *text = raw.data;
    *size_bytes = raw.used;
    return BY_OK;
}
