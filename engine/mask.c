/* SPDX-License-Identifier: MIT */
#include "mask.h"

#include <stddef.h>

#include "tree.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

static bool holds(int32_t comparator, double left, double right) {
    switch (comparator) {
    case BY_GT:
        return left > right;
    case BY_GTE:
        return left >= right;
    case BY_LT:
        return left < right;
    case BY_LTE:
        return left <= right;
    default:
        return left == right;
    }
}

/* Day by day: for masks of less than a word, and where the processor has nothing wider. */
static void compare_plain(int32_t comparator, const double *left, const double *right,
                          double threshold, int32_t day_count, uint64_t *out) {
    for (int32_t day = 0; day < day_count; day++) {
        if (day % 64 == 0) {
            out[day / 64] = 0;
        }
        bool bit = holds(comparator, left[day], right != NULL ? right[day] : threshold);
        out[day / 64] |= (uint64_t)bit << day % 64;
    }
}

#if defined(__x86_64__)

/* 64 days as eight compares of eight, each of which gives eight bits. */
#define COMPARE_WORD_512(predicate)                                                                \
    for (int32_t k = 0; k < 8; k++) {                                                              \
        __m512d l = _mm512_loadu_pd(left + 8 * k);                                                 \
        __m512d r = right != NULL ? _mm512_loadu_pd(right + 8 * k) : _mm512_set1_pd(threshold);    \
        word |= (uint64_t)_mm512_cmp_pd_mask(l, r, predicate) << 8 * k;                            \
    }

__attribute__((target("avx512f"))) static uint64_t
compare_word_512(int32_t comparator, const double *left, const double *right, double threshold) {
    uint64_t word = 0;
    switch (comparator) {
    case BY_GT:
        COMPARE_WORD_512(_CMP_GT_OQ)
        break;
    case BY_GTE:
        COMPARE_WORD_512(_CMP_GE_OQ)
        break;
    case BY_LT:
        COMPARE_WORD_512(_CMP_LT_OQ)
        break;
    case BY_LTE:
        COMPARE_WORD_512(_CMP_LE_OQ)
        break;
    default:
        COMPARE_WORD_512(_CMP_EQ_OQ)
        break;
    }
    return word;
}

#define COMPARE_WORD_256(predicate)                                                                \
    for (int32_t k = 0; k < 16; k++) {                                                             \
        __m256d l = _mm256_loadu_pd(left + 4 * k);                                                 \
        __m256d r = right != NULL ? _mm256_loadu_pd(right + 4 * k) : _mm256_set1_pd(threshold);    \
        word |= (uint64_t)(uint32_t)_mm256_movemask_pd(_mm256_cmp_pd(l, r, predicate)) << 4 * k;   \
    }

__attribute__((target("avx2"))) static uint64_t
compare_word_256(int32_t comparator, const double *left, const double *right, double threshold) {
    uint64_t word = 0;
    switch (comparator) {
    case BY_GT:
        COMPARE_WORD_256(_CMP_GT_OQ)
        break;
    case BY_GTE:
        COMPARE_WORD_256(_CMP_GE_OQ)
        break;
    case BY_LT:
        COMPARE_WORD_256(_CMP_LT_OQ)
        break;
    case BY_LTE:
        COMPARE_WORD_256(_CMP_LE_OQ)
        break;
    default:
        COMPARE_WORD_256(_CMP_EQ_OQ)
        break;
    }
    return word;
}

#endif

void mask_compare(int32_t comparator, const double *left, const double *right, double threshold,
                  int32_t day_count, uint64_t *out) {
#if defined(__x86_64__)
    uint64_t (*compare_word)(int32_t, const double *, const double *, double) =
        __builtin_cpu_supports("avx512f") ? compare_word_512
        : __builtin_cpu_supports("avx2")  ? compare_word_256
                                          : NULL;
    if (compare_word != NULL && day_count >= 64) {
        int32_t day = 0;
        for (; day + 64 <= day_count; day += 64) {
            out[day / 64] =
                compare_word(comparator, left + day, right != NULL ? right + day : NULL, threshold);
        }
        if (day < day_count) { /* the last 64 days, of which those in earlier words are dropped */
            int32_t from = day_count - 64;
            out[day / 64] = compare_word(comparator, left + from,
                                         right != NULL ? right + from : NULL, threshold) >>
                            (day - from);
        }
        return;
    }
#endif
    compare_plain(comparator, left, right, threshold, day_count, out);
}
