/* SPDX-License-Identifier: MIT
 *
 * The hash of all daily allocations, as engine/behaviour.h defines it; made anew for each session.
 */
#include "plain_parts.h"

#include <string.h>

static uint64_t fold(uint64_t x) {
    x = (x ^ (x >> 32)) * UINT64_C(0x9E3779B97F4A7C15);
    return x ^ (x >> 29);
}

/* by_hash of the entries {weight, symbol, 0} of a session. */
static uint64_t hash_targets(const double *weight, int32_t symbols) {
    uint64_t entries = 0;
    for (int32_t s = 0; s < symbols; s++) {
        entries += weight[s] != 0;
    }
    uint64_t hash = fold(UINT64_C(0x243F6A8885A308D3)) ^ (16 * entries);
    for (int32_t s = 0; s < symbols; s++) {
        if (weight[s] != 0) {
            uint64_t bits;
            memcpy(&bits, &weight[s], sizeof bits);
            hash = fold(fold(hash ^ bits) ^ (uint64_t)s);
        }
    }
    return hash;
}

uint64_t plain_behaviour(const plain_result *run) {
    uint64_t sum = 0;
    for (int32_t i = 0; i < run->day_count; i++) {
        const double *weight = run->weights + (size_t)i * (size_t)run->symbol_count;
        uint64_t x = hash_targets(weight, run->symbol_count);
        x += (uint64_t)(run->first + i + 1) * UINT64_C(0x9E3779B97F4A7C15);
        x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
        x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
        sum += x ^ (x >> 31);
    }
    return sum;
}
