/* SPDX-License-Identifier: MIT
 *
 * Reference values of other software, in $BANYAN_SHARED/reference (default ../shared/reference):
 * they are not part of the repository, so a test that finds none says so and is skipped.
 */
#ifndef BY_REFERENCE_H
#define BY_REFERENCE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct reference reference;

/* True when the folder is there; else says that the test is skipped. */
bool reference_found(void);
/* Reads FOLDER/NAME.csv (one header row, empty cells NaN); fails the test when it cannot. */
reference *reference_open(const char *folder, const char *name);
void reference_free(reference *table);
int32_t reference_rows(const reference *table);
/* Whether there is such a file. */
bool reference_exists(const char *folder, const char *name);
/* The name of the column `c`; NULL behind the last. */
const char *reference_name(const reference *table, int32_t c);
/* The column called `name`, [rows], or NULL. */
const double *reference_column(const reference *table, const char *name);

#endif
