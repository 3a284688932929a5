/* SPDX-License-Identifier: MIT
 *
 * Status codes and error messages, shared by every room.
 *
 * Every function that can fail returns a by_status and, when `err` is not NULL, fills it with a
 * message that says what, where, why and what to do. Library code never prints and never exits.
 */
#ifndef BY_STATUS_H
#define BY_STATUS_H

#ifndef BY_CDEF
#include <stddef.h>
#include <stdint.h>
#define BY_API __attribute__((visibility("default")))
#define BY_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define BY_API
#endif

/* X(NAME, exit code of the program, text) */
#define BY_STATUS_MAP(X)                                                                           \
    X(OK, 0, "ok")                                                                                 \
    X(USAGE, 2, "wrong use")                                                                       \
    X(STRATEGY, 3, "bad strategy or sweep")                                                        \
    X(DATA, 4, "data missing or bad")                                                              \
    X(PROVIDER, 5, "provider refused or partly failed")                                            \
    X(LIMIT, 6, "out of a stated limit")                                                           \
    X(STORE, 7, "store belongs to something else or is locked")                                    \
    X(NOMEM, 6, "out of memory")                                                                   \
    X(INTERNAL, 70, "internal error")                                                              \
    X(CANCELLED, 130, "interrupted")

#define BY_STATUS_ENUM(name, code, text) BY_##name,
typedef enum by_status { BY_STATUS_MAP(BY_STATUS_ENUM) BY_STATUS_COUNT } by_status;
#undef BY_STATUS_ENUM

typedef struct by_error {
    int32_t status; /* a by_status */
    char message[508];
} by_error;

/* Exit code and short text of a status. Never fail; thread-safe. */
BY_API int32_t by_status_exit_code(int32_t status);
BY_API const char *by_status_text(int32_t status);

#ifndef BY_CDEF
/* Fills `err` (may be NULL) and returns `status`, so that a caller can `return by_fail(...)`. */
by_status by_fail(by_error *err, by_status status, const char *format, ...) BY_PRINTF(3, 4);
/* The usual out-of-memory answer. */
by_status by_fail_nomem(by_error *err, size_t size_bytes);
#endif

#endif
