/* SPDX-License-Identifier: MIT
 *
 * The memory of a walk in tiles, and when it is worth it.
 */
#include <stdlib.h>
#include <string.h>

#include "mask.h"
#include "tile_walk.h"
#include "walk_parts.h"

enum {
    DAYS_MIN = 16384, /* of a series that is walked in tiles */
    TILE_DAYS_MAX = 8192,
    TILE_BYTES = 1024 << 10, /* a usual second-level cache */
};

/* Columns that nodes look at day by day, in a combo. */
static int32_t node_columns(const by_plan *plan) {
    int32_t count = 0;
    for (int32_t i = 0; i < plan->node_count; i++) {
        const plan_node *node = &plan->nodes[i];
        count += node->kind == BY_MIXED ? 1 : plan_is_ranked(node) ? 2 * node->count : 0;
    }
    return count;
}

bool tile_walk_fits(const by_columns *columns) {
    return walk_can_move(columns->plan) &&
           (!columns->on_demand || node_columns(columns->plan) <= columns->slots_a_thread);
}

int32_t tile_walk_days(const by_plan *plan, by_range range) {
    if (range.last - range.first < DAYS_MIN) {
        return 0;
    }
    const int32_t day_bytes =
        (int32_t)sizeof(int32_t) * plan->node_count + (int32_t)sizeof(double) * node_columns(plan);
    int32_t days = TILE_BYTES / (day_bytes + 1);
    days = days < TILE_DAYS_MIN ? TILE_DAYS_MIN : days > TILE_DAYS_MAX ? TILE_DAYS_MAX : days;
    return later(days, plan->lookback) / 64 * 64 + 64;
}

/* Bytes of all but the walk itself. */
static size_t lay_out(tile_walk *t, const by_columns *columns, char *memory) {
    const by_plan *plan = columns->plan;
    const size_t days = (size_t)(t->range.last - t->range.first + 1);
    const size_t words = (size_t)t->mask_words;
    const size_t group = (size_t)t->limits.group_max;
    const size_t conditions = (size_t)plan->condition_count;
    const size_t masks = (size_t)t->limits.mask_max * words * sizeof *t->masks;
    const size_t given = group * conditions * sizeof(void *);
    const size_t shifted = words * sizeof *t->shifted;
    if (memory != NULL) {
        t->masks = (uint64_t *)memory;
        t->shifted = (uint64_t *)(memory + masks);
        t->given = (const uint64_t **)(memory + masks + shifted);
        t->rows = (int32_t *)(memory + masks + shifted + given);
        t->first = t->rows + group * days;
    }
    return masks + shifted + given + group * (days + 1) * sizeof *t->rows;
}

static void set_range(tile_walk *t, const by_plan *plan, by_range range,
                      const tile_limits *limits) {
    *t = (tile_walk){.range = range, .limits = *limits};
    t->mask_first = plan_first_row(plan, range.first);
    t->mask_words = mask_words(range.last - t->mask_first + 1);
}

int64_t tile_walk_size_bytes(const by_columns *columns, by_range range, const tile_limits *limits) {
    tile_walk t;
    set_range(&t, columns->plan, range, limits);
    const by_range tile = {range.last - limits->tile_days, range.last};
    return (int64_t)lay_out(&t, columns, NULL) + walk_size_bytes(columns, tile);
}

by_status tile_walk_open(tile_walk *t, const by_columns *columns, by_range range,
                         const tile_limits *limits, const mask_memo *memo, by_error *err) {
    set_range(t, columns->plan, range, limits);
    t->memo = memo;
    by_status status = walk_open_part(&t->walk, columns, range, limits->tile_days, err);
    if (status != BY_OK) {
        return status;
    }
    const size_t size = lay_out(t, columns, NULL);
    t->memory = malloc(size);
    if (t->memory == NULL) {
        tile_walk_close(t);
        return by_fail_nomem(err, size);
    }
    lay_out(t, columns, t->memory);
    memset(t->given, 0,
           (size_t)limits->group_max * (size_t)columns->plan->condition_count * sizeof *t->given);
    t->walk.given_first = t->mask_first;
    t->walk.keeps_rows = true;
    return BY_OK;
}

void tile_walk_close(tile_walk *t) {
    walk_close(&t->walk);
    free(t->memory);
    memset(t, 0, sizeof *t);
}
