/* SPDX-License-Identifier: MIT
 *
 * How a sweep divides the memory that it may take: the workers need theirs, so there are fewer of
 * them where there is little; of what is left, a part goes to the rows that they remember and the
 * rest to the masks that they share.
 */
#include "mask.h"
#include "sweep_parts.h"

/* What is used where no limit is given, and the least with which a worker gets along. */
#define POOL_BYTES_MAX ((int64_t)256 << 20)
#define POOL_BYTES_MIN ((int64_t)1 << 20)
#define MEMO_BYTES_MAX ((int64_t)256 << 20)
/* Of the rows and masks of a group of combos that go through tiles together. */
#define GROUP_BYTES_MAX ((int64_t)96 << 20)

/* Bytes a session that accounting keeps for a worker (account.h, simulate.h), about. */
enum { ACCOUNT_DAY_BYTES = 128 };

static int64_t least(int64_t a, int64_t b) {
    return a < b ? a : b;
}

/* The limits of a group of combos for `bytes`; at least one combo. */
static tile_limits group_limits(const by_sweep *sweep, int32_t tile_days, int64_t bytes) {
    const by_plan *plan = sweep->columns->plan;
    const int64_t days = sweep->range.last - sweep->range.first + 1;
    const int64_t mask_bytes = (days + 127) / 64 * 8;
    int32_t shared;
    int32_t own;
    tile_walk_masks(plan, &shared, &own);
    const int64_t one = days * 4 + own * mask_bytes;
    int64_t group = (bytes - shared * mask_bytes) / one;
    group = group < 1 || sweep->options.alone ? 1 : least(group, sweep->chunk_size);
    return (tile_limits){.tile_days = tile_days,
                         .group_max = (int32_t)group,
                         .mask_max = shared + group * own,
                         .pool_bytes_max = POOL_BYTES_MIN,
                         .alone = sweep->options.alone != 0};
}

static int64_t worker_bytes(const by_sweep *sweep) {
    const int64_t days = sweep->range.last - sweep->range.first + 1;
    const int64_t bytes = sweep->tiles.tile_days > 0
                              ? tile_walk_size_bytes(sweep->columns, sweep->range, &sweep->tiles)
                              : walk_size_bytes(sweep->columns, sweep->range);
    return bytes + days * ACCOUNT_DAY_BYTES + POOL_BYTES_MIN;
}

/* Words of a mask over all that a walk over the sweep's sessions looks at. */
static int32_t words_of(const by_sweep *sweep) {
    const int32_t first = plan_first_row(sweep->columns->plan, sweep->range.first);
    return mask_words(sweep->range.last - first + 1);
}

by_status sweep_divide_memory(by_sweep *sweep, int32_t tile_days, int32_t *workers, by_error *err) {
    const by_columns *columns = sweep->columns;
    const int64_t max = sweep->options.memory_bytes_max;
    const int64_t columns_bytes = columns_size_bytes(columns);
    const int64_t bytes = max > 0 ? max - columns_bytes : INT64_MAX;
    const int64_t group_bytes = least(bytes / *workers / 2, GROUP_BYTES_MAX);
    const bool movable = tile_walk_fits(columns);
    if (movable && tile_days == 0) {
        tile_days = tile_walk_days(columns->plan, sweep->range);
    }
    if (movable && tile_days == 0 && worker_bytes(sweep) > bytes) {
        tile_days = TILE_DAYS_MIN;
    }
    if (movable && tile_days > 0) {
        sweep->tiles = group_limits(sweep, tile_days, group_bytes);
    }
    const int64_t one = worker_bytes(sweep);
    *workers = (int32_t)least(*workers, least(bytes / one, columns_threads_max(columns)));
    *workers = *workers < 1 ? 1 : *workers; /* the least that works */
    const int64_t left = bytes > *workers * one ? bytes - *workers * one : 0;
    sweep->counts.memory_bytes_least = columns_bytes + *workers * one;
    sweep->pool_bytes_max = POOL_BYTES_MIN + least(left / 2 / *workers, POOL_BYTES_MAX);
    sweep->tiles.pool_bytes_max = sweep->pool_bytes_max;
    const int64_t memo_bytes = sweep->options.alone ? 0 : least(left / 2, MEMO_BYTES_MAX);
    return memo_open(&sweep->memo, columns->plan, words_of(sweep), memo_bytes)
               ? BY_OK
               : by_fail_nomem(err, (size_t)memo_bytes);
}
