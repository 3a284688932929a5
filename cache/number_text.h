/* SPDX-License-Identifier: MIT
 *
 * Doubles into the shortest text that reads back to them, the same in every locale.
 */
#ifndef BY_NUMBER_TEXT_H
#define BY_NUMBER_TEXT_H

#include <locale.h>
#include <stddef.h>

enum { BY_NUMBER_TEXT_SIZE = 40 };

/* Writes the shortest decimal of at most 17 significant digits that by_number_parse reads back to
 * the same double, without a NUL; returns its length, 0 for NaN and infinities. `c_locale` is a "C"
 * locale of the caller. Thread-safe. */
size_t by_number_text(double value, locale_t c_locale, char out[BY_NUMBER_TEXT_SIZE]);

#endif
