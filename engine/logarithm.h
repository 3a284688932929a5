/* SPDX-License-Identifier: MIT
 *
 * The natural logarithm, with the same bits on every machine (a C library has several, and chooses
 * by the processor), and built of what compilers put side by side in vectors.
 */
#ifndef BY_LOGARITHM_H
#define BY_LOGARITHM_H

#include <math.h>
#include <stdint.h>
#include <string.h>

static inline double logarithm_of_bits(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static inline uint64_t logarithm_bits(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* Off by less than 2 units in the last place. -inf at 0, NaN below.
 * x = 2^k m, m in [sqrt(1/2), sqrt(2)), and log m = 2 atanh(s), s = (m - 1) / (m + 1), by the
 * series s + s^3 / 3 + s^5 / 5 ..., whose terms fall below the last place at s^25 / 25. */
static inline double by_logarithm(double x) {
    const uint64_t least = 0x3fe6a09e667f3bcd; /* sqrt(1/2) */
    const uint64_t one = 0x3ff0000000000000;
    const uint64_t fraction = 0x000fffffffffffff;
    const double whole = 0x1p52; /* its last bit is worth 1 */
    const double scale = x < 0x1p-1022 ? 0x1p54 : 1.0;
    const uint64_t shifted = logarithm_bits(x * scale) + (one - least);
    const double exponent = logarithm_of_bits(logarithm_bits(whole) | (shifted >> 52)) - whole;
    const double k = exponent - (scale > 1.0 ? 1023.0 + 54.0 : 1023.0);
    const double f = logarithm_of_bits((shifted & fraction) + least) - 1.0;
    const double s = f / (2.0 + f);
    const double z = s * s;
    const double y = z * z;
    /* Two sums, so that one does not wait for the other. */
    const double even =
        y * (1.0 / 5 + y * (1.0 / 9 + y * (1.0 / 13 + y * (1.0 / 17 + y * (1.0 / 21)))));
    const double odd =
        z * (1.0 / 3 + y * (1.0 / 7 + y * (1.0 / 11 + y * (1.0 / 15 + y * (1.0 / 19 + y / 23)))));
    /* 2 s = f - s f, of which f is exact. */
    const double rest = 2.0 * s * (even + odd) - s * f;
    /* log 2 in two parts, the first of which times any k is exact. */
    const double high = 0x1.62e42feep-1;
    const double low = 0x1.a39ef35793c76p-33;
    const double value = k * high + (f + (k * low + rest));
    return x > 0.0 && x < INFINITY ? value : x == 0.0 ? -INFINITY : x > 0.0 ? x : NAN;
}

#endif
