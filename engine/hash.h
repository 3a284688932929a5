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

#endif
