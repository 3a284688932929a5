/* SPDX-License-Identifier: MIT
 *
 * A stretch of rows is sorted once, which gives each row a rank of its own. The rows of a window
 * are bits in a set of ranks, counted by blocks: those below a rank are the counts of the blocks
 * before its own, and the bits before it in that.
 */
#include "ranks.h"

#include <stdlib.h>
#include <string.h>

#include "../clones.h"

enum {
    DIGIT_BITS = 11,
    DIGITS = 1 << DIGIT_BITS,
    PASSES = (64 + DIGIT_BITS - 1) / DIGIT_BITS,
    WORD_BITS = 64,
    BLOCK_WORDS = 64,
    BLOCK_BITS = BLOCK_WORDS * WORD_BITS,
    WINDOWS_AT_ONCE = 5, /* rows of a stretch, in windows */
    ROWS_AT_ONCE = 16384 /* and at least */
};

/* A value as a number in the same order, and its row. */
typedef struct entry {
    uint64_t key;
    int64_t row;
} entry;

/* Of a stretch: by row its rank (-1 for NaN), and how many ranks there are below its value; the set
 * of ranks. */
typedef struct ranks {
    entry *entries;
    entry *others;
    int32_t *rank;
    int32_t *below;
    uint64_t *bits;
    int32_t *counts;
} ranks;

static void ranks_close(ranks *r) {
    free(r->entries);
    free(r->others);
    free(r->rank);
    free(r->below);
    free(r->bits);
    free(r->counts);
}

/* For stretches of up to so many rows; false when memory is short. */
static bool ranks_open(ranks *r, int32_t rows) {
    const size_t n = (size_t)rows;
    const size_t blocks = n / BLOCK_BITS + 1;
    *r = (ranks){
        .entries = malloc(n * sizeof *r->entries),
        .others = malloc(n * sizeof *r->others),
        .rank = malloc(n * sizeof *r->rank),
        .below = malloc(n * sizeof *r->below),
        .bits = malloc(blocks * BLOCK_WORDS * sizeof *r->bits),
        .counts = malloc(blocks * sizeof *r->counts),
    };
    if (r->entries == NULL || r->others == NULL || r->rank == NULL || r->below == NULL ||
        r->bits == NULL || r->counts == NULL) {
        ranks_close(r);
        return false;
    }
    return true;
}

/* -0 is 0. */
static uint64_t key_of(double value) {
    const double unsigned_zero = value + 0.0;
    const uint64_t sign = UINT64_C(1) << 63;
    uint64_t bits;
    memcpy(&bits, &unsigned_zero, sizeof bits);
    return (bits & sign) != 0 ? ~bits : bits | sign;
}

/* By digits, the lowest first; digits that all have in common are left out. */
static void sort(ranks *r, int32_t count) {
    for (int32_t pass = 0; pass < PASSES; pass++) {
        const int32_t shift = pass * DIGIT_BITS;
        int32_t begin[DIGITS] = {0};
        for (int32_t i = 0; i < count; i++) {
            begin[r->entries[i].key >> shift & (DIGITS - 1)]++;
        }
        if (count == 0 || begin[r->entries[0].key >> shift & (DIGITS - 1)] == count) {
            continue;
        }
        int32_t sum = 0;
        for (int32_t d = 0; d < DIGITS; d++) {
            const int32_t found = begin[d];
            begin[d] = sum;
            sum += found;
        }
        for (int32_t i = 0; i < count; i++) {
            r->others[begin[r->entries[i].key >> shift & (DIGITS - 1)]++] = r->entries[i];
        }
        entry *const sorted = r->others;
        r->others = r->entries;
        r->entries = sorted;
    }
}

static void rank_rows(ranks *r, const double *x, int32_t rows) {
    int32_t count = 0;
    for (int32_t i = 0; i < rows; i++) {
        r->rank[i] = -1;
        if (!isnan(x[i])) {
            r->entries[count++] = (entry){key_of(x[i]), i};
        }
    }
    sort(r, count);
    int32_t below = 0;
    for (int32_t i = 0; i < count; i++) {
        below = i > 0 && r->entries[i].key == r->entries[i - 1].key ? below : i;
        r->rank[r->entries[i].row] = i;
        r->below[r->entries[i].row] = below;
    }
}

static void flip(const ranks *r, int32_t row, int32_t change) {
    const int32_t rank = r->rank[row];
    if (rank >= 0) {
        r->bits[rank / WORD_BITS] ^= UINT64_C(1) << rank % WORD_BITS;
        r->counts[rank / BLOCK_BITS] += change;
    }
}

/* How many ranks of the set are below this one. */
static inline int32_t count_below(const ranks *r, int32_t rank) {
    const int32_t block = rank / BLOCK_BITS;
    const int32_t word = rank / WORD_BITS;
    int32_t count = 0;
    for (int32_t b = 0; b < block; b++) {
        count += r->counts[b];
    }
    for (int32_t w = block * BLOCK_WORDS; w < word; w++) {
        count += __builtin_popcountll(r->bits[w]);
    }
    const uint64_t lower = (UINT64_C(1) << rank % WORD_BITS) - 1;
    return count + __builtin_popcountll(r->bits[word] & lower);
}

/* The rows `before` .. `rows` of a stretch. */
BY_CLONES static void count_stretch(ranks *r, const double *x, int32_t rows, int32_t before,
                                    double *out) {
    const size_t blocks = (size_t)rows / BLOCK_BITS + 1;
    rank_rows(r, x, rows);
    memset(r->bits, 0, blocks * BLOCK_WORDS * sizeof *r->bits);
    memset(r->counts, 0, blocks * sizeof *r->counts);
    for (int32_t i = 0; i < before; i++) {
        flip(r, i, 1);
    }
    for (int32_t i = before; i < rows; i++) {
        out[i] = r->rank[i] < 0 ? NAN : (double)count_below(r, r->below[i]);
        flip(r, i, 1);
        flip(r, i - before, -1);
    }
}

bool ranks_below(const double *x, int32_t count, int32_t before, double *out) {
    const int64_t windows = (int64_t)before * WINDOWS_AT_ONCE;
    const int64_t most = windows > ROWS_AT_ONCE ? windows : ROWS_AT_ONCE;
    const int32_t rows_most = most < count ? (int32_t)most : count;
    ranks r;
    if (!ranks_open(&r, rows_most)) {
        return false;
    }
    for (int32_t end = count; end > before;) {
        const int32_t rows = end < rows_most ? end : rows_most;
        count_stretch(&r, x + end - rows, rows, before, out + end - rows);
        end -= rows - before;
    }
    ranks_close(&r);
    return true;
}
