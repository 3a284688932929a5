/* SPDX-License-Identifier: MIT
 *
 * Hashing, for look-up and identity; no protection against those who mean harm.
 */
#ifndef BY_HASH_H
#define BY_HASH_H

#include "status.h"

/* A 64-bit hash of bytes, going on from `seed`: equal bytes, equal hash, on every little-endian
 * machine. */
BY_API uint64_t by_hash(const void *bytes, size_t size_bytes, uint64_t seed);

/* The same in parts: of `size_bytes` in all, each part goes on from the hash of those before it,
 * and has whole words, but for the last one. */
uint64_t hash_begin(size_t size_bytes, uint64_t seed);
uint64_t hash_more(const void *bytes, size_t size_bytes, uint64_t hash);

#endif
