/* SPDX-License-Identifier: MIT
 *
 * The natural logarithm of a quotient, with the same bits on every machine (a C library has
 * several, and chooses by the processor), and built of what compilers put side by side in vectors.
 */
#ifndef BY_LOGARITHM_H
#define BY_LOGARITHM_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#define LOGARITHM_ONE UINT64_C(0x3ff0000000000000) /* the bits of 1 */
#define LOGARITHM_FRACTION UINT64_C(0x000fffffffffffff)

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

/* A whole number below 2^52. */
static inline double logarithm_whole(uint64_t number) {
    return logarithm_of_bits(logarithm_bits(0x1p52) | number) - 0x1p52;
}

/* log(above / below), of numbers above 0 that are finite; NaN of others. Off by less than 2 units
 * in the last place, however near the two are: the quotient itself is never rounded.
 * above = 2^i a and below = 2^j b with a and b in [1, 2) and, so that they are near each other, one
 * more or less in j; then log(a / b) = 2 atanh(s), s = (a - b) / (a + b), by the series
 * s + s^3 / 3 + s^5 / 5 ..., whose terms fall below the last place at s^25 / 25. */
static inline double by_logarithm(double above, double below) {
    const double scale_above = above < 0x1p-1022 ? 0x1p54 : 1.0;
    const double scale_below = below < 0x1p-1022 ? 0x1p54 : 1.0;
    const uint64_t bits_above = logarithm_bits(above * scale_above);
    const uint64_t bits_below = logarithm_bits(below * scale_below);
    const uint64_t fraction_above = bits_above & LOGARITHM_FRACTION;
    const uint64_t fraction_below = bits_below & LOGARITHM_FRACTION;
    /* 0, 1 or 2, where a is less than b by more than 1/2, or near it, or more by more than that. */
    const uint64_t step = (fraction_above + (UINT64_C(3) << 51) - fraction_below) >> 52;
    const double a = logarithm_of_bits(fraction_above | LOGARITHM_ONE);
    const double b =
        logarithm_of_bits((fraction_below | LOGARITHM_ONE) + (step << 52) - (UINT64_C(1) << 52));
    const double k = logarithm_whole((bits_above >> 52) + step) -
                     logarithm_whole((bits_below >> 52) + 1) - (scale_above > 1.0 ? 54.0 : 0.0) +
                     (scale_below > 1.0 ? 54.0 : 0.0);
    const double s = (a - b) / (a + b);
    const double z = s * s;
    const double y = z * z;
    /* Two sums, so that one does not wait for the other. */
    const double even =
        y * (1.0 / 5 + y * (1.0 / 9 + y * (1.0 / 13 + y * (1.0 / 17 + y * (1.0 / 21)))));
    const double odd =
        z * (1.0 / 3 +
             y * (1.0 / 7 + y * (1.0 / 11 + y * (1.0 / 15 + y * (1.0 / 19 + y * (1.0 / 23))))));
    const double twice = s + s;
    /* log 2 in two parts, the first of which times any k is exact. */
    const double high = 0x1.62e42feep-1;
    const double low = 0x1.a39ef35793c76p-33;
    const double value = k * high + (twice + (k * low + twice * (even + odd)));
    const int known = (above > 0.0) & (above < INFINITY) & (below > 0.0) & (below < INFINITY);
    return known ? value : NAN;
}

#endif
