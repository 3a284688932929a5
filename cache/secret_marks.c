/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "secret_rooms.h"

enum { MARK_OPEN = 1, MARK_CLOSE = 2, HANDLE_DIGITS = 5 };

/* The value that the mark at *text names, and *text behind the mark; NULL when it is none. */
static const by_secret_value *take_mark(const by_secrets *secrets, const char **text) {
    int32_t handle = 0, digits = 0;
    const char *at = *text + 1;
    for (; *at >= '0' && *at <= '9' && digits < HANDLE_DIGITS; at++, digits++) {
        handle = handle * 10 + (*at - '0');
    }
    *text = at + 1;
    return digits > 0 && *at == MARK_CLOSE ? by_secrets_value(secrets, handle) : NULL;
}

/* Writes into `out`, or only counts when that is NULL. */
static by_status expand(const by_secrets *secrets, const char *text, int encode, char *out,
                        size_t *size_bytes, by_error *err) {
    size_t size = 0;
    while (*text != '\0') {
        if (*text != MARK_OPEN) {
            if (out != NULL) {
                out[size] = *text;
            }
            size++;
            text++;
            continue;
        }
        const by_secret_value *value = take_mark(secrets, &text);
        if (value == NULL) {
            return by_fail(err, BY_INTERNAL, "a text names a secret that is not there");
        }
        if (out == NULL) {
            size += value->size_bytes * (encode ? 3 : 1);
        } else if (encode) {
            size += by_secret_percent(value->pages, value->size_bytes, by_secret_unreserved,
                                      by_secret_hex, out + size);
        } else {
            memcpy(out + size, value->pages, value->size_bytes);
            size += value->size_bytes;
        }
    }
    *size_bytes = size;
    return BY_OK;
}

by_status by_secrets_expand(const by_secrets *secrets, const char *text, int encode, char **out,
                            size_t *out_size, by_error *err) {
    *out = NULL;
    *out_size = 0;
    size_t room = 0;
    by_secrets_lock(secrets);
    by_status status = expand(secrets, text, encode, NULL, &room, err);
    if (status == BY_OK && (*out = malloc(room + 1)) == NULL) {
        status = by_fail_nomem(err, room + 1);
    }
    if (status == BY_OK) {
        status = expand(secrets, text, encode, *out, out_size, err);
        (*out)[*out_size] = '\0';
    }
    by_secrets_unlock(secrets);
    return status;
}

void by_secret_wipe(char *text, size_t size_bytes) {
    if (text != NULL) {
        explicit_bzero(text, size_bytes);
        free(text);
    }
}
