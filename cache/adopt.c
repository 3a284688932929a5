/* SPDX-License-Identifier: MIT
 *
 * Whole series: taken out of the store, put in the place of another, copied.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "asked.h"
#include "rows.h"
#include "store_rooms.h"

typedef struct move {
    const by_series_id *from; /* NULL: nothing is moved */
    const by_series_id *to;   /* dropped first */
} move;

int by_series_drop(by_table *table, const by_series_id *id, int64_t *found) {
    by_key keys[2];
    by_chunk chunk;
    int rc;
    while ((rc = by_chunk_after(table, id, INT64_MIN, &chunk)) == 0) {
        rc = by_chunk_delete(table, id, chunk.first_time);
        if (rc != 0) {
            return rc;
        }
        ++*found;
    }
    by_series_record_key(id, &keys[0]);
    by_series_coverage_key(id, &keys[1]);
    rc = rc == MDB_NOTFOUND ? 0 : rc;
    for (int i = 0; i < 2 && rc == 0; i++) {
        MDB_val value;
        rc = by_table_get(table, &keys[i], &value);
        *found += rc == 0;
        rc = rc == 0 ? by_table_delete(table, &keys[i]) : rc == MDB_NOTFOUND ? 0 : rc;
    }
    return rc;
}

static int move_chunks(by_table *table, const move *m, by_error *err) {
    by_chunk chunk;
    int rc;
    while ((rc = by_chunk_after(table, m->from, INT64_MIN, &chunk)) == 0) {
        by_rows rows = {0};
        rc = by_chunk_open(table, m->from, &chunk, err);
        rc = rc == 0 ? by_rows_reset(&rows, chunk.bars.count) : rc;
        if (rc == 0) { /* a copy, as what is in the map moves with the next change */
            by_rows_add(&rows, &chunk.bars, 0, chunk.bars.count);
            by_bars bars = by_rows_bars(&rows);
            rc = by_chunk_delete(table, m->from, chunk.first_time);
            rc = rc == 0 ? by_chunk_put(table, m->to, &bars, 0, bars.count) : rc;
        }
        free(chunk.copy);
        by_rows_free(&rows);
        if (rc != 0) {
            return rc;
        }
    }
    return rc == MDB_NOTFOUND ? 0 : rc;
}

static int move_all(by_table *table, const move *m, by_error *err) {
    by_asked asked;
    by_record record;
    int64_t moved = 0;
    int rc = by_asked_load(table, m->from, &asked, err);
    rc = rc == 0 ? by_record_get(table, m->from, &record, err) : rc;
    int has_bars = rc == 0;
    rc = rc == MDB_NOTFOUND ? 0 : rc;
    if (rc == 0 && !has_bars && !asked.stored) {
        by_fail(err, BY_DATA, "%s %s of %s: there is no such series to adopt", m->from->symbol,
                m->from->timeframe, m->from->dataset);
        rc = BY_ENV_FAILED;
    }
    if (rc == 0 && has_bars) {
        rc = move_chunks(table, m, err);
        rc = rc == 0 ? by_record_put(table, m->to, &record) : rc;
    }
    if (rc == 0 && asked.stored) {
        rc = by_asked_store(table, m->to, &asked);
    }
    by_asked_free(&asked);
    return rc == 0 ? by_series_drop(table, m->from, &moved) : rc;
}

static int move_job(MDB_txn *txn, MDB_dbi dbi, void *context, by_error *err) {
    by_table table = {.txn = txn, .dbi = dbi};
    const move *m = context;
    int64_t dropped = 0;
    int rc = by_series_drop(&table, m->to, &dropped);
    if (rc == 0 && m->from != NULL) {
        rc = move_all(&table, m, err);
    } else if (rc == 0 && dropped == 0) {
        rc = BY_ENV_NOTHING;
    }
    by_table_end(&table);
    return rc;
}

static by_status run(by_store *store, const by_series_id *from, const by_series_id *to,
                     by_error *err) {
    move m = {from, to};
    const char *fault = by_series_fault(to);
    fault = fault == NULL && from != NULL ? by_series_fault(from) : fault;
    if (fault != NULL) {
        return by_fail(err, BY_USAGE, "bar store: %s", fault);
    }
    return by_env_write(store->env, move_job, &m, err);
}

by_status by_store_adopt(by_store *store, const by_series_id *fresh, const by_series_id *id,
                         by_error *err) {
    if (memcmp(fresh, id, sizeof *id) == 0) {
        return by_fail(err, BY_USAGE, "%s %s of %s: a series cannot take its own place", id->symbol,
                       id->timeframe, id->dataset);
    }
    return run(store, fresh, id, err);
}

by_status by_store_drop(by_store *store, const by_series_id *id, by_error *err) {
    return run(store, NULL, id, err);
}

by_status by_store_copy(by_store *store, const char *directory, by_error *err) {
    return by_env_copy(store->env, directory, err);
}
