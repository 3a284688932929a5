/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "asked.h"
#include "store_rooms.h"

/* The value of a coverage record, kept by the snapshot where the map has it unaligned. */
static int coverage_value(by_snapshot *snapshot, const by_key *key, MDB_val *value) {
    int rc = by_table_get(&snapshot->table, key, value);
    if (rc != 0 || (uintptr_t)value->mv_data % 8 == 0) {
        return rc;
    }
    void *copy = malloc(value->mv_size);
    if (copy == NULL) {
        return ENOMEM;
    }
    value->mv_data = memcpy(copy, value->mv_data, value->mv_size);
    return by_snapshot_hold(snapshot, copy) ? 0 : ENOMEM;
}

by_status by_snapshot_coverage(by_snapshot *snapshot, const by_series_id *id, by_coverage *out,
                               by_error *err) {
    by_key key;
    MDB_val value;
    *out = (by_coverage){0};
    const char *fault = by_series_fault(id);
    if (fault != NULL) {
        return by_fail(err, BY_USAGE, "bar store: %s", fault);
    }
    by_series_coverage_key(id, &key);
    pthread_mutex_lock(&snapshot->lock);
    int rc = coverage_value(snapshot, &key, &value);
    pthread_mutex_unlock(&snapshot->lock);
    if (rc == MDB_NOTFOUND) {
        return BY_OK;
    }
    if (rc != 0) {
        return by_env_fail(snapshot->env, rc, "read", err);
    }
    fault = by_coverage_read(value.mv_data, value.mv_size, &key, out);
    if (fault != NULL) {
        *out = (by_coverage){0};
        return by_coverage_damaged(id, fault, err);
    }
    return BY_OK;
}
