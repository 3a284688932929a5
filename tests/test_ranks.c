/* SPDX-License-Identifier: MIT
 *
 * The best of many against a plain sort, and behaviours that are alike against plain loops.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../engine/alike.h"
#include "../engine/falling.h"

enum { COUNT = 700 };

static uint64_t seed = 11;

static uint64_t draw(void) {
    seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
    return seed;
}

/* By insertion: one goes in front of those with lower keys. */
static void plain_falling(const double *keys, const int32_t *indices, int32_t count, int32_t *out) {
    for (int32_t i = 0; i < count; i++) {
        int32_t at = i;
        for (; at > 0 && keys[indices[i]] > keys[out[at - 1]]; at--) {
            out[at] = out[at - 1];
        }
        out[at] = indices[i];
    }
}

static void test_best(void **state) {
    double keys[COUNT];
    int32_t indices[COUNT], expected[COUNT], best[COUNT + 1];
    by_error err;
    (void)state;
    for (int round = 0; round < 200; round++) {
        const int32_t count = round == 0 ? 0 : 1 + (int32_t)(draw() % COUNT);
        const uint64_t kinds = 1 + draw() % (round % 2 == 0 ? 5 : 100000);
        for (int32_t i = 0; i < count; i++) {
            const double kind = (double)(draw() % kinds) - 2;
            keys[i] = kind == 0 && draw() % 2 == 0 ? -0.0 : kind == 1 ? INFINITY : kind;
            indices[i] = count - 1 - i; /* not rising: it is their order that counts */
        }
        plain_falling(keys, indices, count, expected);
        const int32_t some[] = {0, 1, 10, count / 16, count / 16 + 1, count / 2, count, count + 1};
        for (size_t k = 0; k < sizeof some / sizeof *some; k++) {
            const int32_t wanted = some[k] < count ? some[k] : count;
            best[wanted] = -7;
            assert_int_equal(by_falling(keys, indices, count, some[k], best, &err), BY_OK);
            assert_memory_equal(best, expected, (size_t)wanted * sizeof *best);
            assert_int_equal(best[wanted], -7);
        }
    }
}

static void test_alike(void **state) {
    uint64_t behaviours[COUNT];
    int32_t return_counts[COUNT], first[COUNT], shared[COUNT], distinct;
    by_error err;
    (void)state;
    for (int round = 0; round < 100; round++) {
        const int32_t count = round == 0 ? 0 : 1 + (int32_t)(draw() % COUNT);
        const uint64_t kinds = 1 + draw() % COUNT;
        for (int32_t i = 0; i < count; i++) {
            behaviours[i] = draw() % kinds << (round % 2 == 0 ? 0 : 40); /* the same low bits */
            return_counts[i] = (int32_t)(draw() % 5) - 2;
        }
        memset(shared, 0, sizeof shared);
        assert_int_equal(by_alike(behaviours, return_counts, count, first, shared, &distinct, &err),
                         BY_OK);
        int32_t firsts = 0;
        for (int32_t i = 0; i < count; i++) {
            int32_t lowest = -1, same = 0;
            for (int32_t k = count - 1; k >= 0; k--) {
                const int is_same = return_counts[i] >= 0 && return_counts[k] >= 0 &&
                                    behaviours[k] == behaviours[i];
                lowest = is_same ? k : lowest;
                same += is_same;
            }
            assert_int_equal(first[i], lowest);
            assert_int_equal(shared[i], lowest == i ? same : 0);
            firsts += lowest == i;
        }
        assert_int_equal(distinct, firsts);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_best),
        cmocka_unit_test(test_alike),
    };
    return cmocka_run_group_tests_name("ranks", tests, NULL, NULL);
}
