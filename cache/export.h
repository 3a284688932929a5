/* SPDX-License-Identifier: MIT
 *
 * Bars as CSV text that the import reads back to the same bars.
 */
#ifndef BY_EXPORT_H
#define BY_EXPORT_H

#include "../engine/bars.h"
#include "../engine/status.h"

enum { BY_EXPORT_ROW_BYTES = 256 }; /* more than any row has */

/* Writes rows "date,open,high,low,close,volume\n", from bar `from` on, while a whole one is sure to
 * fit in `size_bytes`: the date as YYYY-MM-DD, or with `clock` the time as YYYY-MM-DDTHH:MM:SSZ;
 * numbers as the shortest text that reads back to them; NaN as an empty cell. No column may be
 * NULL. Returns the index of the first bar that was not written; *length is the bytes written.
 * Thread-safe. */
BY_API int32_t by_export_rows(const by_bars *bars, int32_t from, int32_t clock, char *text,
                              int64_t size_bytes, int64_t *length);

#endif
