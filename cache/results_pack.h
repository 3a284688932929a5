/* SPDX-License-Identifier: MIT
 *
 * The rows of a chunk as they are stored: of each the 8-byte words in which it differs from the row
 * before. Neighbours in walk order differ in few days of few blocks, or in nothing at all, so that
 * most of a row is known; the same bits come out.
 */
#ifndef BY_RESULTS_PACK_H
#define BY_RESULTS_PACK_H

#include <stdbool.h>

#include "../engine/sweep.h"

/* A row is PACK_MASKS words with a bit for each of its words that changed (of the first row: is not
 * 0), the lowest bit for the first one, and then these words. */
enum {
    PACK_WORDS = sizeof(by_result) / sizeof(uint64_t),
    PACK_MASKS = (PACK_WORDS + 63) / 64,
    PACK_ROW_BYTES_MAX = (PACK_MASKS + PACK_WORDS) * (int)sizeof(uint64_t)
};

/* Packs rows[count] into `packed`, which has room for PACK_ROW_BYTES_MAX a row, and returns how
 * many bytes they take. */
size_t results_pack(const by_result *rows, int32_t count, uint64_t *packed);
/* The other way; false when `packed` is not what `count` rows were packed into. */
bool results_unpack(const uint64_t *packed, size_t size_bytes, int32_t count, by_result *rows);
/* The same, but of each row only the words that `wanted` has a bit for, one after the other: the
 * others are passed over. */
bool results_unpack_words(const uint64_t *packed, size_t size_bytes, int32_t count,
                          const uint64_t wanted[PACK_MASKS], uint64_t *words);

#endif
