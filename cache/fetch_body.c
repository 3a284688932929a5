/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "fetch_rooms.h"

enum { ROOM_FIRST = 16 << 10, GZIP_WINDOW = 15 + 16 };

static void touch(by_transfer *transfer) {
    transfer->last_byte_ms = uv_now(&transfer->fetcher->loop);
}

/* Room for `more` bytes and a NUL; 0 when that is above the limit or out of memory. */
static int widen(by_transfer *transfer, size_t more) {
    by_body *body = &transfer->body;
    if (more > body->size_max - body->used) {
        by_fetch_fault(transfer, BY_FETCH_TOO_LARGE, "the body has more than %zu bytes",
                       body->size_max);
        return 0;
    }
    size_t needed = body->used + more + 1;
    if (needed <= body->room) {
        return 1;
    }
    size_t room = body->room * 2 > needed ? body->room * 2 : needed;
    room = room < body->size_max + 1 ? room : body->size_max + 1;
    char *larger = realloc(body->data, room);
    if (larger == NULL) {
        by_fetch_fault(transfer, BY_FETCH_TOO_LARGE, "out of memory for the body");
        return 0;
    }
    body->data = larger;
    body->room = room;
    return 1;
}

/* Looks at the headers when the first bytes of a body are there. */
static int begin(by_transfer *transfer) {
    by_body *body = &transfer->body;
    struct curl_header *header;
    curl_off_t length = -1;
    body->packing = BY_PACKING_NONE;
    if (by_curl.easy_header(transfer->easy, "content-encoding", 0, CURLH_HEADER, -1, &header) ==
            CURLHE_OK &&
        strcasecmp(header->value, "identity") != 0 && *header->value != '\0') {
        if (strcasecmp(header->value, "gzip") != 0 && strcasecmp(header->value, "x-gzip") != 0) {
            by_fetch_fault(transfer, BY_FETCH_CUT,
                           "the body is packed in a way that was not asked for");
            return 0;
        }
        if (inflateInit2(&body->inflate, GZIP_WINDOW) != Z_OK) {
            by_fetch_fault(transfer, BY_FETCH_TOO_LARGE, "out of memory for the body");
            return 0;
        }
        body->packing = BY_PACKING_GZIP;
        return widen(transfer, ROOM_FIRST < body->size_max ? ROOM_FIRST : body->size_max);
    }
    /* What is announced is made room for; where it is a lie, no memory is touched. */
    by_curl.easy_getinfo(transfer->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    return length <= 0 || widen(transfer, (size_t)length);
}

static int unpack(by_transfer *transfer, char *bytes, size_t size) {
    by_body *body = &transfer->body;
    body->inflate.next_in = (Bytef *)(void *)bytes;
    body->inflate.avail_in = (uInt)size; /* libcurl gives no more than 16 KiB at a time */
    do {
        if (body->whole) { /* another member behind the first */
            inflateReset(&body->inflate);
            body->whole = 0;
        }
        if (body->used + 1 >= body->room && !widen(transfer, 1)) {
            return 0;
        }
        size_t room = body->room - body->used - 1;
        body->inflate.next_out = (Bytef *)(void *)(body->data + body->used);
        body->inflate.avail_out = room < UINT32_MAX ? (uInt)room : UINT32_MAX;
        int code = inflate(&body->inflate, Z_NO_FLUSH);
        body->used = (size_t)((char *)(void *)body->inflate.next_out - body->data);
        if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) {
            by_fetch_fault(transfer, BY_FETCH_CUT, "the packed body is damaged");
            return 0;
        }
        body->whole = code == Z_STREAM_END;
        /* Where it stopped for want of room, more may come out without more going in. */
    } while (body->inflate.avail_in > 0 || (body->inflate.avail_out == 0 && !body->whole));
    return 1;
}

size_t by_fetch_take_body(char *bytes, size_t size, size_t count, void *context) {
    by_transfer *transfer = context;
    by_body *body = &transfer->body;
    size *= count;
    touch(transfer);
    if (size == 0) {
        return 0;
    }
    if (body->packing == BY_PACKING_UNKNOWN && !begin(transfer)) {
        return 0;
    }
    if (body->packing == BY_PACKING_GZIP) {
        return unpack(transfer, bytes, size) ? size : 0;
    }
    if (!widen(transfer, size)) {
        return 0;
    }
    memcpy(body->data + body->used, bytes, size);
    body->used += size;
    return size;
}

size_t by_fetch_take_header(char *bytes, size_t size, size_t count, void *context) {
    by_transfer *transfer = context;
    size *= count;
    touch(transfer);
    if (size >= 5 && memcmp(bytes, "HTTP/", 5) == 0) {
        transfer->headers_whole = 0; /* of the next answer, behind one of 1xx */
    } else if (size <= 2) {
        transfer->headers_whole = 1;
    }
    transfer->header_bytes += size;
    if (transfer->header_bytes > BY_FETCH_HEADER_BYTES_MAX) {
        by_fetch_fault(transfer, BY_FETCH_TOO_LARGE, "more than %d bytes of headers",
                       BY_FETCH_HEADER_BYTES_MAX);
        return 0;
    }
    return size;
}

int by_fetch_body_whole(by_transfer *transfer, int32_t status) {
    struct curl_header *header;
    const by_body *body = &transfer->body;
    if (body->packing == BY_PACKING_UNKNOWN && status == 200) {
        /* Not even the beginning of what was said to be packed. */
        return by_curl.easy_header(transfer->easy, "content-encoding", 0, CURLH_HEADER, -1,
                                   &header) != CURLHE_OK ||
               strcasestr(header->value, "gzip") == NULL;
    }
    return body->packing != BY_PACKING_GZIP || body->whole;
}

void by_fetch_body_close(by_body *body, int keep) {
    if (body->packing == BY_PACKING_GZIP) {
        inflateEnd(&body->inflate);
        body->packing = BY_PACKING_NONE;
    }
    if (!keep) {
        free(body->data);
        body->data = NULL;
    }
}
