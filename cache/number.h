/* SPDX-License-Identifier: MIT
 *
 * Decimal text into doubles, correctly rounded and the same in every locale.
 */
#ifndef BY_NUMBER_H
#define BY_NUMBER_H

#include <locale.h>
#include <stddef.h>

enum { BY_NUMBER_LENGTH_MAX = 400 };

/* Parses all `length` bytes of `text` as [+-] digits [. digits] [e [+-] digits]; no blanks, no hex,
 * no "nan" or "inf" text. `c_locale` is a "C" locale of the caller. Returns 1 and the nearest
 * double (which is infinite when the text is out of range), or 0 when the text is not of that form
 * or longer than BY_NUMBER_LENGTH_MAX. Thread-safe. */
int by_number_parse(const char *text, size_t length, locale_t c_locale, double *out);

#endif
