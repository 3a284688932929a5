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

__attribute__((target("avx512f"))) static void choose_512(const uint64_t *mask, const int32_t *yes,
                                                          const int32_t *no, int32_t word_count,
                                                          uint64_t *days, int32_t *to) {
    for (int32_t k = 0; k < word_count; k++) {
        if (days[k] == 0) {
            continue;
        }
        uint64_t changed = 0;
        for (int32_t part = 0; part < 4; part++) { /* lanes that are not asked for are not read */
            const __mmask16 asked = (__mmask16)(days[k] >> 16 * part);
            const __mmask16 holds = (__mmask16)(mask[k] >> 16 * part);
            const int32_t at = 64 * k + 16 * part;
            __m512i value = _mm512_maskz_loadu_epi32((__mmask16)(asked & ~holds), no + at);
            value = _mm512_mask_loadu_epi32(value, (__mmask16)(asked & holds), yes + at);
            const __m512i before = _mm512_maskz_loadu_epi32(asked, to + at);
            _mm512_mask_storeu_epi32(to + at, asked, value);
            changed |= (uint64_t)_mm512_mask_cmpneq_epi32_mask(asked, value, before) << 16 * part;
        }
        days[k] = changed;
    }
}

#endif

static void choose_plain(const uint64_t *mask, const int32_t *yes, const int32_t *no,
                         int32_t word_count, uint64_t *days, int32_t *to) {
    for (int32_t k = 0; k < word_count; k++) {
        uint64_t changed = 0;
        for (uint64_t bits = days[k]; bits != 0; bits &= bits - 1) {
            const int32_t bit = __builtin_ctzll(bits);
            const int32_t day = 64 * k + bit;
            const int32_t value = (mask[k] >> bit & 1) != 0 ? yes[day] : no[day];
            changed |= (uint64_t)(to[day] != value) << bit;
            to[day] = value;
        }
        days[k] = changed;
    }
}

void mask_choose(const uint64_t *mask, const int32_t *yes, const int32_t *no, int32_t word_count,
                 uint64_t *days, int32_t *to) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) {
        choose_512(mask, yes, no, word_count, days, to);
        return;
    }
#endif
    choose_plain(mask, yes, no, word_count, days, to);
}

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
