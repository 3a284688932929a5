/* SPDX-License-Identifier: MIT
 *
 * The entries of a store within one transaction, and what LMDB takes of the processor for them.
 * Private to cache/.
 */
#ifndef BY_TABLE_H
#define BY_TABLE_H

#include <lmdb.h>

#include "block.h"

enum { BY_TABLE_FAULT_BYTES = 65536 }; /* mapped by the system around a page that is looked at */

typedef struct by_table {
    MDB_txn *txn;
    MDB_dbi dbi;
    MDB_cursor *cursor; /* NULL until something is sought */
    int64_t busy_ns;    /* of the processor, in LMDB so far */
    int64_t read_bytes; /* of the map that were looked at, about */
} by_table;

/* Nanoseconds of processor time of the calling thread. */
int64_t by_table_clock(void);

/* All return 0, MDB_NOTFOUND, or another code of LMDB. What is handed out lives until the next
 * change within the transaction. */
int by_table_get(by_table *table, const by_key *key, MDB_val *value);
/* The first entry whose key is not below `key`. */
int by_table_seek(by_table *table, const by_key *key, MDB_val *name, MDB_val *value);
/* The last entry whose key is below `key`. */
int by_table_seek_below(by_table *table, const by_key *key, MDB_val *name, MDB_val *value);
/* Puts `size_bytes` of room for a block below `key`; the caller fills and seals it at once. */
int by_table_reserve(by_table *table, const by_key *key, size_t size_bytes, by_block **out);
/* 0, too, when there is no such entry. */
int by_table_delete(by_table *table, const by_key *key);
/* Lets go of the cursor; before the end of the transaction. */
void by_table_end(by_table *table);

#endif
