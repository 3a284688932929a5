/* SPDX-License-Identifier: MIT
 *
 * From which row on the series of a plan are computable.
 */
#include <stdlib.h>

#include "columns.h"

static int32_t later(int32_t a, int32_t b) {
    return a > b ? a : b;
}

/* The group of a series' params, made when there is none; NULL when memory is short. */
static ready_group *group_of(by_columns *columns, int32_t series) {
    const plan_series *all = columns->plan->series;
    for (int32_t g = 0; g < columns->group_count; g++) {
        if (all[columns->groups[g].series].params == all[series].params) {
            return &columns->groups[g];
        }
    }
    int64_t count = 1;
    for (uint64_t params = all[series].params; params != 0; params &= params - 1) {
        count *= columns->plan->tree.params[__builtin_ctzll(params)].value_count;
    }
    const size_t groups = (size_t)columns->group_count + 1;
    ready_group *larger = realloc(columns->groups, groups * sizeof *larger);
    int32_t *first = calloc((size_t)count, sizeof *first);
    columns->groups = larger != NULL ? larger : columns->groups;
    if (larger == NULL || first == NULL) {
        free(first);
        return NULL;
    }
    larger[columns->group_count] = (ready_group){.series = series, .count = count, .first = first};
    return &larger[columns->group_count++];
}

by_status columns_open_ready(by_columns *columns, by_error *err) {
    const by_plan *plan = columns->plan;
    columns->ready = columns->panel->first_common;
    for (int32_t s = 0; s < plan->series_count; s++) {
        if (!plan_is_over_sessions(&plan->series[s])) {
            continue;
        }
        const int32_t *variants = columns->variants + columns->index[s].base;
        if (plan->series[s].params == 0) {
            columns->ready = later(columns->ready, columns->first_valid[variants[0]]);
            continue;
        }
        ready_group *group = group_of(columns, s);
        if (group == NULL) {
            return by_fail_nomem(err, sizeof *group);
        }
        for (int64_t v = 0; v < group->count; v++) {
            const int32_t first = variants[v] < 0 ? 0 : columns->first_valid[variants[v]];
            group->first[v] = later(group->first[v], first);
        }
    }
    return BY_OK;
}

void columns_close_ready(by_columns *columns) {
    for (int32_t g = 0; g < columns->group_count; g++) {
        free(columns->groups[g].first);
    }
    free(columns->groups);
}

int32_t columns_ready(const by_columns *columns, const int32_t *digits) {
    int32_t ready = columns->ready;
    for (int32_t g = 0; g < columns->group_count; g++) {
        const ready_group *group = &columns->groups[g];
        ready = later(ready, group->first[columns_assignment(columns, group->series, digits)]);
    }
    return ready;
}

int32_t columns_earliest(const by_columns *columns) {
    if (columns->plan->nested) {
        return columns->panel->first_common;
    }
    int32_t ready = columns->ready;
    for (int32_t s = 0; s < columns->plan->series_count; s++) {
        const int64_t begin = columns->index[s].base;
        const int64_t end = s + 1 < columns->plan->series_count ? columns->index[s + 1].base
                                                                : columns->variant_count;
        if (columns->plan->series[s].fields.timeframe != 0) {
            continue;
        }
        int32_t earliest = columns->panel->bar_count;
        for (int64_t v = begin; v < end; v++) {
            const int32_t column = columns->variants[v];
            const int32_t first = column < 0 ? earliest : columns->first_valid[column];
            earliest = first < earliest ? first : earliest;
        }
        ready = earliest > ready ? earliest : ready;
    }
    return ready;
}
