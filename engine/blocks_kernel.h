/* SPDX-License-Identifier: MIT
 *
 * The text of the passes of blocks.h, for a file that defines LANES (lanes.h).
 */
#ifndef BY_BLOCKS_KERNEL_H
#define BY_BLOCKS_KERNEL_H

#include <math.h>

#include "blocks.h"
#include "lanes.h"

#define VECTOR(name, before) lanes name;
typedef struct alone {
    BLOCKS_ALONE_MAP(VECTOR)
} alone;
typedef struct placed {
    BLOCKS_PLACED_MAP(VECTOR)
} placed;
#undef VECTOR

/* For the maps: the first value, out to memory, and back where a block has no such day. */
#define BEGIN(name, before) s.name = lanes_all(before);
#define STORE(name, before) lanes_store(out->name + block, s.name);
#define KEEP(name, before) s.name = lanes_choose(more, s.name, kept.name);

LANES_INLINE void add_alone(alone *s, lanes r) {
    const lanes square = r * r;
    s->growth = s->growth * (lanes_all(1.0) + r);
    s->high = lanes_max(s->growth, s->high);
    s->low = lanes_min(s->growth, s->low);
    s->sum = s->sum + r;
    s->sum_squares = s->sum_squares + square;
    s->loss_squares = lanes_add_where(s->loss_squares, lanes_below(r, lanes_all(0.0)), square);
    s->wins = lanes_add_where(s->wins, lanes_below(lanes_all(0.0), r), lanes_all(1.0));
    s->best = lanes_max(r, s->best);
    s->worst = lanes_min(r, s->worst);
}

/* Whether some of the blocks have a day more than all. Where one has, so has the last one, so that
 * nothing is read behind the returns. */
LANES_INLINE lanes_mask find_more(const blocks_layout *of, int32_t block) {
    return lanes_below(lanes_all(of->days), lanes_load(of->size + block));
}

LANES_TARGET static void pass_alone(const blocks_layout *of, int32_t block, blocks_alone *out) {
    const double *const *returns = of->returns + block;
    const lanes_mask more = find_more(of, block);
    alone s;
    BLOCKS_ALONE_MAP(BEGIN)
    int32_t i = 0;
    for (; i + LANES_TILE <= of->days; i += LANES_TILE) {
        lanes tile[LANES_TILE];
        lanes_tile(returns, i, tile);
        for (int32_t k = 0; k < LANES_TILE; k++) {
            add_alone(&s, tile[k]);
        }
    }
    for (; i < of->days; i++) {
        add_alone(&s, lanes_day(returns, i));
    }
    if (lanes_any(more)) {
        const alone kept = s;
        add_alone(&s, lanes_day(returns, i));
        BLOCKS_ALONE_MAP(KEEP)
    }
    BLOCKS_ALONE_MAP(STORE)
}

/* What does not change from day to day. */
typedef struct place {
    lanes start;
    lanes mean;
    lanes bound;
} place;

/* Returns where the ratio may be below the bound: there the value is at most bound * peak, however
 * that rounds, because a double above the double nearest to a number is above the number, and
 * rounding keeps order. So few days need the division. */
LANES_INLINE lanes_mask add_placed(placed *s, const place *in, lanes r) {
    const lanes d = r - in->mean;
    const lanes square = d * d;
    s->second = s->second + square;
    s->third = s->third + square * d;
    s->fourth = s->fourth + square * square;
    s->growth = s->growth * (lanes_all(1.0) + r);
    const lanes value = in->start * s->growth;
    s->peak = lanes_max(value, s->peak);
    const lanes_mask under = lanes_below(value, s->peak);
    s->under = lanes_where(under, s->under + lanes_all(1.0));
    s->longest = lanes_max(s->under, s->longest);
    s->leading = lanes_where(under, s->leading);
    s->lead = s->lead + s->leading;
    return lanes_not_above(value, in->bound * s->peak);
}

/* Goes over days again, whose first follows `before`, for their ratios. */
LANES_INLINE lanes find_ratio(const placed *before, const place *in, const lanes *r, int32_t count,
                              lanes lowest) {
    lanes growth = before->growth;
    lanes peak = before->peak;
    for (int32_t k = 0; k < count; k++) {
        growth = growth * (lanes_all(1.0) + r[k]);
        const lanes value = in->start * growth;
        peak = lanes_max(value, peak);
        lowest = lanes_min(value / peak, lowest);
    }
    return lowest;
}

LANES_INLINE void add_placed_tile(placed *s, const place *in, const lanes *r, int32_t count) {
    const placed before = *s;
    lanes_mask low = lanes_none();
    for (int32_t k = 0; k < count; k++) {
        low = lanes_or(low, add_placed(s, in, r[k]));
    }
    if (lanes_any(low)) {
        s->ratio = find_ratio(&before, in, r, count, s->ratio);
    }
}

LANES_TARGET static void pass_placed(const blocks_layout *of, int32_t block, blocks_placed *out) {
    const double *const *returns = of->returns + block;
    const lanes_mask more = find_more(of, block);
    const place in = {lanes_load(of->start + block), lanes_all(of->mean), lanes_all(of->bound)};
    placed s;
    BLOCKS_PLACED_MAP(BEGIN)
    s.peak = lanes_load(of->peak + block);
    s.ratio = in.bound;
    int32_t i = 0;
    for (; i + LANES_TILE <= of->days; i += LANES_TILE) {
        lanes tile[LANES_TILE];
        lanes_tile(returns, i, tile);
        add_placed_tile(&s, &in, tile, LANES_TILE);
    }
    for (; i < of->days; i++) {
        const lanes r = lanes_day(returns, i);
        add_placed_tile(&s, &in, &r, 1);
    }
    if (lanes_any(more)) {
        const placed kept = s;
        const lanes r = lanes_day(returns, i);
        add_placed_tile(&s, &in, &r, 1);
        BLOCKS_PLACED_MAP(KEEP)
    }
    BLOCKS_PLACED_MAP(STORE)
}

#endif
