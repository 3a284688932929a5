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
#include "mask_memo.h"
#include "rows.h"
#include "walk_graph.h"

typedef struct walk {
    const by_columns *columns;
    const by_plan *plan;
    by_range asked; /* panel rows */
    int32_t first;  /* panel row of day 0 */
    int32_t lead;   /* days before the first one asked for */
    int32_t day_count;
    int32_t word_count;
    int32_t days_max; /* that there is memory for */

    bool fresh;                   /* nothing has been computed yet */
    bool tracks_ready;            /* the first computable row of each part is kept */
    bool keeps_rows;              /* rows keep their numbers, however many there are */
    int64_t pool_bytes_max;       /* else they are forgotten when they take more */
    bool aligned;                 /* day 0 is a row that 64 divides */
    const mask_memo *memo;        /* borrowed; NULL for none */
    const uint64_t *const *given; /* [condition]; masks made before, NULL where there is none;
                                     borrowed, NULL for none at all */
    int32_t given_first;          /* panel row of their first day */
    walk_graph graph;
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
    uint64_t *pending;       /* a bit a step: to be visited */
    uint64_t *changed_steps; /* a bit a step: what the last step changed */
    uint64_t *needed; /* [node][word]; the days to compute; NULL for all that it may be asked for */
    uint64_t *scratch; /* [word] */
    uint64_t *shifted; /* [word] */
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
    int32_t *chosen;       /* children that hold something on a day */
    int32_t *mixed;        /* their rows on it */
    const double **held;   /* [column]; those on demand that this step looks at, NULL for others */
    int32_t *held_columns; /* which these are, behind their number */
    char *memory;          /* of all arrays but `needed` */
} walk;

/* Opens a walk over the sessions of `asked`. `columns` is borrowed until walk_close. */
by_status walk_open(walk *w, const by_columns *columns, by_range asked, by_error *err);
void walk_close(walk *w);
/* Opens one that holds no more than `days_max` of these sessions at a time, the last ones at first.
 * Only where walk_can_move. */
by_status walk_open_part(walk *w, const by_columns *columns, by_range asked, int32_t days_max,
                         by_error *err);
/* Whether the days of the plan can be walked in parts: nothing is measured from the very start. */
bool walk_can_move(const by_plan *plan);
/* Moves to the sessions `part`. The next walk_step computes them from nothing, in the same pool. */
void walk_move(walk *w, by_range part);
/* What a walk over the sessions of `range` takes, about. */
int64_t walk_size_bytes(const by_columns *columns, by_range range);
/* Moves to `digits`. Afterwards walk_root and walk_root_changed tell the allocation. BY_NOMEM,
 * or what an indicator that the tree brought along says. */
by_status walk_step(walk *w, const int32_t *digits, by_error *err);
/* Tells that after a step to `digits` one to `next` comes. */
void walk_expect(const walk *w, const int32_t *digits, const int32_t *next);
/* Moves to `digits` from nothing, and computes of each node only the days that the root asks it
 * for. */
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
