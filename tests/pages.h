/* SPDX-License-Identifier: MIT
 *
 * What tests ask of the writer: pages of bars put into a store, and what became of them.
 */
#ifndef BY_TEST_PAGES_H
#define BY_TEST_PAGES_H

#include "../cache/writer.h"

/* A part of symbol `index` of a page that asks for [first, end), all of it final, on a grid of
 * `seconds`. */
by_put_part pages_part(const char *symbol, int32_t index, int64_t first, int64_t end,
                       int64_t seconds);
/* The same by days since 1970, of symbol 0. */
by_put_part pages_days(const char *symbol, int32_t first, int32_t end);
by_page *pages_of(const char *symbol, const by_bars *bars);
/* Puts a page of one symbol and waits for it. */
by_put_result pages_put(by_writer *writer, const by_bars *bars, const by_put_part *part);
/* Puts a page without waiting, and waits for all that were put so. */
void pages_send(by_writer *writer, const by_bars *bars, const by_put_part *part);
void pages_await(by_writer *writer);
/* Expects a page of one part to fail with a message that has `part_of_message`. */
void pages_refused(by_writer *writer, const by_bars *bars, const by_put_part *part,
                   by_status status, const char *part_of_message);
by_writer *pages_writer(by_store *store);
/* What is on record of a series; its lists are copied as far as there is room, and NULL. */
by_coverage pages_coverage(by_store *store, const by_series_id *id, by_span spans[2],
                           by_refusal refusals[4]);

#endif
