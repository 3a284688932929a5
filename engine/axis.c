/* SPDX-License-Identifier: MIT */
#include "axis.h"

#include <stdlib.h>

enum { TIMES_MAX = INT32_MAX / 4 };

by_status axis_check(axis_source *source, const char *name, by_error *err) {
    int64_t total = 0;
    int64_t last = INT64_MIN;
    for (int32_t s = 0; s < source->slice_count; s++) {
        const by_bars *bars = &source->slices[s];
        for (int32_t i = 0; i < bars->count; i++) {
            if (bars->time[i] <= last) {
                return by_fail(err, BY_DATA,
                               "data: bar %lld of %s is not later than the one before it; import "
                               "it again",
                               (long long)total + i, name);
            }
            last = bars->time[i];
        }
        if (bars->count > 0 && total == 0) {
            source->first_time = bars->time[0];
        }
        total += bars->count;
    }
    if (total == 0) {
        return by_fail(err, BY_DATA, "data: no bars for %s; import or backfill them", name);
    }
    if (total > TIMES_MAX) {
        return by_fail(err, BY_LIMIT, "data: %s has more bars than fit (%d)", name, TIMES_MAX);
    }
    source->bar_count = (int32_t)total;
    return BY_OK;
}

int32_t axis_find(const int64_t *time, int32_t count, int64_t wanted) {
    int32_t low = 0;
    int32_t high = count;
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        if (time[middle] < wanted) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* How many times of a source are not on the axis. */
static int32_t count_missing(const int64_t *time, int32_t count, const axis_source *source) {
    int32_t at = axis_find(time, count, source->first_time);
    int32_t missing = 0;
    for (int32_t s = 0; s < source->slice_count; s++) {
        const by_bars *bars = &source->slices[s];
        for (int32_t i = 0; i < bars->count; i++) {
            while (at < count && time[at] < bars->time[i]) {
                at++;
            }
            missing += at == count || time[at] != bars->time[i];
        }
    }
    return missing;
}

/* Merges a source into the axis, which has room for the `missing` times behind its `count`: from
 * the end, so that nothing is overwritten before it has moved. */
static void merge(int64_t *time, int32_t count, int32_t missing, const axis_source *source) {
    int32_t from = count - 1;
    int32_t to = count + missing - 1;
    for (int32_t s = source->slice_count - 1; s >= 0 && to > from; s--) {
        const by_bars *bars = &source->slices[s];
        for (int32_t i = bars->count - 1; i >= 0 && to > from; i--) {
            while (from >= 0 && time[from] > bars->time[i]) {
                time[to--] = time[from--];
            }
            from -= from >= 0 && time[from] == bars->time[i];
            time[to--] = bars->time[i];
        }
    }
}

by_status axis_new(int32_t source_count, const axis_source *sources, int64_t **time, int32_t *count,
                   by_error *err) {
    int64_t *merged = NULL;
    *count = 0;
    for (int32_t s = 0; s < source_count; s++) {
        int32_t missing = sources[s].as_of ? 0 : count_missing(merged, *count, &sources[s]);
        if (missing == 0) {
            continue;
        }
        if (missing > TIMES_MAX - *count) {
            free(merged);
            return by_fail(err, BY_LIMIT,
                           "data: the series have more times than fit (%d); use fewer of them",
                           TIMES_MAX);
        }
        const size_t size = (size_t)(*count + missing) * sizeof *merged;
        int64_t *grown = realloc(merged, size);
        if (grown == NULL) {
            free(merged);
            return by_fail_nomem(err, size);
        }
        merged = grown;
        merge(merged, *count, missing, &sources[s]);
        *count += missing;
    }
    if (merged == NULL) {
        return by_fail(err, BY_DATA,
                       "data: there are series from outside alone; a strategy needs a ticker with "
                       "bars, which say what its sessions are");
    }
    *time = merged;
    return BY_OK;
}
