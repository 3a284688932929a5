/* SPDX-License-Identifier: MIT */
#include "hash.h"

#include <string.h>

static uint64_t mix(uint64_t x) {
    x ^= x >> 32;
    x *= 0x9E3779B97F4A7C15u;
    x ^= x >> 29;
    return x;
}

uint64_t hash_begin(size_t size_bytes, uint64_t seed) {
    return mix(0x243F6A8885A308D3u ^ seed) ^ size_bytes;
}

uint64_t hash_more(const void *bytes, size_t size_bytes, uint64_t hash) {
    const unsigned char *at = bytes;
    uint64_t word = 0;
    for (; size_bytes >= sizeof word; at += sizeof word, size_bytes -= sizeof word) {
        memcpy(&word, at, sizeof word);
        hash = mix(hash ^ word);
    }
    if (size_bytes > 0) {
        word = 0;
        memcpy(&word, at, size_bytes);
        hash = mix(hash ^ word);
    }
    return hash;
}

uint64_t by_hash(const void *bytes, size_t size_bytes, uint64_t seed) {
    return hash_more(bytes, size_bytes, hash_begin(size_bytes, seed));
}
