/* SPDX-License-Identifier: MIT
 *
 * The parts of the secrets: values and the forms in which they may come back, the search for them,
 * the key file. Private to cache/secret*.c.
 */
#ifndef BY_SECRET_ROOMS_H
#define BY_SECRET_ROOMS_H

#include "secret.h"

enum { BY_SECRET_LOOKED_FOR_MIN = 4 }; /* shorter values would overwrite half of every text */
enum { BY_SECRET_FORMS_MAX = 40 };

typedef struct by_secret_form {
    const char *bytes;
    size_t size_bytes;
} by_secret_form;

/* A value with all its forms, in pages of their own that no core file has. */
typedef struct by_secret_value {
    struct by_secret_value *older; /* what the same name had before */
    char *pages;
    size_t pages_size;
    size_t used; /* of the pages */
    size_t size_bytes;
    int32_t form_count;
    by_secret_form form[BY_SECRET_FORMS_MAX]; /* the first is the value itself, with a NUL behind */
} by_secret_value;

/* For readers; a value is sound while the lock is held. NULL where the handle is none. */
void by_secrets_lock(const by_secrets *secrets);
void by_secrets_unlock(const by_secrets *secrets);
const by_secret_value *by_secrets_value(const by_secrets *secrets, int32_t handle);

/* Zeroed memory of its own pages, left out of core files; NULL when there is none. */
char *by_secret_pages_new(size_t size_bytes);
/* Overwrites the first `used` bytes and gives the pages back. */
void by_secret_pages_free(char *pages, size_t size_bytes, size_t used);

/* NULL when out of memory. */
by_secret_value *by_secret_value_new(const char *bytes, size_t size_bytes);
void by_secret_value_free(by_secret_value *value); /* not the older ones */

/* Writes `text` percent-encoded: letters, digits and what `kept` lists stay. `hex` is the digits.
 * Room for 3 times the size is needed; returns the size. */
size_t by_secret_percent(const char *text, size_t size_bytes, const char *kept, const char *hex,
                         char *out);
/* Writes base64 with padding; room for 4 bytes per 3 begun is needed; returns the size. */
size_t by_secret_base64(const char *bytes, size_t size_bytes, const char *alphabet, char *out);
extern const char by_secret_alphabet[];   /* of base64 */
extern const char by_secret_unreserved[]; /* beside letters and digits, RFC 3986 */
extern const char by_secret_hex[];        /* upper case */

/* Searches many forms in one pass: Wu and Manber, "A fast algorithm for multi-pattern searching"
 * (1994), over blocks of three bytes. */
typedef struct by_secret_scan by_secret_scan;

/* `values` are lists of values; the forms are borrowed. NULL when out of memory. */
by_secret_scan *by_secret_scan_new(by_secret_value *const *values, int32_t count);
void by_secret_scan_free(by_secret_scan *scan);
/* Overwrites with '*' what is found, returns the number of places. `scan` may be NULL. */
int32_t by_secret_scan_redact(const by_secret_scan *scan, char *text, size_t size_bytes);

/* The value of `name` in the key file `path`, in *out with a NUL, or *size_bytes = 0 when the file
 * or the line is not there. BY_STORE when others can read the file, BY_DATA when it is not one. */
by_status by_secret_file_find(const char *path, const char *name, char out[BY_SECRET_SIZE_MAX + 2],
                              size_t *size_bytes, by_error *err);

#endif
