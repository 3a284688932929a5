/* SPDX-License-Identifier: MIT
 *
 * Answers of vendors for tests of the decoders: expectations about pages and messages.
 */
#ifndef BY_TEST_ANSWER_H
#define BY_TEST_ANSWER_H

#include "../cache/decode.h"

/* Rows of SPY at "data", minutes, keys t o h l c v; a map at "bars", days, keys t c v; columns at
 * "r.0", days in seconds: when, q.0.open, q.0.close; rows of IBM by their date at "Daily". */
extern const by_decode_spec answer_rows, answer_map, answer_columns, answer_keyed;

/* Expects the text to be taken. The page is the caller's. */
by_page *answer_page(const by_decode_spec *spec, const char *text);
/* Expects it to be refused with BY_DATA and `part` in the message. */
void answer_refused(const by_decode_spec *spec, const char *text, const char *part);
void answer_refused_size(const by_decode_spec *spec, const char *text, size_t size_bytes,
                         const char *part);
/* Expects a row of a symbol, to the bit; `values` are open, high, low, close, volume. `time` as
 * by_when_text writes it. */
void answer_row(const by_page *page, const char *symbol, int32_t row, const char *time,
                const double values[5]);
/* The same number, or no number both. */
int answer_same(double left, double right);

#endif
