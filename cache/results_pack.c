/* SPDX-License-Identifier: MIT */
#include "results_pack.h"

#include <string.h>

_Static_assert(sizeof(by_result) % sizeof(uint64_t) == 0, "a row is whole words");

/* Writes the words of a row that differ from those of the row before, behind their masks. */
static uint64_t *pack_row(const uint64_t *before, const uint64_t *row, uint64_t *to) {
    uint64_t *masks = to;
    to += PACK_MASKS;
    for (int m = 0; m < PACK_MASKS; m++) {
        const int first = m * 64, end = first + 64 < PACK_WORDS ? first + 64 : PACK_WORDS;
        uint64_t mask = 0;
        for (int w = first; w < end; w++) {
            const uint64_t differs = before[w] != row[w];
            mask |= differs << (w - first);
            *to = row[w]; /* the next one overwrites it if it is known */
            to += differs;
        }
        masks[m] = mask;
    }
    return to;
}

size_t results_pack(const by_result *rows, int32_t count, uint64_t *packed) {
    uint64_t row[2][PACK_WORDS] = {{0}};
    uint64_t *to = packed;
    for (int32_t i = 0; i < count; i++) {
        memcpy(row[(i + 1) % 2], &rows[i], sizeof row[0]);
        to = pack_row(row[i % 2], row[(i + 1) % 2], to);
    }
    return (size_t)(to - packed) * sizeof *packed;
}

bool results_unpack(const uint64_t *packed, size_t size_bytes, int32_t count, by_result *rows) {
    const uint64_t *end = packed + size_bytes / sizeof *packed;
    uint64_t row[PACK_WORDS] = {0};
    for (int32_t i = 0; i < count; i++) {
        const uint64_t *masks = packed;
        if (end - packed < PACK_MASKS) {
            return false;
        }
        packed += PACK_MASKS;
        for (int m = 0; m < PACK_MASKS; m++) {
            if (__builtin_popcountll(masks[m]) > end - packed) {
                return false;
            }
            for (uint64_t mask = masks[m]; mask != 0; mask &= mask - 1) {
                const int w = m * 64 + __builtin_ctzll(mask);
                if (w >= PACK_WORDS) {
                    return false;
                }
                row[w] = *packed++;
            }
        }
        memcpy(&rows[i], row, sizeof row);
    }
    return packed == end;
}
