/* SPDX-License-Identifier: MIT
 *
 * One LMDB environment: opened with care, growing by itself, with errors that a user understands.
 * Private to cache/; the bar store and the result store stand on it.
 */
#ifndef BY_ENV_H
#define BY_ENV_H

#include <lmdb.h>

#include "../engine/status.h"
#include "block.h"

typedef struct by_env by_env;

typedef enum by_env_kind { BY_ENV_BARS, BY_ENV_RESULTS } by_env_kind;

/* Answers of a write job beside the codes of LMDB and errno. */
enum { BY_ENV_NOTHING = -1 }; /* there is nothing to write: undo, no error */
enum { BY_ENV_FAILED = -2 };  /* undo; the job has filled the error */

/* Runs in a write transaction, maybe more than once (when the map had to grow). Returns 0 to have
 * it committed. */
typedef int (*by_env_job)(MDB_txn *txn, MDB_dbi dbi, void *context, by_error *err);

/* Opens the environment in `directory`, with `write` creating it and the folders above it. BY_DATA
 * when there is none or it is damaged; BY_STORE when it cannot be written, is open in this process
 * already, or holds something else; BY_LIMIT when the disk is full. */
by_status by_env_open(const char *directory, int write, by_env_kind kind, by_env **out,
                      by_error *err);
void by_env_close(by_env *env);
const char *by_env_directory(const by_env *env);
MDB_dbi by_env_dbi(const by_env *env);

/* A read transaction, usable by one thread at a time. */
by_status by_env_begin(by_env *env, MDB_txn **out, by_error *err);
void by_env_end(by_env *env, MDB_txn *txn);
/* Runs `job` in a write transaction and commits it, durably. Thread-safe. */
by_status by_env_write(by_env *env, by_env_job job, void *context, by_error *err);

/* A write that has to make the map larger waits up to `patience_ms` for the read transactions of
 * other threads to end (0, as at first: it fails at once). */
void by_env_set_patience(by_env *env, int32_t patience_ms);
/* Takes what was read of the map out of this process's memory; the system keeps it as long as there
 * is room. */
void by_env_trim(by_env *env);
/* Writes a compact copy of the environment into `directory`, which must be empty or not be there;
 * it is created with the folders above it. */
by_status by_env_copy(by_env *env, const char *directory, by_error *err);

/* Turns a code of LMDB or errno into a status and message; `doing` is "opened", "read" or
 * "written". */
by_status by_env_fail(const by_env *env, int code, const char *doing, by_error *err);

/* Puts `size_bytes` of room for a block below `key`; the caller fills and seals it at once. */
int by_env_reserve(MDB_txn *txn, MDB_dbi dbi, const by_key *key, size_t size_bytes, by_block **out);
MDB_val by_env_key(const by_key *key);

#endif
