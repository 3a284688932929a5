/* SPDX-License-Identifier: MIT
 *
 * Spans that are added up, against a bitmap.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdint.h>
#include <string.h>

#include "../cache/coverage.h"

enum { TIMES = 200 };

static int32_t add(by_span *spans, int32_t count, int64_t first, int64_t end) {
    return by_spans_add(spans, count, (by_span){first, end});
}

static void test_joins(void **state) {
    (void)state;
    by_span spans[8];
    int32_t count = add(spans, 0, 10, 20);
    count = add(spans, count, 30, 40);
    assert_int_equal(count, 2);
    count = add(spans, count, 5, 5); /* nothing */
    count = add(spans, count, 9, 3);
    assert_int_equal(count, 2);
    count = add(spans, count, 20, 30); /* touches both */
    assert_int_equal(count, 1);
    assert_int_equal(spans[0].first, 10);
    assert_int_equal(spans[0].end, 40);
    count = add(spans, count, INT64_MIN, 0);
    count = add(spans, count, 50, INT64_MAX);
    assert_int_equal(count, 3);
    count = add(spans, count, INT64_MIN, INT64_MAX);
    assert_int_equal(count, 1);
}

static void check(const by_span *spans, int32_t count, const uint8_t *covered) {
    uint8_t told[TIMES] = {0};
    for (int32_t i = 0; i < count; i++) {
        assert_true(spans[i].first < spans[i].end);
        assert_true(i == 0 || spans[i - 1].end < spans[i].first);
        memset(told + spans[i].first, 1, (size_t)(spans[i].end - spans[i].first));
    }
    assert_memory_equal(told, covered, TIMES);
}

static void test_random(void **state) {
    (void)state;
    uint64_t seed = 11;
    for (int round = 0; round < 500; round++) {
        by_span spans[TIMES];
        uint8_t covered[TIMES] = {0};
        int32_t count = 0;
        for (int i = 0; i < 40; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            int64_t first = (int64_t)(seed >> 33) % TIMES, size = (int64_t)(seed >> 20) % 12;
            int64_t end = first + size < TIMES ? first + size : TIMES;
            memset(covered + first, 1, (size_t)(end - first));
            count = add(spans, count, first, end);
            check(spans, count, covered);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_joins),
        cmocka_unit_test(test_random),
    };
    return cmocka_run_group_tests_name("coverage", tests, NULL, NULL);
}
