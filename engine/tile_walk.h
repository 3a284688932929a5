/* SPDX-License-Identifier: MIT
 *
 * The walk over long series, in tiles: stretches of days short enough that all that a walk keeps of
 * them stays in the second-level cache. A group of combos goes through a tile one after the other
 * before the next tile begins.
 *
 * Comparisons of columns are made over all days before the tiles: a column is then read once from
 * end to end, and the tiles need the bits only.
 */
#ifndef BY_TILE_WALK_H
#define BY_TILE_WALK_H

#include "walk.h"

typedef struct tile_limits {
    int32_t tile_days;
    int32_t group_max;      /* combos of a group */
    int64_t mask_max;       /* masks of all days; at least those of one combo */
    int64_t pool_bytes_max; /* of the rows of a group, while it has several combos */
    bool alone;             /* nothing is kept from combo to combo; group_max is 1 */
} tile_limits;

typedef struct tile_walk {
    walk walk; /* over one tile */
    by_range range;
    tile_limits limits;
    const mask_memo *memo; /* borrowed; of masks of all days; NULL for none */
    int32_t mask_first;    /* panel row of their first bit */
    int32_t mask_words;
    uint64_t *masks;        /* [mask_max][mask_words]; first those that depend on no param */
    uint64_t *shifted;      /* [mask_words]; scratch */
    int64_t kept_count;     /* of `masks`, those that stay from group to group */
    int64_t mask_count;     /* of `masks` */
    const uint64_t **given; /* [combo of the group][condition] -> masks; NULL where there is none */
    int32_t *rows;          /* [combo of the group][day of range]; of the root */
    int32_t *first;         /* [combo of the group]; panel row of its first session, -1 for none */
    void *memory;
} tile_walk;

enum { TILE_DAYS_MIN = 256 }; /* a tile costs something by itself */

/* Whether the days can be walked in tiles: nothing is measured from the very start, and the columns
 * that nodes look at day by day need not be computed again for each tile. */
bool tile_walk_fits(const by_columns *columns);
/* Of how many days the tiles should be; 0 when the sessions are few, and better walked as a whole.
 */
int32_t tile_walk_days(const by_plan *plan, by_range range);
/* How many masks a combo needs that other combos share, and that depend on its params. */
void tile_walk_masks(const by_plan *plan, int32_t *shared, int32_t *own);
/* What one takes, about. */
int64_t tile_walk_size_bytes(const by_columns *columns, by_range range, const tile_limits *limits);
by_status tile_walk_open(tile_walk *t, const by_columns *columns, by_range range,
                         const tile_limits *limits, const mask_memo *memo, by_error *err);
void tile_walk_close(tile_walk *t);
/* Walks the first of `count` combos, digits[combo * BY_PARAMS_MAX + param], as many as make a
 * group, and tells how many; then their `rows` and `first` are there. `cancelled` (may be NULL)
 * ends it early with BY_CANCELLED. */
by_status tile_walk_group(tile_walk *t, const int32_t *digits, int32_t count,
                          const atomic_int *cancelled, int32_t *walked, by_error *err);

#endif
