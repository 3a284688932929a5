/* SPDX-License-Identifier: MIT */
#include "number.h"

#include <float.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Powers of ten that a double holds exactly. */
static const double exact_power[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                     1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                     1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
enum { EXACT_POWER_MAX = 22 };

/* The parts of a number: mantissa * 10^exponent, and whether that is all of it. */
typedef struct parts {
    uint64_t mantissa;
    int exponent;
    int negative;
    int whole; /* 0 when digits did not fit into the mantissa or the exponent is far off */
} parts;

/* Takes digits from *at on; returns how many there were. Digits behind the 19th are left out. */
static size_t take_digits(const char **at, const char *end, parts *p, int *taken, int *dropped) {
    const char *start = *at;
    for (; *at < end && **at >= '0' && **at <= '9'; (*at)++) {
        unsigned digit = (unsigned)(**at - '0');
        if (*taken >= 19) {
            p->whole &= digit == 0;
            (*dropped)++;
        } else {
            p->mantissa = p->mantissa * 10 + digit;
            *taken += p->mantissa != 0; /* leading zeros are free */
        }
    }
    return (size_t)(*at - start);
}

static int take_exponent(const char **at, const char *end, parts *p) {
    int negative = 0, value = 0;
    (*at)++;
    if (*at < end && (**at == '+' || **at == '-')) {
        negative = **at == '-';
        (*at)++;
    }
    if (*at == end) {
        return 0;
    }
    for (; *at < end && **at >= '0' && **at <= '9'; (*at)++) {
        value = value < 100000 ? value * 10 + (**at - '0') : value;
    }
    p->exponent += negative ? -value : value;
    return 1;
}

static int split(const char *text, size_t length, parts *p) {
    const char *at = text, *end = text + length;
    int taken = 0, dropped = 0;
    *p = (parts){.whole = 1};
    if (at < end && (*at == '+' || *at == '-')) {
        p->negative = *at++ == '-';
    }
    size_t digits = take_digits(&at, end, p, &taken, &dropped);
    p->exponent = dropped;
    if (at < end && *at == '.') {
        at++;
        dropped = 0;
        size_t fraction = take_digits(&at, end, p, &taken, &dropped);
        p->exponent -= (int)fraction - dropped;
        digits += fraction;
    }
    if (digits == 0) {
        return 0;
    }
    if (at < end && (*at == 'e' || *at == 'E') && !take_exponent(&at, end, p)) {
        return 0;
    }
    return at == end;
}

/* With one operand rounded nowhere and one operation, the result is the correctly rounded one. */
static int fast(const parts *p, double *out) {
    if (p->mantissa == 0) {
        *out = 0;
        return 1;
    }
    if (p->exponent < -EXACT_POWER_MAX || p->exponent > EXACT_POWER_MAX) {
        return 0;
    }
    size_t power = (size_t)(p->exponent < 0 ? -p->exponent : p->exponent);
    if (p->mantissa <= UINT64_C(1) << 53) {
        double mantissa = (double)p->mantissa;
        *out = p->exponent < 0 ? mantissa / exact_power[power] : mantissa * exact_power[power];
        return 1;
    }
#if LDBL_MANT_DIG == 64
    /* The same in the 64 bits of x87. Rounding a second time, to 53 bits, is right unless the
     * first result lies half way between two doubles, where it hides which side it came from. */
    long double wide = (long double)p->mantissa;
    wide = p->exponent < 0 ? wide / (long double)exact_power[power]
                           : wide * (long double)exact_power[power];
    uint64_t bits;
    memcpy(&bits, &wide, sizeof bits);
    if ((bits & 0x7ff) != 0x400) {
        *out = (double)wide;
        return 1;
    }
#endif
    return 0;
}

int by_number_parse(const char *text, size_t length, locale_t c_locale, double *out) {
    parts p;
    if (length == 0 || length > BY_NUMBER_LENGTH_MAX || !split(text, length, &p)) {
        return 0;
    }
    if (p.whole && fast(&p, out)) {
        *out = p.negative ? -*out : *out;
        return 1;
    }
    char copy[BY_NUMBER_LENGTH_MAX + 1];
    memcpy(copy, text, length);
    copy[length] = '\0';
    *out = strtod_l(copy, NULL, c_locale);
    return 1;
}
