/* SPDX-License-Identifier: MIT */
#include "answer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../cache/when.h"

const by_decode_spec answer_rows = {.layout = BY_LAYOUT_ROWS,
                                    .path = "data",
                                    .default_symbol = "SPY",
                                    .time = "t",
                                    .open = "o",
                                    .high = "h",
                                    .low = "l",
                                    .close = "c",
                                    .volume = "v",
                                    .timeframe_seconds = 60};
const by_decode_spec answer_map = {.layout = BY_LAYOUT_MAP_OF_ROWS,
                                   .path = "bars",
                                   .time = "t",
                                   .close = "c",
                                   .volume = "v",
                                   .timeframe_seconds = 86400};
const by_decode_spec answer_columns = {.layout = BY_LAYOUT_COLUMNS,
                                       .path = "r.0",
                                       .default_symbol = "SPY",
                                       .time = "when",
                                       .open = "q.0.open",
                                       .close = "q.0.close",
                                       .time_unit = BY_TIME_S,
                                       .timeframe_seconds = 86400};
const by_decode_spec answer_keyed = {.layout = BY_LAYOUT_KEYED,
                                     .path = "Daily",
                                     .default_symbol = "IBM",
                                     .open = "1. open",
                                     .close = "4. close",
                                     .timeframe_seconds = 86400};

by_page *answer_page(const by_decode_spec *spec, const char *text) {
    by_page *page = NULL;
    by_error err = {0};
    if (by_decode(spec, text, strlen(text), "x", &page, &err) != BY_OK) {
        fail_msg("%s", err.message);
    }
    return page;
}

void answer_refused_size(const by_decode_spec *spec, const char *text, size_t size_bytes,
                         const char *part) {
    by_page *page = NULL;
    by_error err = {0};
    /* Exactly as large as the text, so that a sanitizer sees a step behind its end. */
    char *copy = malloc(size_bytes > 0 ? size_bytes : 1);
    memcpy(copy, text, size_bytes);
    by_status status = by_decode(spec, copy, size_bytes, "vendor SPY", &page, &err);
    free(copy);
    if (status != BY_DATA || page != NULL) {
        fail_msg("status %d, not refused: %.*s", (int)status, (int)size_bytes, text);
    }
    if (strncmp(err.message, "vendor SPY: ", 12) != 0 || strstr(err.message, part) == NULL) {
        fail_msg("'%s' is not in: %s", part, err.message);
    }
}

void answer_refused(const by_decode_spec *spec, const char *text, const char *part) {
    answer_refused_size(spec, text, strlen(text), part);
}

int answer_same(double left, double right) {
    return (isnan(left) && isnan(right)) || memcmp(&left, &right, sizeof left) == 0;
}

void answer_row(const by_page *page, const char *symbol, int32_t row, const char *time,
                const double values[5]) {
    by_page_rows rows;
    char text[BY_WHEN_TEXT_SIZE];
    int32_t index = by_page_find(page, symbol);
    assert_true(index >= 0);
    by_page_rows_at(page, index, &rows);
    assert_string_equal(rows.symbol, symbol);
    assert_true(row < rows.bars.count);
    assert_string_equal(by_when_text(rows.bars.time[row], text), time);
    const double *columns[5] = {rows.bars.open, rows.bars.high, rows.bars.low, rows.bars.close,
                                rows.bars.volume};
    for (int c = 0; c < 5; c++) {
        if (!answer_same(columns[c][row], values[c])) {
            fail_msg("%s %s: column %d is %.17g, not %.17g", symbol, time, c, columns[c][row],
                     values[c]);
        }
    }
}
