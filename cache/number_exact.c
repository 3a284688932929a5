/* SPDX-License-Identifier: MIT */
#include "number_exact.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { MANTISSA_BITS = 53, DIGITS = 17 };

/* Where printf uses no exponent and all products fit into 128 bits. */
#define PLAIN_MIN 1e-4
#define PLAIN_END 0x1p53

__extension__ typedef unsigned __int128 wide;

static const uint64_t power_of_ten[] = {UINT64_C(1),
                                        UINT64_C(10),
                                        UINT64_C(100),
                                        UINT64_C(1000),
                                        UINT64_C(10000),
                                        UINT64_C(100000),
                                        UINT64_C(1000000),
                                        UINT64_C(10000000),
                                        UINT64_C(100000000),
                                        UINT64_C(1000000000),
                                        UINT64_C(10000000000),
                                        UINT64_C(100000000000),
                                        UINT64_C(1000000000000),
                                        UINT64_C(10000000000000),
                                        UINT64_C(100000000000000),
                                        UINT64_C(1000000000000000),
                                        UINT64_C(10000000000000000),
                                        UINT64_C(100000000000000000),
                                        UINT64_C(1000000000000000000),
                                        UINT64_C(10000000000000000000)};
enum { POWER_64_MAX = 19 };

static wide wide_power(int exponent) {
    if (exponent <= POWER_64_MAX) {
        return power_of_ten[exponent];
    }
    return (wide)power_of_ten[POWER_64_MAX] * power_of_ten[exponent - POWER_64_MAX];
}

/* mantissa * 10^places / 2^shift, exact but for one rounding: halves to even, as printf does. */
static uint64_t scaled(uint64_t mantissa, int places, int shift) {
    wide product = mantissa * wide_power(places);
    uint64_t digits = (uint64_t)(product >> shift);
    wide rest = product - ((wide)digits << shift), half = (wide)1 << (shift - 1);
    return digits + (rest > half || (rest == half && (digits & 1) != 0));
}

/* Two digits at a time, from the last. */
static void write_digits(uint64_t digits, int count, char *out) {
    static const char pairs[] = "00010203040506070809101112131415161718192021222324"
                                "25262728293031323334353637383940414243444546474849"
                                "50515253545556575859606162636465666768697071727374"
                                "75767778798081828384858687888990919293949596979899";
    while (count >= 2) {
        count -= 2;
        memcpy(out + count, pairs + 2 * (digits % 100), 2);
        digits /= 100;
    }
    if (count == 1) {
        out[0] = (char)('0' + digits % 10);
    }
}

static size_t write_whole(uint64_t value, char *out) {
    int count = 1;
    while (count <= POWER_64_MAX && value >= power_of_ten[count]) {
        count++;
    }
    write_digits(value, count, out);
    return (size_t)count;
}

/* 17 digits of which `places` are behind the point, without zeros at their end. */
static size_t write_decimal(uint64_t digits, int places, char *out) {
    char text[DIGITS];
    write_digits(digits, DIGITS, text);
    int length = DIGITS, before = DIGITS - places;
    while (length > before && text[length - 1] == '0') {
        length--;
    }
    size_t at = 0;
    if (before <= 0) {
        memcpy(out, "0.000000", 8);
        at = (size_t)(2 - before);
        before = 0;
    }
    memcpy(out + at, text, (size_t)before);
    at += (size_t)before;
    if (before > 0 && length > before) {
        out[at++] = '.';
    }
    memcpy(out + at, text + before, (size_t)(length - before));
    return at + (size_t)(length - before);
}

/* A value from PLAIN_MIN that is not whole, below PLAIN_END. */
static size_t write_plain(double value, char *out) {
    int exponent;
    uint64_t mantissa = (uint64_t)ldexp(frexp(value, &exponent), MANTISSA_BITS);
    int shift = MANTISSA_BITS - exponent;
    /* 1233 / 4096 is log10(2): the digits before the point, or one too many. */
    int places = DIGITS - (((exponent * 1233) >> 12) + 1);
    uint64_t digits = scaled(mantissa, places, shift);
    if (digits < power_of_ten[DIGITS - 1]) {
        digits = scaled(mantissa, ++places, shift);
    }
    if (digits == power_of_ten[DIGITS]) { /* 9.99... rounded up */
        digits = power_of_ten[DIGITS - 1];
        places--;
    }
    return write_decimal(digits, places, out);
}

size_t by_number_exact(double value, locale_t c_locale, char out[BY_NUMBER_EXACT_SIZE]) {
    if (!isfinite(value)) {
        return 0;
    }
    size_t sign = signbit(value) ? 1 : 0;
    double size = fabs(value);
    out[0] = '-';
    if (size < PLAIN_END && size == (double)(uint64_t)size) {
        return sign + write_whole((uint64_t)size, out + sign);
    }
    if (size >= PLAIN_MIN && size < PLAIN_END) {
        return sign + write_plain(size, out + sign);
    }
    locale_t before = uselocale(c_locale);
    int length = snprintf(out, BY_NUMBER_EXACT_SIZE, "%.17g", value);
    uselocale(before);
    return (size_t)length;
}
