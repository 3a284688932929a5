/* SPDX-License-Identifier: MIT
 *
 * Whole files into memory, unpacked when they are gzip. Private to cache/.
 */
#ifndef BY_TEXTFILE_H
#define BY_TEXTFILE_H

#include <stddef.h>

#include "../engine/status.h"

/* Reads `path`; what begins like gzip is unpacked, whatever its name. *text is the caller's (free).
 * BY_DATA when it cannot be read, is cut short or damaged; BY_LIMIT above `size_max` bytes
 * unpacked. Thread-safe. */
by_status by_textfile_read(const char *path, size_t size_max, char **text, size_t *size_bytes,
                           by_error *err);

#endif
