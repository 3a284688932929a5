/* SPDX-License-Identifier: MIT
 *
 * The end of splitmix64 (Steele, Lea and Flood: Fast splittable pseudorandom number generators,
 * 2014): every bit of the number decides on every bit of the result. Results that users see depend
 * on it; lua/banyan/random.lua has the same.
 */
#ifndef BY_MIX_H
#define BY_MIX_H

#include <stdint.h>

/* What is added from one number of a stream to the next. */
#define MIX_GOLDEN UINT64_C(0x9E3779B97F4A7C15)

static inline uint64_t mix64(uint64_t x) {
    x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
    return x ^ x >> 31;
}

#endif
