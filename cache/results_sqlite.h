/* SPDX-License-Identifier: MIT
 *
 * The combos of a sweep as an SQLite database.
 */
#ifndef BY_RESULTS_SQLITE_H
#define BY_RESULTS_SQLITE_H

#include "../engine/sweep.h"

/* A value of a param: a text, or where that is NULL a number. */
typedef struct by_results_cell {
    const char *text;
    double number;
} by_results_cell;

typedef struct by_results_table {
    const char *schema; /* SQL that makes all tables and fills those that are not of combos */
    const char *insert; /* SQL that inserts a combo: ? for its number, each param, each metric in
                           the order of by_metric, and its error */
    int32_t param_count;
    const by_results_cell *const *param_cells; /* [param_count][digit] */
    const char *const *errors;                 /* NULL for none */
    const int32_t *error_of; /* [combo count] into errors; -1 leaves the combo out */
} by_results_table;

/* Writes a database in one transaction, in `path`.part, which takes the place of `path` when it is
 * whole. rows[] and digits[][param_count] are by combo; BY_DIGIT_NONE and metrics that are NaN or
 * infinite become NULL. BY_USAGE when the file cannot be made, BY_LIMIT when the disk is full. */
BY_API by_status by_results_sqlite(const char *path, const by_results_table *table,
                                   const by_result *rows, const uint16_t *digits,
                                   int32_t combo_count, by_error *err);

#endif
