/* SPDX-License-Identifier: MIT
 *
 * Doubles as decimal text of 17 significant digits, the same in every locale, quickly.
 */
#ifndef BY_NUMBER_EXACT_H
#define BY_NUMBER_EXACT_H

#include <locale.h>
#include <stddef.h>

enum { BY_NUMBER_EXACT_SIZE = 32 };

/* Writes what printf writes for "%.17g" in the "C" locale, without a NUL; returns its length, 0 for
 * NaN and infinities. `c_locale` is a "C" locale of the caller. Thread-safe. */
size_t by_number_exact(double value, locale_t c_locale, char out[BY_NUMBER_EXACT_SIZE]);

#endif
