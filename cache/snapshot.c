/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "actions.h"
#include "nearest.h"
#include "store_rooms.h"
#include "when.h"

struct by_held {
    struct by_held *next;
    void *memory;
};

by_status by_snapshot_open(by_store *store, by_snapshot **out, by_error *err) {
    *out = NULL;
    by_snapshot *snapshot = calloc(1, sizeof *snapshot);
    if (snapshot == NULL) {
        return by_fail_nomem(err, sizeof *snapshot);
    }
    snapshot->env = store->env;
    by_status status = by_env_begin(store->env, &snapshot->table.txn, err);
    if (status != BY_OK) {
        free(snapshot);
        return status;
    }
    snapshot->table.dbi = by_env_dbi(store->env);
    pthread_mutex_init(&snapshot->lock, NULL);
    *out = snapshot;
    return BY_OK;
}

void by_snapshot_close(by_snapshot *snapshot) {
    if (snapshot == NULL) {
        return;
    }
    by_table_end(&snapshot->table);
    by_env_end(snapshot->env, snapshot->table.txn);
    while (snapshot->held != NULL) {
        struct by_held *gone = snapshot->held;
        snapshot->held = gone->next;
        free(gone->memory);
        free(gone);
    }
    pthread_mutex_destroy(&snapshot->lock);
    free(snapshot);
}

int by_snapshot_hold(by_snapshot *snapshot, void *memory) {
    struct by_held *item = malloc(sizeof *item);
    if (item == NULL) {
        free(memory);
        return 0;
    }
    *item = (struct by_held){snapshot->held, memory};
    snapshot->held = item;
    return 1;
}

static void describe(const MDB_val *key, const MDB_val *value, by_series_info *info) {
    by_key copy = {.size_bytes = key->mv_size};
    by_record record;
    if (key->mv_size > sizeof copy.word) {
        info->bar_count = -1;
        return;
    }
    memcpy(copy.word, key->mv_data, key->mv_size);
    if (by_record_read(value->mv_data, value->mv_size, &copy, &record) != NULL) {
        info->bar_count = -1;
        return;
    }
    info->bar_count = record.bar_count;
    info->first_time = record.first_time;
    info->last_time = record.last_time;
    info->fetched_time = record.fetched_time;
    info->chunk_count = record.chunk_count;
    info->size_bytes = record.bar_count * BY_BAR_BYTES + record.chunk_count * 64;
}

/* A dataset that is being fetched anew. */
static int is_shadow(const by_series_id *id) {
    return id->dataset[strlen(id->dataset) - 1] == '~';
}

static int list_all(MDB_txn *txn, MDB_dbi dbi, by_series_info **infos, int32_t *count) {
    MDB_cursor *cursor;
    MDB_val key = {1, (void *)(uintptr_t) "s"}, value;
    int32_t room = 0;
    int rc = mdb_cursor_open(txn, dbi, &cursor);
    if (rc != 0) {
        return rc;
    }
    for (rc = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
         rc == 0 && key.mv_size > 0 && *(const char *)key.mv_data == 's' && *count < INT32_MAX / 2;
         rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) {
        by_series_info info = {0};
        if (!by_series_of_key(key.mv_data, key.mv_size, &info.id) || is_shadow(&info.id)) {
            continue;
        }
        if (*count == room) {
            room = room > 0 ? room * 2 : 64;
            by_series_info *larger = realloc(*infos, (size_t)room * sizeof *larger);
            if (larger == NULL) {
                rc = ENOMEM;
                break;
            }
            *infos = larger;
        }
        describe(&key, &value, &info);
        (*infos)[(*count)++] = info;
    }
    mdb_cursor_close(cursor);
    return rc == MDB_NOTFOUND ? 0 : rc;
}

by_status by_snapshot_list(by_snapshot *snapshot, by_series_info **infos, int32_t *count,
                           by_error *err) {
    *infos = NULL;
    *count = 0;
    pthread_mutex_lock(&snapshot->lock);
    int rc = list_all(snapshot->table.txn, snapshot->table.dbi, infos, count);
    pthread_mutex_unlock(&snapshot->lock);
    if (rc != 0) {
        by_snapshot_list_free(*infos);
        *infos = NULL;
        *count = 0;
        return by_env_fail(snapshot->env, rc, "read", err);
    }
    return BY_OK;
}

void by_snapshot_list_free(by_series_info *infos) {
    free(infos);
}

/* The answer when a series is not there: names what comes nearest. */
static by_status unknown_series(by_snapshot *snapshot, const by_series_id *id, by_error *err) {
    by_series_info *infos = NULL;
    int32_t count = 0;
    char hint[200];
    (void)list_all(snapshot->table.txn, snapshot->table.dbi, &infos, &count);
    by_nearest_hint(id, infos, count, hint, sizeof hint);
    free(infos);
    return by_fail(err, BY_DATA,
                   "data: no bars for %s (%s of %s) in %.120s; %s. Import it or correct the name",
                   id->symbol, id->timeframe, id->dataset, by_env_directory(snapshot->env), hint);
}

static int told_otherwise(const by_series_id *id, int64_t bar_count, int32_t chunk_count,
                          const by_record *record, by_error *err) {
    by_fail(err, BY_DATA,
            "%s %s of %s: its record is damaged: it tells of %lld bars in %d chunks, but %lld in "
            "%s%d are there. Import it again with --replace, or drop it (banyan data drop) and "
            "fetch it again",
            id->symbol, id->timeframe, id->dataset, (long long)record->bar_count,
            record->chunk_count, (long long)bar_count,
            chunk_count > record->chunk_count ? "over " : "",
            chunk_count > record->chunk_count ? record->chunk_count : chunk_count);
    return BY_ENV_FAILED;
}

/* The chunks of a series, one after the other; slices[] has room for as many as the record tells
 * of. */
static int read_chunks(by_snapshot *snapshot, const by_series_id *id, const by_record *record,
                       by_bars *slices, by_error *err) {
    int64_t bar_count = 0, time = INT64_MIN;
    int32_t c = 0;
    by_chunk chunk;
    int rc;
    for (; (rc = by_chunk_after(&snapshot->table, id, time, &chunk)) == 0; c++) {
        if (c == record->chunk_count) {
            return told_otherwise(id, bar_count, c + 1, record, err);
        }
        rc = by_chunk_open(&snapshot->table, id, &chunk, err);
        if (rc == 0 && chunk.copy != NULL && !by_snapshot_hold(snapshot, chunk.copy)) {
            rc = ENOMEM;
        }
        if (rc != 0) {
            return rc;
        }
        slices[c] = chunk.bars;
        if (c > 0 && chunk.first_time <= slices[c - 1].time[slices[c - 1].count - 1]) {
            by_fail(err, BY_DATA,
                    "%s %s of %s: chunk %d is damaged: it does not come after the one before it",
                    id->symbol, id->timeframe, id->dataset, c + 1);
            return BY_ENV_FAILED;
        }
        bar_count += chunk.bars.count;
        time = chunk.first_time;
    }
    if (rc != MDB_NOTFOUND) {
        return rc;
    }
    return c == record->chunk_count && bar_count == record->bar_count
               ? 0
               : told_otherwise(id, bar_count, c, record, err);
}

static by_status read_series(by_snapshot *snapshot, const by_series_id *id, by_record *record,
                             const by_bars **slices, by_error *err) {
    int rc = by_record_get(&snapshot->table, id, record, err);
    if (rc == MDB_NOTFOUND) {
        return unknown_series(snapshot, id, err);
    }
    by_bars *found = NULL;
    if (rc == 0) {
        found = calloc((size_t)record->chunk_count, sizeof *found);
        rc = found != NULL && by_snapshot_hold(snapshot, found) ? 0 : ENOMEM;
    }
    rc = rc == 0 ? read_chunks(snapshot, id, record, found, err) : rc;
    if (rc != 0) {
        return rc == BY_ENV_FAILED ? BY_DATA : by_env_fail(snapshot->env, rc, "read", err);
    }
    *slices = found;
    return BY_OK;
}

by_status by_snapshot_read(by_snapshot *snapshot, const by_series_id *id, const by_bars **slices,
                           int32_t *slice_count, by_error *err) {
    by_record record;
    *slices = NULL;
    *slice_count = 0;
    const char *fault = by_series_fault(id);
    if (fault != NULL) {
        return by_fail(err, BY_USAGE, "bar store: %s", fault);
    }
    pthread_mutex_lock(&snapshot->lock);
    by_status status = read_series(snapshot, id, &record, slices, err);
    pthread_mutex_unlock(&snapshot->lock);
    *slice_count = status == BY_OK ? record.chunk_count : 0;
    return status;
}

static by_status check_slices(const by_series_id *id, const by_bars *slices, int32_t count,
                              by_error *err) {
    for (int32_t c = 0; c < count; c++) {
        char text[BY_WHEN_TEXT_SIZE];
        int32_t at = 0;
        const char *fault =
            by_series_is_asof(id) ? by_asof_fault(&slices[c], &at) : by_bars_fault(&slices[c], &at);
        if (fault != NULL) {
            return by_fail(err, BY_DATA, "%s %s of %s: %s: %s", id->symbol, id->timeframe,
                           id->dataset, by_when_text(slices[c].time[at], text), fault);
        }
    }
    return BY_OK;
}

by_status by_snapshot_check(by_snapshot *snapshot, const by_series_id *id, by_error *err) {
    const by_bars *slices;
    by_record record;
    const char *fault = by_series_fault(id);
    if (fault != NULL) {
        return by_fail(err, BY_USAGE, "bar store: %s", fault);
    }
    pthread_mutex_lock(&snapshot->lock);
    by_status status = read_series(snapshot, id, &record, &slices, err);
    pthread_mutex_unlock(&snapshot->lock);
    if (status != BY_OK) {
        return status;
    }
    const by_bars *last = &slices[record.chunk_count - 1];
    if (record.first_time != slices[0].time[0] || record.last_time != last->time[last->count - 1]) {
        return by_fail(err, BY_DATA, "%s %s of %s: its record tells of another span than its bars",
                       id->symbol, id->timeframe, id->dataset);
    }
    by_coverage coverage;
    by_actions actions;
    status = check_slices(id, slices, record.chunk_count, err);
    status = status == BY_OK ? by_snapshot_coverage(snapshot, id, &coverage, err) : status;
    return status == BY_OK ? by_snapshot_actions(snapshot, id, &actions, err) : status;
}
