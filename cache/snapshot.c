/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nearest.h"
#include "store_rooms.h"
#include "when.h"

/* Memory that lives as long as the snapshot. */
typedef struct held {
    struct held *next;
    void *memory;
} held;

struct by_snapshot {
    by_env *env;
    MDB_txn *txn;
    pthread_mutex_t lock; /* one thread at a time in the transaction */
    held *held;
};

by_status by_snapshot_open(by_store *store, by_snapshot **out, by_error *err) {
    *out = NULL;
    by_snapshot *snapshot = calloc(1, sizeof *snapshot);
    if (snapshot == NULL) {
        return by_fail_nomem(err, sizeof *snapshot);
    }
    snapshot->env = store->env;
    by_status status = by_env_begin(store->env, &snapshot->txn, err);
    if (status != BY_OK) {
        free(snapshot);
        return status;
    }
    pthread_mutex_init(&snapshot->lock, NULL);
    *out = snapshot;
    return BY_OK;
}

void by_snapshot_close(by_snapshot *snapshot) {
    if (snapshot == NULL) {
        return;
    }
    by_env_end(snapshot->env, snapshot->txn);
    while (snapshot->held != NULL) {
        held *gone = snapshot->held;
        snapshot->held = gone->next;
        free(gone->memory);
        free(gone);
    }
    pthread_mutex_destroy(&snapshot->lock);
    free(snapshot);
}

/* Hands memory to the snapshot; frees it and returns 0 when there is no room to remember it. */
static int hold(by_snapshot *snapshot, void *memory) {
    held *item = malloc(sizeof *item);
    if (item == NULL) {
        free(memory);
        return 0;
    }
    *item = (held){snapshot->held, memory};
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
        if (!by_series_of_key(key.mv_data, key.mv_size, &info.id)) {
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
    int rc = list_all(snapshot->txn, by_env_dbi(snapshot->env), infos, count);
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
    (void)list_all(snapshot->txn, by_env_dbi(snapshot->env), &infos, &count);
    by_nearest_hint(id, infos, count, hint, sizeof hint);
    free(infos);
    return by_fail(err, BY_DATA,
                   "data: no bars for %s (%s of %s) in %.120s; %s. Import it or correct the name",
                   id->symbol, id->timeframe, id->dataset, by_env_directory(snapshot->env), hint);
}

/* The chunks of a series, one after the other. */
static int read_chunks(by_snapshot *snapshot, const by_series_id *id, const by_record *record,
                       by_bars *slices, by_error *err) {
    int64_t bar_count = 0;
    for (int32_t c = 0; c < record->chunk_count; c++) {
        void *copy;
        int rc = by_chunk_get(snapshot->txn, by_env_dbi(snapshot->env), id, record, c, &slices[c],
                              &copy, err);
        if (rc == 0 && copy != NULL && !hold(snapshot, copy)) {
            rc = ENOMEM;
        }
        if (rc != 0) {
            return rc;
        }
        if (c > 0 && slices[c].time[0] <= slices[c - 1].time[slices[c - 1].count - 1]) {
            by_fail(err, BY_DATA, "%s %s of %s: chunk %d does not come after the one before it",
                    id->symbol, id->timeframe, id->dataset, c + 1);
            return BY_ENV_FAILED;
        }
        bar_count += slices[c].count;
    }
    if (bar_count != record->bar_count) {
        by_fail(err, BY_DATA, "%s %s of %s: %lld bars are there, but its record tells of %lld",
                id->symbol, id->timeframe, id->dataset, (long long)bar_count,
                (long long)record->bar_count);
        return BY_ENV_FAILED;
    }
    return 0;
}

static by_status read_series(by_snapshot *snapshot, const by_series_id *id, by_record *record,
                             const by_bars **slices, by_error *err) {
    int rc = by_record_get(snapshot->txn, by_env_dbi(snapshot->env), id, record, err);
    if (rc == MDB_NOTFOUND) {
        return unknown_series(snapshot, id, err);
    }
    by_bars *found = NULL;
    if (rc == 0) {
        found = calloc((size_t)record->chunk_count, sizeof *found);
        rc = found != NULL && hold(snapshot, found) ? 0 : ENOMEM;
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
        const char *fault = by_bars_fault(&slices[c], &at);
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
    return check_slices(id, slices, record.chunk_count, err);
}
