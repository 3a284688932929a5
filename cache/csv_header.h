/* SPDX-License-Identifier: MIT
 *
 * Lines of a CSV file into cells, and its first line into columns. Private to csv.c.
 */
#ifndef BY_CSV_HEADER_H
#define BY_CSV_HEADER_H

#include "csv.h"

enum { BY_CSV_COLUMNS_MAX = 256 };

typedef enum by_csv_column {
    BY_CSV_OPEN,
    BY_CSV_HIGH,
    BY_CSV_LOW,
    BY_CSV_CLOSE,
    BY_CSV_VOLUME,
    BY_CSV_ADJ_CLOSE,
    BY_CSV_DATE,
    BY_CSV_TIME,
    BY_CSV_TIMESTAMP,
    BY_CSV_DATETIME,
    BY_CSV_COLUMN_COUNT
} by_csv_column;

typedef struct by_csv_cell {
    const char *text;
    size_t length;
} by_csv_cell;

typedef struct by_csv_header {
    char separator;
    int32_t cell_count;
    int32_t place[BY_CSV_COLUMN_COUNT]; /* the cell of each column, or -1 */
    int32_t when;                       /* the cell of the time */
    int32_t clock;                      /* a second cell of it with the time of day, or -1 */
} by_csv_header;

/* Splits a line into cells without the blanks and quotes around them. Returns their number, -1 when
 * a quote is not closed or something follows it, -2 when there are more than BY_CSV_COLUMNS_MAX. */
int32_t by_csv_split(const char *line, size_t length, char separator,
                     by_csv_cell cells[BY_CSV_COLUMNS_MAX]);
/* Reads the names of the columns. `line_number` and `name` are for messages. */
by_status by_csv_header_read(const char *line, size_t length, int32_t line_number, const char *name,
                             by_csv_header *out, by_error *err);
/* The first letters of a cell, fit for a message; returns `buffer`. */
const char *by_csv_excerpt(by_csv_cell cell, char *buffer, size_t size_bytes);

#endif
