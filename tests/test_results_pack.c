/* SPDX-License-Identifier: MIT
 *
 * Rows as they are stored: what goes in comes out, and nothing else is taken for rows.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../cache/results_pack.h"

enum { COUNT = BY_CHUNK_COMBOS, ROOM = COUNT * PACK_ROW_BYTES_MAX };

static uint64_t seed = 7;

static uint64_t draw(void) {
    seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
    return seed;
}

/* Rows of which each has about `changed` of 64 words of its own. */
static void fill(by_result *rows, uint64_t changed) {
    uint64_t word[PACK_WORDS] = {0};
    for (int32_t i = 0; i < COUNT; i++) {
        for (int w = 0; w < PACK_WORDS; w++) {
            word[w] = draw() % 64 < changed ? draw() : word[w];
        }
        memcpy(&rows[i], word, sizeof word);
    }
}

static void test_gives_back(void **state) {
    by_result *rows = malloc(COUNT * sizeof *rows), *back = malloc(COUNT * sizeof *rows);
    uint64_t *packed = malloc(ROOM);
    (void)state;
    for (uint64_t changed = 0; changed <= 64; changed += 8) {
        fill(rows, changed);
        for (int32_t count = 1; count <= COUNT; count += 51) {
            const size_t size = results_pack(rows, count, packed);
            assert_true(size <= (size_t)count * PACK_ROW_BYTES_MAX);
            assert_true(results_unpack(packed, size, count, back));
            assert_memory_equal(back, rows, (size_t)count * sizeof *rows);
        }
    }
    free(rows);
    free(back);
    free(packed);
}

/* The words of each row that `wanted` has a bit for. */
static void check_words(const by_result *rows, int32_t count, const uint64_t *packed, size_t size,
                        const uint64_t wanted[PACK_MASKS]) {
    uint64_t *words = malloc((size_t)count * sizeof *rows), row[PACK_WORDS];
    const uint64_t *at = words;
    assert_true(results_unpack_words(packed, size, count, wanted, words));
    for (int32_t i = 0; i < count; i++) {
        memcpy(row, &rows[i], sizeof row);
        for (int w = 0; w < PACK_WORDS; w++) {
            if ((wanted[w / 64] >> w % 64 & 1) != 0) {
                assert_true(*at++ == row[w]);
            }
        }
    }
    free(words);
}

static void test_gives_some_words(void **state) {
    by_result *rows = malloc(COUNT * sizeof *rows);
    uint64_t *packed = malloc(ROOM), wanted[PACK_MASKS];
    (void)state;
    for (uint64_t changed = 0; changed <= 64; changed += 8) {
        fill(rows, changed);
        for (int32_t count = 1; count <= COUNT; count += 51) {
            const size_t size = results_pack(rows, count, packed);
            memset(wanted, 0, sizeof wanted);
            check_words(rows, count, packed, size, wanted);
            for (int w = 0; w < PACK_WORDS; w += 1 + (int)(draw() % 13)) {
                wanted[w / 64] |= UINT64_C(1) << w % 64;
                check_words(rows, count, packed, size, wanted);
            }
        }
    }
    free(rows);
    free(packed);
}

/* NaNs of any bits and zeros of both signs are words like any other. */
static void test_keeps_bits(void **state) {
    by_result rows[4] = {0}, back[4];
    uint64_t packed[4 * PACK_ROW_BYTES_MAX / 8];
    (void)state;
    rows[0].metric[0] = -0.0;
    rows[1].metric[0] = NAN;
    rows[2].metric[0] = -NAN;
    const size_t size = results_pack(rows, 4, packed);
    assert_int_equal(size, 4 * (PACK_MASKS + 1) * sizeof(uint64_t));
    assert_true(results_unpack(packed, size, 4, back));
    assert_memory_equal(back, rows, sizeof rows);
}

/* Whether they are taken for `count` rows: whole, or two words of each. */
static bool unpacks(const uint64_t *packed, size_t size, int32_t count) {
    static by_result rows[COUNT + 1];
    static uint64_t words[2 * (COUNT + 1)];
    const uint64_t wanted[PACK_MASKS] = {9};
    const bool whole = results_unpack(packed, size, count, rows);
    assert_true(results_unpack_words(packed, size, count, wanted, words) == whole);
    return whole;
}

static void test_refuses_others(void **state) {
    by_result *rows = malloc(COUNT * sizeof *rows);
    uint64_t *packed = malloc(ROOM);
    (void)state;
    fill(rows, 20);
    const size_t size = results_pack(rows, COUNT, packed);
    for (size_t words = 0; words < size / 8; words++) { /* cut short */
        assert_false(unpacks(packed, words * 8, COUNT));
    }
    assert_false(unpacks(packed, size, COUNT - 1)); /* something is left */
    assert_false(unpacks(packed, size, COUNT + 1));
    packed[PACK_MASKS - 1] |= (uint64_t)(PACK_WORDS % 64 != 0) << 63; /* a word that no row has */
    assert_true(unpacks(packed, size, COUNT) == (PACK_WORDS % 64 == 0));
    free(rows);
    free(packed);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gives_back),
        cmocka_unit_test(test_gives_some_words),
        cmocka_unit_test(test_keeps_bits),
        cmocka_unit_test(test_refuses_others),
    };
    return cmocka_run_group_tests_name("results_pack", tests, NULL, NULL);
}
