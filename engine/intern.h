/* SPDX-License-Identifier: MIT
 *
 * Interning: equal keys get equal small numbers (hash-consing). Keys are stretches of bytes without
 * padding.
 */
#ifndef BY_INTERN_H
#define BY_INTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { INTERN_ENTRY_BYTES = 24 }; /* of memory for each key, about, besides its own bytes */

typedef struct intern {
    unsigned char *bytes; /* all keys, each 8-aligned */
    size_t byte_count;
    size_t byte_size;
    size_t *offsets; /* [count + 1]; where key i begins in bytes */
    uint64_t *hashes;
    int32_t *slots; /* open addressing; index + 1, 0 for free */
    int32_t count;
    int32_t size;
    uint32_t slot_count; /* a power of two */
} intern;

/* The index of `key`, added when it is new (then *added is set; may be NULL). Returns -1 when
 * memory is short. */
int32_t intern_add(intern *table, const void *key, size_t size_bytes, bool *added);
/* The index of `key`, or -1. */
int32_t intern_find(const intern *table, const void *key, size_t size_bytes);
/* The stored key: valid until the next intern_add. */
static inline const void *intern_key(const intern *table, int32_t index) {
    return table->bytes + table->offsets[index];
}
static inline size_t intern_key_size(const intern *table, int32_t index) {
    return table->offsets[index + 1] - table->offsets[index];
}
/* Forgets all keys, keeps the memory. */
void intern_clear(intern *table);
void intern_free(intern *table);

#endif
