/* SPDX-License-Identifier: MIT
 *
 * Secrets: keys of vendors and tokens, held where they cannot be printed. Lua and every message see
 * handles; the transport alone looks at the values.
 *
 * A text that goes to a vendor names a secret by a mark: the byte 0x01, the handle in decimal, the
 * byte 0x02. Functions may be called by several threads.
 */
#ifndef BY_SECRET_H
#define BY_SECRET_H

#include "../engine/status.h"

enum { BY_SECRET_SIZE_MAX = 8192, BY_SECRETS_MAX = 1024 };

typedef struct by_secrets by_secrets;

BY_API by_status by_secrets_new(by_secrets **out, by_error *err);
/* Overwrites the values before it frees them. */
BY_API void by_secrets_free(by_secrets *secrets);

/* The variable `name` of the environment, or else the line NAME=value of the file `path` (NULL:
 * none), which must be a plain file that its owner alone can read (mode 0600). BY_PROVIDER when
 * neither has it, BY_STORE when the file is open to others. The same name gives the same handle. */
BY_API by_status by_secrets_find(by_secrets *secrets, const char *name, const char *path,
                                 int32_t *handle, by_error *err);
/* A secret that was made at run time, such as a token; the name is what messages show. A name that
 * is there already gets the new value and keeps its handle; its last 16 values stay hidden. */
BY_API by_status by_secrets_put(by_secrets *secrets, const char *name, const char *value,
                                size_t size_bytes, int32_t *handle, by_error *err);
/* The base64 of "user:password", as HTTP basic authorization wants it; `password` may be -1, for
 * none. To be made again when one of them changes. */
BY_API by_status by_secrets_basic(by_secrets *secrets, int32_t user, int32_t password,
                                  int32_t *handle, by_error *err);
/* A number that tells values apart (not the value): for naming the rate limits of a key. */
BY_API uint64_t by_secrets_fingerprint(const by_secrets *secrets, int32_t handle);

/* Overwrites with '*' every place in `text` where a value stands, plain, percent-encoded, escaped
 * as in JSON, or in base64. Returns how many there were. Values under 4 bytes are not looked for.
 */
BY_API int32_t by_secrets_redact(const by_secrets *secrets, char *text, size_t size_bytes);

#ifndef BY_CDEF
/* Copies `text` with its marks replaced by values, percent-encoded when `encode` is set. *out is
 * the caller's, `*out_size` bytes and a NUL; by_secret_wipe frees it. BY_INTERNAL for a bad mark.
 */
by_status by_secrets_expand(const by_secrets *secrets, const char *text, int encode, char **out,
                            size_t *out_size, by_error *err);
void by_secret_wipe(char *text, size_t size_bytes);
#endif

#endif
