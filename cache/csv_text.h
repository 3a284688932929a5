/* SPDX-License-Identifier: MIT
 *
 * CSV text into lines, and lines into cells. Private to cache/.
 */
#ifndef BY_CSV_TEXT_H
#define BY_CSV_TEXT_H

#include "../engine/status.h"

enum { BY_CSV_COLUMNS_MAX = 256, BY_CSV_WHY_SIZE = 120 };

typedef struct by_csv_cell {
    const char *text;
    size_t length;
} by_csv_cell;

typedef struct by_csv_text {
    const char *at;
    const char *end;
    int32_t line; /* of the line that was read last, 1-based */
} by_csv_text;

/* Steps over the next line; returns 0 at the end of the text. */
int by_csv_next_line(by_csv_text *text, by_csv_cell *out);
/* The next line that is not blank. */
int by_csv_next_row(by_csv_text *text, by_csv_cell *out);
/* Steps over a BOM and blank lines to the line with the names of the columns, and reads it. Returns
 * NULL, or what is wrong with the text. */
const char *by_csv_first_line(by_csv_text *text, by_csv_cell *out);
/* The comma, semicolon or tab that a header has most of. */
char by_csv_separator(by_csv_cell line);
/* Splits a line into cells without the blanks and quotes around them. Returns their number, -1 when
 * a quote is not closed or something follows it, -2 when there are more than BY_CSV_COLUMNS_MAX. */
int32_t by_csv_split(const char *line, size_t length, char separator,
                     by_csv_cell cells[BY_CSV_COLUMNS_MAX]);
/* Splits a row below a header of `columns` cells. Returns 1, or with the reason in `why`: 0 when
 * there are too few cells, -1 for all else. An empty cell behind the last column is none. */
int by_csv_split_row(by_csv_cell line, char separator, int32_t columns,
                     by_csv_cell cells[BY_CSV_COLUMNS_MAX], char why[BY_CSV_WHY_SIZE]);
/* The first letters of a cell, fit for a message; returns `buffer`. */
const char *by_csv_excerpt(by_csv_cell cell, char *buffer, size_t size_bytes);

#endif
