/* SPDX-License-Identifier: MIT */
#include "results_pack.h"

#include <string.h>

#include "../engine/clones.h"

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

/* A word that is wanted. */
typedef struct wanted_word {
    int mask;       /* which one has its bit */
    uint64_t bit;   /* in it */
    uint64_t below; /* bits of the words before it */
} wanted_word;

static int list_words(const uint64_t wanted[PACK_MASKS], wanted_word *list) {
    int count = 0;
    for (int m = 0; m < PACK_MASKS; m++) {
        for (uint64_t left = wanted[m]; left != 0; left &= left - 1) {
            const uint64_t bit = left & -left;
            list[count++] = (wanted_word){m, bit, bit - 1};
        }
    }
    return count;
}

BY_CLONES bool results_unpack_words(const uint64_t *packed, size_t size_bytes, int32_t count,
                                    const uint64_t wanted[PACK_MASKS], uint64_t *words) {
    const uint64_t beyond = PACK_WORDS % 64 != 0 ? UINT64_MAX << PACK_WORDS % 64 : 0;
    const uint64_t *end = packed + size_bytes / sizeof *packed;
    const uint64_t none[PACK_WORDS] = {0};
    const uint64_t *before = none; /* the row before this one */
    wanted_word list[PACK_WORDS];
    const int width = list_words(wanted, list);
    for (int32_t i = 0; i < count; i++) {
        const uint64_t *masks = packed, *changed[PACK_MASKS];
        if (end - packed < PACK_MASKS) {
            return false;
        }
        packed += PACK_MASKS;
        for (int m = 0; m < PACK_MASKS; m++) {
            changed[m] = packed;
            if (__builtin_popcountll(masks[m]) > end - packed) {
                return false;
            }
            packed += __builtin_popcountll(masks[m]);
        }
        if ((masks[PACK_MASKS - 1] & beyond) != 0) {
            return false;
        }
        for (int k = 0; k < width; k++) {
            const wanted_word *word = &list[k];
            const uint64_t mask = masks[word->mask];
            const uint64_t *from =
                (mask & word->bit) != 0
                    ? changed[word->mask] + __builtin_popcountll(mask & word->below)
                    : before + k;
            words[k] = *from;
        }
        before = words;
        words += width;
    }
    return packed == end;
}
