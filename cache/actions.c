/* SPDX-License-Identifier: MIT */
#include "actions_rooms.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store_rooms.h"

#define RATIO_LEAST 1e-6
#define RATIO_MOST 1e6
enum { ACTIONS_VERSION = 1 };

/* The head of the payload; the actions stand behind it. What a later version adds goes between, and
 * head_bytes grows. */
typedef struct head {
    uint32_t version;
    uint32_t head_bytes;
    int64_t from;
    int64_t asked_time;
    int32_t count;
    int32_t reserved;
} head;

_Static_assert(sizeof(by_action) == 16 && sizeof(head) == 32, "the layout on disk");

static const char *list_fault(const by_action *list, int32_t count) {
    for (int32_t i = 0; i < count; i++) {
        if (i > 0 && list[i].date <= list[i - 1].date) {
            return "its dates do not rise";
        }
        if (!(list[i].ratio >= RATIO_LEAST && list[i].ratio <= RATIO_MOST)) {
            return "a ratio is not between 1e-6 and 1e6";
        }
    }
    return NULL;
}

static const char *read_record(const MDB_val *value, const by_key *key, head *h, by_action **list) {
    const char *fault = by_block_fault(value->mv_data, value->mv_size, BY_BLOCK_ACTIONS, key);
    if (fault != NULL) {
        return fault;
    }
    const by_block *block = value->mv_data;
    const char *payload = (const char *)(block + 1);
    if (block->payload_bytes < sizeof *h) {
        return "it is too short";
    }
    memcpy(h, payload, sizeof *h);
    if (h->version < 1 || h->head_bytes < sizeof *h || h->head_bytes > block->payload_bytes ||
        h->count < 0 || h->count > BY_ACTIONS_MAX ||
        block->payload_bytes - h->head_bytes != (size_t)h->count * sizeof **list) {
        return "its counts are wrong";
    }
    memcpy(*list, payload + h->head_bytes, (size_t)h->count * sizeof **list);
    return list_fault(*list, h->count);
}

int by_actions_get(by_table *table, const by_series_id *id, by_actions *out, by_action **list,
                   by_error *err) {
    by_key key;
    MDB_val value;
    head h;
    *out = (by_actions){0};
    *list = NULL;
    by_series_actions_key(id, &key);
    int rc = by_table_get(table, &key, &value);
    if (rc != 0) {
        return rc == MDB_NOTFOUND ? 0 : rc;
    }
    /* Copied, as the map may have it unaligned: the record, and the actions that it holds. */
    void *copy = malloc(value.mv_size);
    *list = malloc(BY_ACTIONS_MAX * sizeof **list);
    if (copy == NULL || *list == NULL) {
        free(copy);
        return ENOMEM;
    }
    value.mv_data = memcpy(copy, value.mv_data, value.mv_size);
    const char *fault = read_record(&value, &key, &h, list);
    free(copy);
    if (fault != NULL) {
        by_fail(err, BY_DATA,
                "%s of %s: the record of its splits is damaged: %s. Drop the series and fetch it "
                "again",
                id->symbol, id->dataset, fault);
        return BY_ENV_FAILED;
    }
    *out =
        (by_actions){.list = *list, .count = h.count, .from = h.from, .asked_time = h.asked_time};
    return 0;
}

typedef struct put {
    const by_series_id *id;
    by_actions told;
} put;

static int write_record(by_table *table, const put *p, const by_actions *old) {
    by_key key;
    by_block *block;
    int32_t kept = 0;
    while (kept < old->count && old->list[kept].date < p->told.from) {
        kept++;
    }
    head h = {.version = ACTIONS_VERSION,
              .head_bytes = sizeof h,
              .from = p->told.from,
              .asked_time = p->told.asked_time,
              .count = kept + p->told.count};
    if (old->asked_time != 0 && old->from < h.from) {
        h.from = old->from;
    }
    if (h.count > BY_ACTIONS_MAX) {
        return E2BIG;
    }
    size_t kept_bytes = (size_t)kept * sizeof *old->list;
    size_t told_bytes = (size_t)p->told.count * sizeof *old->list;
    by_series_actions_key(p->id, &key);
    size_t size = sizeof h + kept_bytes + told_bytes;
    int rc = by_table_reserve(table, &key, by_block_size(size), &block);
    if (rc != 0) {
        return rc;
    }
    *block = (by_block){.kind = BY_BLOCK_ACTIONS, .payload_bytes = size, .count = 1};
    char *at = memcpy(block + 1, &h, sizeof h);
    if (kept_bytes > 0) {
        memcpy(at + sizeof h, old->list, kept_bytes);
    }
    if (told_bytes > 0) {
        memcpy(at + sizeof h + kept_bytes, p->told.list, told_bytes);
    }
    by_block_seal(block, &key);
    return 0;
}

/* A damaged record gives way to the new one. */
static int put_job(MDB_txn *txn, MDB_dbi dbi, void *context, by_error *err) {
    by_table table = {.txn = txn, .dbi = dbi};
    const put *p = context;
    by_actions old;
    by_action *list;
    int rc = by_actions_get(&table, p->id, &old, &list, err);
    rc = rc == 0 || rc == BY_ENV_FAILED ? write_record(&table, p, &old) : rc;
    free(list);
    by_table_end(&table);
    if (rc == E2BIG) {
        by_fail(err, BY_LIMIT, "%s of %s: more than %d splits", p->id->symbol, p->id->dataset,
                BY_ACTIONS_MAX);
        return BY_ENV_FAILED;
    }
    return rc;
}

by_status by_store_put_actions(by_store *store, const by_series_id *id, int64_t from,
                               int64_t asked_time, const by_action *actions, int32_t count,
                               by_error *err) {
    put p = {.id = id,
             .told = {.list = actions, .count = count, .from = from, .asked_time = asked_time}};
    const char *fault = by_series_fault(id);
    if (fault != NULL) {
        return by_fail(err, BY_USAGE, "bar store: %s", fault);
    }
    fault = list_fault(actions, count);
    if (fault == NULL && count > 0 && actions[0].date < from) {
        fault = "the first lies before what was asked for";
    }
    if (fault != NULL) {
        return by_fail(err, BY_DATA, "%s of %s: a list of splits: %s", id->symbol, id->dataset,
                       fault);
    }
    return by_env_write(store->env, put_job, &p, err);
}

by_status by_snapshot_actions(by_snapshot *snapshot, const by_series_id *id, by_actions *out,
                              by_error *err) {
    by_action *list;
    *out = (by_actions){0};
    const char *fault = by_series_fault(id);
    if (fault != NULL) {
        return by_fail(err, BY_USAGE, "bar store: %s", fault);
    }
    pthread_mutex_lock(&snapshot->lock);
    int rc = by_actions_get(&snapshot->table, id, out, &list, err);
    if (rc == 0 && list != NULL && !by_snapshot_hold(snapshot, list)) {
        list = NULL;
        rc = ENOMEM;
    }
    pthread_mutex_unlock(&snapshot->lock);
    if (rc != 0) {
        free(list);
        *out = (by_actions){0};
        return rc == BY_ENV_FAILED ? BY_DATA : by_env_fail(snapshot->env, rc, "read", err);
    }
    return BY_OK;
}
