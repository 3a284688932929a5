/* SPDX-License-Identifier: MIT */
#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Beside a whole number: open, high, low, close, volume. */
static const double offsets[5] = {0.5, 1, 0, 0.75, 2};

series *fixture_series(int32_t first, int32_t step, int32_t count) {
    series *s = calloc(1, sizeof *s);
    s->bars = (by_bars){count,        s->time,      s->column[0], s->column[1],
                        s->column[2], s->column[3], s->column[4]};
    for (int32_t i = 0; i < count; i++) {
        int32_t day = first + i * step;
        s->time[i] = (int64_t)day * DAY;
        for (int c = 0; c < 5; c++) {
            s->column[c][i] = 100 + day % 97 + offsets[c];
        }
    }
    return s;
}

by_series_id fixture_id(const char *symbol) {
    by_series_id id = {.dataset = "test/all", .timeframe = "1d"};
    snprintf(id.symbol, sizeof id.symbol, "%s", symbol);
    return id;
}

by_store *fixture_open(const char *folder, int mode) {
    by_store *store = NULL;
    by_error err = {0};
    if (by_store_open(folder, mode, &store, &err) != BY_OK) {
        fail_msg("%s", err.message);
    }
    return store;
}

by_put_counts fixture_put(by_store *store, const char *symbol, const by_bars *bars, int replace) {
    by_series_id id = fixture_id(symbol);
    by_put_counts counts;
    by_error err = {0};
    if (by_store_put(store, &id, bars, replace, 1, &counts, &err) != BY_OK) {
        fail_msg("%s", err.message);
    }
    return counts;
}

void fixture_refuses(const char *folder, int mode, by_status status, const char *part) {
    by_store *store = NULL;
    by_error err = {0};
    by_status got = by_store_open(folder, mode, &store, &err);
    if (got != status || strstr(err.message, part) == NULL) {
        fail_msg("%d instead of %d, or '%s' is not in: %s", (int)got, (int)status, part,
                 err.message);
    }
    assert_null(store);
}

void fixture_holds(by_store *store, const char *symbol, const by_bars *expected) {
    by_snapshot *snapshot;
    const by_bars *slices;
    int32_t slice_count, at = 0;
    by_series_id id = fixture_id(symbol);
    by_error err = {0};
    assert_int_equal(by_snapshot_open(store, &snapshot, &err), BY_OK);
    if (by_snapshot_read(snapshot, &id, &slices, &slice_count, &err) != BY_OK ||
        by_snapshot_check(snapshot, &id, &err) != BY_OK) {
        fail_msg("%s", err.message);
    }
    for (int32_t s = 0; s < slice_count; s++) {
        size_t size = (size_t)slices[s].count * 8;
        assert_true((uintptr_t)slices[s].time % 8 == 0);
        assert_true(at + slices[s].count <= expected->count);
        assert_memory_equal(slices[s].time, expected->time + at, size);
        assert_memory_equal(slices[s].open, expected->open + at, size);
        assert_memory_equal(slices[s].high, expected->high + at, size);
        assert_memory_equal(slices[s].low, expected->low + at, size);
        assert_memory_equal(slices[s].close, expected->close + at, size);
        assert_memory_equal(slices[s].volume, expected->volume + at, size);
        at += slices[s].count;
    }
    assert_int_equal(at, expected->count);
    by_snapshot_close(snapshot);
}

int64_t fixture_size(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 ? (int64_t)info.st_size : -1;
}

int fixture_survives(const char *folder, int mode, const by_bars *expected) {
    by_store *store;
    by_error err = {0};
    if (by_store_open(folder, mode, &store, &err) != BY_OK) {
        assert_true(err.message[0] != '\0');
        return 0;
    }
    by_snapshot *snapshot;
    int ok = by_snapshot_open(store, &snapshot, &err) == BY_OK;
    by_series_info *infos = NULL;
    int32_t count = 0;
    if (ok) {
        ok = by_snapshot_list(snapshot, &infos, &count, &err) == BY_OK;
        for (int32_t i = 0; i < count; i++) {
            const by_bars *slices;
            int32_t slice_count, at = 0;
            int sound = by_snapshot_check(snapshot, &infos[i].id, &err) == BY_OK;
            ok &= sound;
            if (sound &&
                by_snapshot_read(snapshot, &infos[i].id, &slices, &slice_count, &err) == BY_OK) {
                for (int32_t k = 0; k < slice_count; k++) { /* never other data */
                    assert_memory_equal(slices[k].close, expected->close + at,
                                        (size_t)slices[k].count * 8);
                    at += slices[k].count;
                }
            }
        }
        by_snapshot_list_free(infos);
        by_snapshot_close(snapshot);
    }
    by_store_close(store);
    return ok;
}
