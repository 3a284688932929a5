/* SPDX-License-Identifier: MIT */
#include "intern.h"

#include <stdlib.h>
#include <string.h>

#include "hash.h"

static bool grow_slots(intern *table) {
    uint32_t slot_count = table->slot_count == 0 ? 64 : table->slot_count * 2;
    int32_t *slots = calloc(slot_count, sizeof *slots);
    if (slots == NULL) {
        return false;
    }
    for (int32_t i = 0; i < table->count; i++) {
        uint64_t slot = table->hashes[i] & (slot_count - 1);
        while (slots[slot] != 0) {
            slot = (slot + 1) & (slot_count - 1);
        }
        slots[slot] = i + 1;
    }
    free(table->slots);
    table->slots = slots;
    table->slot_count = slot_count;
    return true;
}

static bool grow_keys(intern *table) {
    int32_t size = table->size == 0 ? 64 : table->size * 2;
    size_t *offsets = realloc(table->offsets, ((size_t)size + 1) * sizeof *offsets);
    if (offsets == NULL) {
        return false;
    }
    table->offsets = offsets;
    uint64_t *hashes = realloc(table->hashes, (size_t)size * sizeof *hashes);
    if (hashes == NULL) {
        return false;
    }
    table->hashes = hashes;
    table->offsets[table->count] = table->byte_count;
    table->size = size;
    return true;
}

static bool grow_bytes(intern *table, size_t needed) {
    size_t size = table->byte_size == 0 ? 4096 : table->byte_size;
    while (size < table->byte_count + needed) {
        size *= 2;
    }
    unsigned char *bytes = realloc(table->bytes, size);
    if (bytes == NULL) {
        return false;
    }
    table->bytes = bytes;
    table->byte_size = size;
    return true;
}

static int32_t append(intern *table, const void *key, size_t size_bytes, uint64_t hash) {
    if (table->count == INT32_MAX / 4 || (table->count == table->size && !grow_keys(table))) {
        return -1;
    }
    if (table->byte_count + size_bytes > table->byte_size && !grow_bytes(table, size_bytes)) {
        return -1;
    }
    if (size_bytes > 0) {
        memcpy(table->bytes + table->byte_count, key, size_bytes);
    }
    table->byte_count += size_bytes;
    table->hashes[table->count] = hash;
    table->offsets[table->count + 1] = table->byte_count;
    return table->count++;
}

/* The slot of `key`, or the free one where it belongs; there are always free ones. */
static uint64_t slot_of(const intern *table, const void *key, size_t size_bytes, uint64_t hash) {
    uint64_t slot = hash & (table->slot_count - 1);
    for (; table->slots[slot] != 0; slot = (slot + 1) & (table->slot_count - 1)) {
        int32_t index = table->slots[slot] - 1;
        if (table->hashes[index] == hash && intern_key_size(table, index) == size_bytes &&
            (size_bytes == 0 || memcmp(intern_key(table, index), key, size_bytes) == 0)) {
            break;
        }
    }
    return slot;
}

int32_t intern_find(const intern *table, const void *key, size_t size_bytes) {
    if (table->count == 0) {
        return -1;
    }
    return table->slots[slot_of(table, key, size_bytes, by_hash(key, size_bytes, 0))] - 1;
}

int32_t intern_add(intern *table, const void *key, size_t size_bytes, bool *added) {
    if ((uint64_t)table->count * 2 >= table->slot_count && !grow_slots(table)) {
        return -1;
    }
    const uint64_t hash = by_hash(key, size_bytes, 0);
    const uint64_t slot = slot_of(table, key, size_bytes, hash);
    int32_t index = table->slots[slot] - 1;
    const bool is_new = index < 0;
    if (is_new) {
        index = append(table, key, size_bytes, hash);
        table->slots[slot] = index + 1;
    }
    if (added != NULL) {
        *added = is_new && index >= 0;
    }
    return index;
}

void intern_clear(intern *table) {
    table->count = 0;
    table->byte_count = 0;
    if (table->slots != NULL) {
        memset(table->slots, 0, table->slot_count * sizeof *table->slots);
    }
    if (table->offsets != NULL) {
        table->offsets[0] = 0;
    }
}

void intern_free(intern *table) {
    free(table->bytes);
    free(table->offsets);
    free(table->hashes);
    free(table->slots);
    memset(table, 0, sizeof *table);
}
