/* SPDX-License-Identifier: MIT
 *
 * LANES doubles side by side, with the same meaning in each width, so that one text computes the
 * same bits on every machine: a file defines LANES (8, 4, or 1, the default) before it includes
 * this. 8 needs AVX-512F and 4 needs AVX2: whoever calls such a function asks the processor first.
 *
 * Plain arithmetic is that of the C operators. What a comparison selects is a `lanes_mask`.
 */
#ifndef BY_LANES_H
#define BY_LANES_H

#include <stdbool.h>
#include <stdint.h>

#ifndef LANES
#define LANES 1
#endif

enum { LANES_TILE = 8 }; /* days that are turned around at once */

#if LANES == 8

#include <immintrin.h>

#define LANES_TARGET __attribute__((target("avx512f")))
#define LANES_INLINE LANES_TARGET static inline __attribute__((always_inline))
typedef __m512d lanes;
typedef __mmask8 lanes_mask;

LANES_INLINE lanes lanes_all(double x) {
    return _mm512_set1_pd(x);
}
LANES_INLINE lanes lanes_load(const double *from) {
    return _mm512_loadu_pd(from);
}
LANES_INLINE void lanes_store(double *to, lanes x) {
    _mm512_storeu_pd(to, x);
}
/* a > b ? a : b */
LANES_INLINE lanes lanes_max(lanes a, lanes b) {
    return _mm512_max_pd(a, b);
}
/* a < b ? a : b */
LANES_INLINE lanes lanes_min(lanes a, lanes b) {
    return _mm512_min_pd(a, b);
}
LANES_INLINE lanes_mask lanes_below(lanes a, lanes b) {
    return _mm512_cmp_pd_mask(a, b, _CMP_LT_OQ);
}
LANES_INLINE lanes_mask lanes_not_above(lanes a, lanes b) {
    return _mm512_cmp_pd_mask(a, b, _CMP_LE_OQ);
}
/* where ? x : 0 */
LANES_INLINE lanes lanes_where(lanes_mask where, lanes x) {
    return _mm512_maskz_mov_pd(where, x);
}
/* where ? sum + x : sum */
LANES_INLINE lanes lanes_add_where(lanes sum, lanes_mask where, lanes x) {
    return _mm512_mask_add_pd(sum, where, sum, x);
}
/* where ? a : b */
LANES_INLINE lanes lanes_choose(lanes_mask where, lanes a, lanes b) {
    return _mm512_mask_mov_pd(b, where, a);
}
LANES_INLINE lanes_mask lanes_or(lanes_mask a, lanes_mask b) {
    return (lanes_mask)(a | b);
}
LANES_INLINE lanes_mask lanes_none(void) {
    return 0;
}
LANES_INLINE bool lanes_any(lanes_mask a) {
    return a != 0;
}

/* Element i of each of the blocks, one block a lane. */
LANES_INLINE lanes lanes_day(const double *const *block, int32_t i) {
    return _mm512_set_pd(block[7][i], block[6][i], block[5][i], block[4][i], block[3][i],
                         block[2][i], block[1][i], block[0][i]);
}

/* Elements i, i + 1, ... i + 7, the same way. */
LANES_INLINE void lanes_tile(const double *const *block, int32_t i, lanes tile[LANES_TILE]) {
    lanes two[8];
    lanes four[8];
    for (int32_t k = 0; k < 8; k += 2) { /* pairs of blocks: their even elements, their odd ones */
        const lanes a = lanes_load(block[k] + i);
        const lanes b = lanes_load(block[k + 1] + i);
        two[k] = _mm512_unpacklo_pd(a, b);
        two[k + 1] = _mm512_unpackhi_pd(a, b);
    }
    for (int32_t k = 0; k < 2; k++) { /* quarters: 0 and 4, or 2 and 6, of four blocks */
        for (int32_t half = 0; half < 8; half += 4) {
            const lanes a = two[half + k];
            const lanes b = two[half + 2 + k];
            four[half + k] = _mm512_shuffle_f64x2(a, b, 0x88);
            four[half + 2 + k] = _mm512_shuffle_f64x2(a, b, 0xdd);
        }
    }
    for (int32_t k = 0; k < 4; k++) {
        tile[k] = _mm512_shuffle_f64x2(four[k], four[4 + k], 0x88);
        tile[4 + k] = _mm512_shuffle_f64x2(four[k], four[4 + k], 0xdd);
    }
}

#elif LANES == 4

#include <immintrin.h>

#define LANES_TARGET __attribute__((target("avx2")))
#define LANES_INLINE LANES_TARGET static inline __attribute__((always_inline))
typedef __m256d lanes;
typedef __m256d lanes_mask;

LANES_INLINE lanes lanes_all(double x) {
    return _mm256_set1_pd(x);
}
LANES_INLINE lanes lanes_load(const double *from) {
    return _mm256_loadu_pd(from);
}
LANES_INLINE void lanes_store(double *to, lanes x) {
    _mm256_storeu_pd(to, x);
}
LANES_INLINE lanes lanes_max(lanes a, lanes b) {
    return _mm256_max_pd(a, b);
}
LANES_INLINE lanes lanes_min(lanes a, lanes b) {
    return _mm256_min_pd(a, b);
}
LANES_INLINE lanes_mask lanes_below(lanes a, lanes b) {
    return _mm256_cmp_pd(a, b, _CMP_LT_OQ);
}
LANES_INLINE lanes_mask lanes_not_above(lanes a, lanes b) {
    return _mm256_cmp_pd(a, b, _CMP_LE_OQ);
}
LANES_INLINE lanes lanes_where(lanes_mask where, lanes x) {
    return _mm256_and_pd(where, x);
}
LANES_INLINE lanes lanes_add_where(lanes sum, lanes_mask where, lanes x) {
    return _mm256_blendv_pd(sum, sum + x, where);
}
LANES_INLINE lanes lanes_choose(lanes_mask where, lanes a, lanes b) {
    return _mm256_blendv_pd(b, a, where);
}
LANES_INLINE lanes_mask lanes_or(lanes_mask a, lanes_mask b) {
    return _mm256_or_pd(a, b);
}
LANES_INLINE lanes_mask lanes_none(void) {
    return _mm256_setzero_pd();
}
LANES_INLINE bool lanes_any(lanes_mask a) {
    return _mm256_movemask_pd(a) != 0;
}
LANES_INLINE lanes lanes_day(const double *const *block, int32_t i) {
    return _mm256_set_pd(block[3][i], block[2][i], block[1][i], block[0][i]);
}
LANES_INLINE void lanes_tile(const double *const *block, int32_t i, lanes tile[LANES_TILE]) {
    for (int32_t k = 0; k < LANES_TILE; k += 4) {
        const lanes a = lanes_load(block[0] + i + k);
        const lanes b = lanes_load(block[1] + i + k);
        const lanes c = lanes_load(block[2] + i + k);
        const lanes d = lanes_load(block[3] + i + k);
        const lanes ab_even = _mm256_unpacklo_pd(a, b);
        const lanes ab_odd = _mm256_unpackhi_pd(a, b);
        const lanes cd_even = _mm256_unpacklo_pd(c, d);
        const lanes cd_odd = _mm256_unpackhi_pd(c, d);
        tile[k] = _mm256_permute2f128_pd(ab_even, cd_even, 0x20);
        tile[k + 1] = _mm256_permute2f128_pd(ab_odd, cd_odd, 0x20);
        tile[k + 2] = _mm256_permute2f128_pd(ab_even, cd_even, 0x31);
        tile[k + 3] = _mm256_permute2f128_pd(ab_odd, cd_odd, 0x31);
    }
}

#else

#define LANES_TARGET
#define LANES_INLINE static inline
typedef double lanes;
typedef bool lanes_mask;

LANES_INLINE lanes lanes_all(double x) {
    return x;
}
LANES_INLINE lanes lanes_load(const double *from) {
    return *from;
}
LANES_INLINE void lanes_store(double *to, lanes x) {
    *to = x;
}
LANES_INLINE lanes lanes_max(lanes a, lanes b) {
    return a > b ? a : b;
}
LANES_INLINE lanes lanes_min(lanes a, lanes b) {
    return a < b ? a : b;
}
LANES_INLINE lanes_mask lanes_below(lanes a, lanes b) {
    return a < b;
}
LANES_INLINE lanes_mask lanes_not_above(lanes a, lanes b) {
    return a <= b;
}
LANES_INLINE lanes lanes_where(lanes_mask where, lanes x) {
    return where ? x : 0.0;
}
LANES_INLINE lanes lanes_add_where(lanes sum, lanes_mask where, lanes x) {
    return where ? sum + x : sum;
}
LANES_INLINE lanes lanes_choose(lanes_mask where, lanes a, lanes b) {
    return where ? a : b;
}
LANES_INLINE lanes_mask lanes_or(lanes_mask a, lanes_mask b) {
    return a || b;
}
LANES_INLINE lanes_mask lanes_none(void) {
    return false;
}
LANES_INLINE bool lanes_any(lanes_mask a) {
    return a;
}
LANES_INLINE lanes lanes_day(const double *const *block, int32_t i) {
    return block[0][i];
}
LANES_INLINE void lanes_tile(const double *const *block, int32_t i, lanes tile[LANES_TILE]) {
    for (int32_t k = 0; k < LANES_TILE; k++) {
        tile[k] = block[0][i + k];
    }
}

#endif
#endif
