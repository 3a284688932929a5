/* SPDX-License-Identifier: MIT
 *
 * A page: the bars of one answer of a vendor, by symbol, in columns, in the order in which they
 * came. Times are starts of bars already; nothing has been checked beyond that they are numbers.
 */
#ifndef BY_PAGE_H
#define BY_PAGE_H

#include "../engine/bars.h"
#include "../engine/status.h"

enum { BY_PAGE_NAME_SIZE = 64, BY_PAGE_ROWS_MAX = 4000000 };

typedef struct by_page by_page;

/* The rows of one symbol as the vendor names it; pointers live as long as the page and are not
 * moved until rows are added. */
typedef struct by_page_rows {
    const char *symbol;
    by_bars bars;       /* no column NULL; NaN where the vendor told nothing */
    int64_t first_time; /* smallest and largest; 0 when there are no rows */
    int64_t last_time;
    int32_t rising; /* 1: every time is above the one before it */
    int32_t reserved;
} by_page_rows;

BY_API by_status by_page_new(by_page **out, by_error *err);
BY_API void by_page_free(by_page *page);
/* Adds rows of a symbol behind those it has. Columns other than time and close may be NULL.
 * BY_LIMIT above BY_PAGE_ROWS_MAX rows. */
BY_API by_status by_page_add(by_page *page, const char *symbol, const by_bars *bars, by_error *err);

BY_API int32_t by_page_symbol_count(const by_page *page);
BY_API int64_t by_page_row_count(const by_page *page);
BY_API void by_page_rows_at(const by_page *page, int32_t index, by_page_rows *out);
/* Index of a symbol, -1 when the page has none of it. */
BY_API int32_t by_page_find(const by_page *page, const char *symbol);
/* What stood beside the rows: the value (text, numbers as they were written) at a path such as
 * "next_page_token", NULL when there is none or it is null. */
BY_API const char *by_page_field(const by_page *page, const char *path);
/* 1 when the place where rows should stand was there and not null. */
BY_API int32_t by_page_has_rows(const by_page *page);
/* Rows that were left out because the vendor says that there was no trade. */
BY_API int64_t by_page_no_trade_count(const by_page *page);

#endif
