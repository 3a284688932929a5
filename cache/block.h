/* SPDX-License-Identifier: MIT
 *
 * Sealed blocks: what stands in a store below a key, as a header with a checksum and a payload of
 * whole 8-byte words, little endian.
 *
 * The checksum covers key, header and payload, so that a block below another key is damaged, too.
 */
#ifndef BY_BLOCK_H
#define BY_BLOCK_H

#include <stddef.h>
#include <stdint.h>

enum { BY_BLOCK_MAGIC = 0x4b4c4259 }; /* "YBLK" */
enum { BY_BLOCK_VERSION = 1 };

/* What a block holds. 5 was results in earlier versions. */
enum { BY_BLOCK_BARS = 1, BY_BLOCK_SERIES = 2, BY_BLOCK_TEXT = 3, BY_BLOCK_COMBOS = 4 };
enum { BY_BLOCK_COVERAGE = 6, BY_BLOCK_ACTIONS = 7, BY_BLOCK_RESULTS = 8 };

typedef struct by_block {
    uint32_t magic;
    uint16_t version;
    uint16_t kind;
    uint64_t payload_bytes; /* as used; the payload is padded with zeros to a multiple of 8 */
    uint32_t count;         /* of what the payload holds */
    uint32_t index;         /* number of the block among those of its kind */
    int64_t first;
    int64_t last;
    uint64_t reserved[2]; /* 0 */
    uint64_t checksum;
} by_block;

/* A key with its bytes padded to whole words. */
enum { BY_KEY_SIZE = 128 };
typedef struct by_key {
    uint64_t word[BY_KEY_SIZE / 8];
    size_t size_bytes; /* a multiple of 8 */
} by_key;

/* A 64-bit hash of `word_count` words, made for speed (over 10 GB/s) and to see damage, not to
 * resist anyone: four lanes take a word each in turn and multiply by an odd constant, and every
 * step, up to the joining of the lanes, can be undone. So damage within one word always shows, any
 * other with a probability of 1 - 2^-64 or so. */
uint64_t by_hash_words(const void *words, size_t word_count, uint64_t seed);

/* Bytes of a block with a payload of `payload_bytes`. */
size_t by_block_size(size_t payload_bytes);
/* Completes `header` (kind, payload_bytes, count, index, first, last are the caller's) over the
 * payload behind it, padding included. */
void by_block_seal(by_block *header, const by_key *key);
/* NULL when the value (8-aligned) is a sound block of `kind`, else what is wrong with it. */
const char *by_block_fault(const void *value, size_t size_bytes, uint16_t kind, const by_key *key);

#endif
