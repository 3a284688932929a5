/* SPDX-License-Identifier: MIT
 *
 * A bar store without the room that changes have left free in its file.
 */
#ifndef BY_COMPACT_H
#define BY_COMPACT_H

#include "../engine/status.h"

/* Puts a compact copy of the store in `directory` in its place, at once: whoever opens it sees the
 * old file or the new one. It must not be open in this process. BY_STORE when another process has
 * it open, or has written to it meanwhile; BY_LIMIT when the disk has no room for the copy. Nothing
 * is changed then. */
BY_API by_status by_store_compact(const char *directory, by_error *err);

#endif
