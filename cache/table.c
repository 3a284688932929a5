/* SPDX-License-Identifier: MIT */
#include "table.h"

#include <time.h>

#include "env.h"

int64_t by_table_clock(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int by_table_get(by_table *table, const by_key *key, MDB_val *value) {
    int64_t begin = by_table_clock();
    MDB_val name = by_env_key(key);
    int rc = mdb_get(table->txn, table->dbi, &name, value);
    table->read_bytes += BY_TABLE_FAULT_BYTES;
    table->busy_ns += by_table_clock() - begin;
    return rc;
}

static int seek(by_table *table, const by_key *key, MDB_val *name, MDB_val *value, int below) {
    int rc = 0;
    if (table->cursor == NULL) {
        rc = mdb_cursor_open(table->txn, table->dbi, &table->cursor);
    }
    if (rc != 0) {
        return rc;
    }
    *name = by_env_key(key);
    rc = mdb_cursor_get(table->cursor, name, value, MDB_SET_RANGE);
    if (below && (rc == 0 || rc == MDB_NOTFOUND)) {
        rc = mdb_cursor_get(table->cursor, name, value, rc == 0 ? MDB_PREV : MDB_LAST);
    }
    return rc;
}

int by_table_seek(by_table *table, const by_key *key, MDB_val *name, MDB_val *value) {
    int64_t begin = by_table_clock();
    int rc = seek(table, key, name, value, 0);
    table->busy_ns += by_table_clock() - begin;
    return rc;
}

int by_table_seek_below(by_table *table, const by_key *key, MDB_val *name, MDB_val *value) {
    int64_t begin = by_table_clock();
    int rc = seek(table, key, name, value, 1);
    table->busy_ns += by_table_clock() - begin;
    return rc;
}

int by_table_reserve(by_table *table, const by_key *key, size_t size_bytes, by_block **out) {
    int64_t begin = by_table_clock();
    int rc = by_env_reserve(table->txn, table->dbi, key, size_bytes, out);
    table->busy_ns += by_table_clock() - begin;
    return rc;
}

int by_table_delete(by_table *table, const by_key *key) {
    int64_t begin = by_table_clock();
    MDB_val name = by_env_key(key);
    int rc = mdb_del(table->txn, table->dbi, &name, NULL);
    table->busy_ns += by_table_clock() - begin;
    return rc == MDB_NOTFOUND ? 0 : rc;
}

void by_table_end(by_table *table) {
    if (table->cursor != NULL) {
        mdb_cursor_close(table->cursor);
        table->cursor = NULL;
    }
}
