/* SPDX-License-Identifier: MIT
 *
 * A folder of its own for a test, gone afterwards.
 */
#ifndef BY_TEST_SCRATCH_H
#define BY_TEST_SCRATCH_H

#include <stddef.h>

enum { SCRATCH_SIZE = 256 };

/* Makes a new folder and writes its path. Aborts when it cannot. */
void scratch_make(char path[SCRATCH_SIZE]);
/* Removes a folder with all that is in it. */
void scratch_remove(const char *path);
/* "folder/name" in one of a few rotating buffers. */
const char *scratch_path(const char *folder, const char *name);
void scratch_write(const char *path, const void *data, size_t size_bytes);
/* The whole file, freed by the caller; NULL when there is none. */
unsigned char *scratch_read(const char *path, size_t *size_bytes);

/* For cmocka: a folder as the state of a test. */
int scratch_setup(void **state);
int scratch_teardown(void **state);

#endif
