/* SPDX-License-Identifier: MIT
 *
 * Snapshots of a bar store: compact copies that nobody changes, for the machines of a cluster to
 * read, also over a file system without locks. Beside data.mdb lies the file "snapshot", which
 * tells its size and checksum; where it is, the store is opened to be read alone, and without any
 * locks.
 */
#ifndef BY_FROZEN_H
#define BY_FROZEN_H

#include "store.h"

/* Writes a snapshot into `directory`, which must be empty or not be there. BY_LIMIT when the disk
 * is full. */
BY_API by_status by_store_freeze(by_store *store, const char *directory, by_error *err);
/* Reads the whole file again: BY_OK when `directory` has a snapshot that is what was written, or
 * (*is_snapshot is 0) a store that is none; BY_DATA when it is damaged. */
BY_API by_status by_store_check_frozen(const char *directory, int32_t *is_snapshot, by_error *err);

/* Whether `directory` has a snapshot whose size is right: 1, or 0 when it is none, or -1 when it is
 * cut short or its description cannot be read. */
int frozen_look(const char *directory);

#endif
