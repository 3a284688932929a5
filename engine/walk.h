/* SPDX-License-Identifier: MIT
 *
 * The walk from combo to combo. A walk keeps, for every condition its mask, for every node its row
 * on each day and for every live series its values, and moves from one assignment of the params to
 * the next by computing only what depends on a param that changed, and of a node only the days on
 * which something below it changed. What it holds after a step depends on the digits alone, never
 * on the way there. A walk belongs to one thread.
 *
 * The days of a walk begin before the sessions asked for when something looks back: a latch, a
 * condition over several days, a sub-tree that is measured by its own equity.
 */
#ifndef BY_WALK_H
#define BY_WALK_H

#include "columns.h"
#include "rows.h"

typedef struct walk {
    const by_columns *columns;
    const by_plan *plan;
    by_range asked; /* panel rows */
    int32_t first;  /* panel row of day 0 */
    int32_t lead;   /* days before the first one asked for */
    int32_t day_count;
    int32_t word_count;
    bool fresh;        /* nothing has been computed yet */
    bool tracks_ready; /* the first computable row of each part is kept */
    bool still;        /* what depends on no param is marked as not changed */
    int32_t digits[BY_PARAMS_MAX];
    row_pool pool;
    uint64_t *asked_days; /* [word]; days from `lead` on */
    uint64_t *masks;      /* [condition][word] */
    uint64_t *flips; /* [condition][word]; what the last step changed, where condition_changed */
    uint8_t *condition_changed;
    int32_t *rows;     /* [node][day] */
    uint64_t *changed; /* [node][word]; days that the last step changed, where node_changed */
    uint8_t *node_changed;
    double *live;   /* [live series][day] */
    double *growth; /* [source][day]; to the next day */
    double *equity; /* [source][day]; NaN before the source is computable */
    uint8_t *live_changed;
    uint8_t *source_changed;
    int32_t *series_ready; /* the first panel row on which each is computable; of live series */
    int32_t *condition_ready;
    int32_t *node_ready;
    plan_step *dynamic; /* the steps that depend on a param */
    int32_t dynamic_count;
    uint64_t *needed; /* [node][word]; the days to compute; NULL for all that it may be asked for */
    uint64_t *scratch; /* [word] */
    double *values;    /* [day], scratch of live series */
    uint8_t *held_symbols;
    uint8_t *visited; /* [node] */
    int64_t nodes_computed;
    struct ranked *ranking;     /* scratch of filters */
    const double **child_ranks; /* scratch of nodes: a child's column, rows and weight */
    const double **child_volatilities;
    const int32_t **child_rows;
    double *child_weights;
    uint8_t *child_dropped;
    int32_t *child_ties;
    int32_t *chosen; /* children that hold something on a day */
    int32_t *mixed;  /* their rows on it */
} walk;

/* Opens a walk over the sessions of `asked`. `columns` is borrowed until walk_close. */
by_status walk_open(walk *w, const by_columns *columns, by_range asked, by_error *err);
void walk_close(walk *w);
/* Moves to `digits`. Afterwards walk_root and walk_root_changed tell the allocation. BY_NOMEM is
 * the only failure. */
by_status walk_step(walk *w, const int32_t *digits, by_error *err);
/* A first and only step, which computes of each node only the days that the root asks it for. */
by_status walk_once(walk *w, const int32_t *digits, by_error *err);
/* The same as a first step, and tells of every part when it is computable. */
by_status walk_trace(walk *w, const int32_t *digits, by_error *err);
/* The sessions within those asked for on which all of the tree is computable, after a step. BY_DATA
 * when there is none; the message names what limits. */
by_status walk_range(const walk *w, by_range *out, by_error *err);
/* The row of each day. */
const int32_t *walk_root(const walk *w);
/* The days whose row may have changed in the last step; NULL when none has. */
const uint64_t *walk_root_changed(const walk *w);

#endif
