/* SPDX-License-Identifier: MIT */
#include "secret.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../engine/hash.h"
#include "secret_rooms.h"

enum { NAME_SIZE = 128 };
enum { VALUES_KEPT = 16 }; /* of one name: an old token is not echoed for ever */

struct by_secrets {
    pthread_rwlock_t lock;
    int32_t count;
    char name[BY_SECRETS_MAX][NAME_SIZE];
    by_secret_value *values[BY_SECRETS_MAX]; /* the newest of each */
    by_secret_scan *scan;
};

/* The lock is no part of what a reader sees. */
void by_secrets_lock(const by_secrets *secrets) {
    pthread_rwlock_rdlock((pthread_rwlock_t *)&secrets->lock);
}

void by_secrets_unlock(const by_secrets *secrets) {
    pthread_rwlock_unlock((pthread_rwlock_t *)&secrets->lock);
}

by_status by_secrets_new(by_secrets **out, by_error *err) {
    *out = NULL;
    by_secrets *secrets = calloc(1, sizeof *secrets);
    if (secrets == NULL || pthread_rwlock_init(&secrets->lock, NULL) != 0) {
        free(secrets);
        return by_fail_nomem(err, sizeof *secrets);
    }
    *out = secrets;
    return BY_OK;
}

void by_secrets_free(by_secrets *secrets) {
    if (secrets == NULL) {
        return;
    }
    for (int32_t i = 0; i < secrets->count; i++) {
        for (by_secret_value *value = secrets->values[i], *older; value != NULL; value = older) {
            older = value->older;
            by_secret_value_free(value);
        }
    }
    by_secret_scan_free(secrets->scan);
    pthread_rwlock_destroy(&secrets->lock);
    free(secrets);
}

static int32_t handle_of(const by_secrets *secrets, const char *name) {
    for (int32_t i = 0; i < secrets->count; i++) {
        if (strcmp(secrets->name[i], name) == 0) {
            return i;
        }
    }
    return -1;
}

static int has_control(const char *text, size_t size_bytes) {
    for (size_t i = 0; i < size_bytes; i++) {
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f) {
            return 1;
        }
    }
    return 0;
}

static by_status check(const char *name, const char *value, size_t size_bytes, by_error *err) {
    size_t length = strnlen(name, NAME_SIZE);
    if (length == 0 || length == NAME_SIZE || has_control(name, length)) {
        return by_fail(err, BY_PROVIDER,
                       "the name of a secret is 1 to %d printable characters, such as "
                       "APCA_API_KEY_ID",
                       NAME_SIZE - 1);
    }
    if (size_bytes == 0) {
        return by_fail(err, BY_PROVIDER, "the value of %s is empty", name);
    }
    if (size_bytes > BY_SECRET_SIZE_MAX) {
        return by_fail(err, BY_PROVIDER, "the value of %s is longer than %d bytes", name,
                       BY_SECRET_SIZE_MAX);
    }
    if (has_control(value, size_bytes)) {
        return by_fail(err, BY_PROVIDER,
                       "the value of %s has a control character (a line break?); set it anew",
                       name);
    }
    return BY_OK;
}

/* Where the list of a name's values ends at the latest. */
static by_secret_value **end_of_kept(by_secret_value *newest) {
    by_secret_value **place = &newest->older;
    for (int kept = 1; kept < VALUES_KEPT && *place != NULL; kept++) {
        place = &(*place)->older;
    }
    return place;
}

/* With the lock held for writing, and arguments checked. */
static by_status put(by_secrets *secrets, const char *name, const char *value, size_t size_bytes,
                     int32_t *handle, by_error *err) {
    int32_t at = handle_of(secrets, name);
    if (at < 0 && secrets->count == BY_SECRETS_MAX) {
        return by_fail(err, BY_LIMIT, "more than %d secrets", BY_SECRETS_MAX);
    }
    if (at >= 0 && secrets->values[at]->size_bytes == size_bytes &&
        memcmp(secrets->values[at]->pages, value, size_bytes) == 0) {
        *handle = at;
        return BY_OK;
    }
    int is_new = at < 0;
    at = is_new ? secrets->count : at;
    by_secret_value *newest = by_secret_value_new(value, size_bytes);
    if (newest == NULL) {
        return by_fail_nomem(err, size_bytes);
    }
    newest->older = secrets->values[at];
    secrets->values[at] = newest;
    by_secret_value **end = end_of_kept(newest), *dropped = *end;
    *end = NULL;
    by_secret_scan *scan = by_secret_scan_new(secrets->values, secrets->count + is_new);
    if (scan == NULL) {
        *end = dropped;
        secrets->values[at] = newest->older;
        by_secret_value_free(newest);
        return by_fail_nomem(err, size_bytes);
    }
    by_secret_scan_free(secrets->scan);
    by_secret_value_free(dropped);
    secrets->scan = scan;
    if (is_new) {
        memcpy(secrets->name[at], name, strlen(name) + 1);
        secrets->count++;
    }
    *handle = at;
    return BY_OK;
}

by_status by_secrets_put(by_secrets *secrets, const char *name, const char *value,
                         size_t size_bytes, int32_t *handle, by_error *err) {
    by_status status = check(name, value, size_bytes, err);
    if (status != BY_OK) {
        return status;
    }
    pthread_rwlock_wrlock(&secrets->lock);
    status = put(secrets, name, value, size_bytes, handle, err);
    by_secrets_unlock(secrets);
    return status;
}

by_status by_secrets_find(by_secrets *secrets, const char *name, const char *path, int32_t *handle,
                          by_error *err) {
    by_status status = check(name, "-", 1, err);
    if (status != BY_OK) {
        return status;
    }
    by_secrets_lock(secrets);
    *handle = handle_of(secrets, name);
    by_secrets_unlock(secrets);
    if (*handle >= 0) {
        return BY_OK;
    }
    const char *value = getenv(name);
    if (value != NULL && *value != '\0') {
        return by_secrets_put(secrets, name, value, strlen(value), handle, err);
    }
    char found[BY_SECRET_SIZE_MAX + 2];
    size_t size = 0;
    status = path != NULL ? by_secret_file_find(path, name, found, &size, err) : BY_OK;
    if (status == BY_OK && size == 0) {
        status = path != NULL
                     ? by_fail(err, BY_PROVIDER,
                               "%s is not set: export it, or write a line %s=… into %.200s "
                               "(mode 0600)",
                               name, name, path)
                     : by_fail(err, BY_PROVIDER, "%s is not set: export it", name);
    }
    status = status == BY_OK ? by_secrets_put(secrets, name, found, size, handle, err) : status;
    explicit_bzero(found, sizeof found);
    return status;
}

const by_secret_value *by_secrets_value(const by_secrets *secrets, int32_t handle) {
    return handle >= 0 && handle < secrets->count ? secrets->values[handle] : NULL;
}

/* Joins user and password and writes their base64; 0 when they are too long or not there. */
static size_t join(const by_secrets *secrets, int32_t user, int32_t password, char *pair,
                   char *out) {
    const by_secret_value *first = by_secrets_value(secrets, user);
    const by_secret_value *second = by_secrets_value(secrets, password);
    if (first == NULL || (second == NULL && password >= 0) ||
        memchr(first->pages, ':', first->size_bytes) != NULL) {
        return 0;
    }
    size_t second_size = second != NULL ? second->size_bytes : 0;
    size_t size = first->size_bytes + 1 + second_size;
    if ((size + 2) / 3 * 4 > BY_SECRET_SIZE_MAX) {
        return 0;
    }
    memcpy(pair, first->pages, first->size_bytes);
    pair[first->size_bytes] = ':';
    memcpy(pair + first->size_bytes + 1, second != NULL ? second->pages : "", second_size);
    return by_secret_base64(pair, size, by_secret_alphabet, out);
}

by_status by_secrets_basic(by_secrets *secrets, int32_t user, int32_t password, int32_t *handle,
                           by_error *err) {
    char pair[BY_SECRET_SIZE_MAX], text[BY_SECRET_SIZE_MAX], name[NAME_SIZE];
    by_secrets_lock(secrets);
    size_t size = join(secrets, user, password, pair, text);
    by_secrets_unlock(secrets);
    explicit_bzero(pair, sizeof pair);
    if (size == 0) {
        return by_fail(err, BY_PROVIDER,
                       "basic authorization: the user has a colon, or user and password are "
                       "longer than %d bytes",
                       BY_SECRET_SIZE_MAX / 4 * 3);
    }
    (void)snprintf(name, sizeof name, "basic authorization %d:%d", user, password);
    by_status status = by_secrets_put(secrets, name, text, size, handle, err);
    explicit_bzero(text, sizeof text);
    return status;
}

uint64_t by_secrets_fingerprint(const by_secrets *secrets, int32_t handle) {
    by_secrets_lock(secrets);
    const by_secret_value *value = by_secrets_value(secrets, handle);
    uint64_t hash = value != NULL ? by_hash(value->pages, value->size_bytes, 0x5ec7e7) : 0;
    by_secrets_unlock(secrets);
    /* Half of it: the hash of a short value could be turned back. */
    return (hash ^ hash >> 32) & UINT32_MAX;
}

int32_t by_secrets_redact(const by_secrets *secrets, char *text, size_t size_bytes) {
    by_secrets_lock(secrets);
    int32_t places = by_secret_scan_redact(secrets->scan, text, size_bytes);
    by_secrets_unlock(secrets);
    return places;
}
