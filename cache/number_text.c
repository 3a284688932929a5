/* SPDX-License-Identifier: MIT */
#include "number_text.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Powers of ten that a double holds exactly. */
static const double exact_power[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                     1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                     1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
enum { EXACT_POWER_MAX = 22 };
enum { MANTISSA_BITS = 53, DIGITS_MAX = 17 };

#define WHOLE_MAX 0x1p53
/* Below it the product by a power of ten is off by less than a half, although it is rounded. */
#define FEW_DIGITS_MAX 0x1p51
/* Where all products of many_digits fit into 128 bits. */
#define MANY_DIGITS_MIN 1e-5
#define MANY_DIGITS_END 1e15

__extension__ typedef unsigned __int128 wide;

/* Writes digits / 10^places in plain notation. */
static size_t write_decimal(uint64_t digits, int places, char *out) {
    char text[BY_NUMBER_TEXT_SIZE], *at = text + sizeof text;
    for (int written = 0; digits != 0 || written <= places; written++) {
        if (written == places && places > 0) {
            *--at = '.';
        }
        *--at = (char)('0' + digits % 10);
        digits /= 10;
    }
    size_t length = (size_t)(text + sizeof text - at);
    memcpy(out, at, length);
    return length;
}

/* The fewest places that do, when that takes no more than 15 digits: digits and power are exact, so
 * their quotient is what a reader gets. */
static size_t few_digits(double value, char *out) {
    for (int places = 1; places <= EXACT_POWER_MAX; places++) {
        double scaled = value * exact_power[places];
        if (scaled >= FEW_DIGITS_MAX) {
            return 0;
        }
        uint64_t digits = (uint64_t)(scaled + 0.5);
        if ((double)digits / exact_power[places] == value) {
            return write_decimal(digits, places, out);
        }
    }
    return 0;
}

static wide power_of_ten(int exponent) {
    wide power = 1;
    for (int i = 0; i < exponent; i++) {
        power *= 10;
    }
    return power;
}

/* 16 or 17 digits in whole numbers. The value is mantissa / 2^shift; a decimal reads back to it
 * when it is less than half a step of the mantissa away. Steps below a power of two are smaller:
 * there all 17 digits are written. */
static size_t many_digits(double value, char *out) {
    int exponent;
    uint64_t mantissa = (uint64_t)ldexp(frexp(value, &exponent), MANTISSA_BITS);
    int shift = MANTISSA_BITS - exponent;
    wide half = (wide)1 << (shift - 1);
    int places = DIGITS_MAX - 1 - (int)floor(log10(value));
    wide power = power_of_ten(places);
    uint64_t digits = (uint64_t)((mantissa * power + half) >> shift);
    if (digits >= UINT64_C(100000000000000000)) { /* log10 was rounded up to a whole number */
        places--;
        power /= 10;
        digits = (uint64_t)((mantissa * power + half) >> shift);
    }
    wide shorter_power = power / 10, exact = mantissa * shorter_power;
    uint64_t shorter = (uint64_t)((exact + half) >> shift);
    wide found = (wide)shorter << shift;
    wide distance = found > exact ? found - exact : exact - found;
    if (mantissa != UINT64_C(1) << (MANTISSA_BITS - 1) && 2 * distance < shorter_power) {
        return write_decimal(shorter, places - 1, out);
    }
    return write_decimal(digits, places, out);
}

static size_t any(double value, locale_t c_locale, char *out) {
    locale_t before = uselocale(c_locale);
    int length = 0;
    for (int digits = 1; digits <= DIGITS_MAX; digits++) {
        length = snprintf(out, BY_NUMBER_TEXT_SIZE, "%.*g", digits, value);
        if (strtod(out, NULL) == value) {
            break;
        }
    }
    uselocale(before);
    return (size_t)length;
}

size_t by_number_text(double value, locale_t c_locale, char out[BY_NUMBER_TEXT_SIZE]) {
    if (!isfinite(value)) {
        return 0;
    }
    size_t sign = signbit(value) ? 1 : 0;
    out[0] = '-';
    value = fabs(value);
    if (value <= WHOLE_MAX && value == (double)(uint64_t)value) {
        return sign + write_decimal((uint64_t)value, 0, out + sign);
    }
    size_t length = value < WHOLE_MAX ? few_digits(value, out + sign) : 0;
    if (length == 0 && value >= MANY_DIGITS_MIN && value < MANY_DIGITS_END) {
        length = many_digits(value, out + sign);
    }
    return sign + (length > 0 ? length : any(value, c_locale, out + sign));
}
