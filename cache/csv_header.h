/* SPDX-License-Identifier: MIT
 *
 * The first line of a CSV file into columns, by the names that vendors use. Private to cache/.
 */
#ifndef BY_CSV_HEADER_H
#define BY_CSV_HEADER_H

#include "csv.h"
#include "csv_text.h"

enum { BY_CSV_WHEN_SIZE = 64 };

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
    BY_CSV_VALUE, /* of a series from outside, as the next */
    BY_CSV_KNOWN,
    BY_CSV_COLUMN_COUNT
} by_csv_column;

typedef struct by_csv_header {
    char separator;
    int32_t cell_count;
    int32_t place[BY_CSV_COLUMN_COUNT]; /* the cell of each column, or -1 */
    int32_t when;                       /* the cell of the time */
    int32_t clock;                      /* a second cell of it with the time of day, or -1 */
} by_csv_header;

/* Reads the names of the columns of bars. `line_number` and `name` are for messages. */
by_status by_csv_header_read(const char *line, size_t length, int32_t line_number, const char *name,
                             by_csv_header *out, by_error *err);
/* Reads those of a series from outside: a time, `known` if there is one, and `value`; without a
 * column of that name `close`, or else the only other one. */
by_status by_csv_header_read_series(const char *line, size_t length, int32_t line_number,
                                    const char *name, by_csv_header *out, by_error *err);
/* The cell of a row that tells its time; date and clock are joined in `joined` when they stand
 * apart. The text is NULL when they are too long to be a time. */
by_csv_cell by_csv_header_when(const by_csv_header *header, const by_csv_cell *cells,
                               char joined[BY_CSV_WHEN_SIZE]);

#endif
