/* SPDX-License-Identifier: MIT */
#include "block.h"

#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "stores are little endian");
_Static_assert(sizeof(by_block) == 64, "the layout on disk");

enum { LANES = 4 };

static uint64_t step(uint64_t lane, uint64_t word, uint64_t odd) {
    lane = (lane ^ word) * odd;
    return lane ^ (lane >> 29);
}

uint64_t by_hash_words(const void *words, size_t word_count, uint64_t seed) {
    /* odd, with bits spread evenly: the fractions of the square roots of 2, 3, 5 and 7 */
    static const uint64_t odd[LANES] = {UINT64_C(0x6a09e667f3bcc909), UINT64_C(0xbb67ae8584caa73b),
                                        UINT64_C(0x3c6ef372fe94f82b), UINT64_C(0xa54ff53a5f1d36f1)};
    const unsigned char *at = words;
    uint64_t lane[LANES], word[LANES];
    size_t i = 0;
    for (size_t l = 0; l < LANES; l++) {
        lane[l] = seed + odd[l];
    }
    for (; i + LANES <= word_count; i += LANES) {
        memcpy(word, at + i * 8, sizeof word);
        for (size_t l = 0; l < LANES; l++) {
            lane[l] = step(lane[l], word[l], odd[l]);
        }
    }
    for (size_t l = 0; i < word_count; i++, l++) {
        memcpy(word, at + i * 8, 8);
        lane[l] = step(lane[l], word[0], odd[l]);
    }
    uint64_t sum = step(word_count, lane[0], odd[1]);
    for (size_t l = 1; l < LANES; l++) {
        sum = step(sum, lane[l], odd[0]);
    }
    return step(sum, sum >> 32, odd[2]);
}

static uint64_t checksum_of(const by_block *header, const by_key *key) {
    size_t header_words = offsetof(by_block, checksum) / 8;
    uint64_t seed = by_hash_words(key->word, key->size_bytes / 8, 0);
    seed = by_hash_words(header, header_words, seed);
    return by_hash_words(header + 1, (header->payload_bytes + 7) / 8, seed);
}

size_t by_block_size(size_t payload_bytes) {
    return sizeof(by_block) + (payload_bytes + 7) / 8 * 8;
}

void by_block_seal(by_block *header, const by_key *key) {
    header->magic = BY_BLOCK_MAGIC;
    header->version = BY_BLOCK_VERSION;
    memset(header->reserved, 0, sizeof header->reserved);
    size_t used = header->payload_bytes;
    memset((char *)(header + 1) + used, 0, by_block_size(used) - sizeof *header - used);
    header->checksum = checksum_of(header, key);
}

const char *by_block_fault(const void *value, size_t size_bytes, uint16_t kind, const by_key *key) {
    const by_block *header = value;
    if (size_bytes < sizeof *header || header->magic != BY_BLOCK_MAGIC) {
        return "it is not a block of banyan";
    }
    if (header->version != BY_BLOCK_VERSION) {
        return "its version is not one that this program knows";
    }
    if (header->kind != kind) {
        return "it is a block of another kind";
    }
    if (header->payload_bytes > size_bytes || by_block_size(header->payload_bytes) != size_bytes) {
        return "its size is wrong";
    }
    return header->checksum == checksum_of(header, key) ? NULL : "its checksum is wrong";
}
