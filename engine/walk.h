/* SPDX-License-Identifier: MIT
 *
 * The walk from combo to combo. A walk keeps, for every condition its mask and for every node its
 * row on each day, and moves from one assignment of the params to the next by computing only what
 * depends on a param that changed, and of a node only the days on which something below it changed.
 * What it holds after a step depends on the digits alone, never on the way there. A walk belongs to
 * one thread.
 */
#ifndef BY_WALK_H
#define BY_WALK_H

#include "columns.h"
#include "rows.h"

typedef struct walk {
    const by_columns *columns;
    const by_plan *plan;
    int32_t first; /* panel row of day 0 */
    int32_t day_count;
    int32_t word_count;
    bool fresh; /* nothing has been computed yet */
    int32_t digits[BY_PARAMS_MAX];
    row_pool pool;
    uint64_t *masks; /* [condition][word] */
    uint64_t *flips; /* [condition][word]; what the last step changed, where condition_changed */
    uint8_t *condition_changed;
    int32_t *rows;     /* [node][day] */
    uint64_t *changed; /* [node][word]; days that the last step changed, where node_changed */
    uint8_t *node_changed;
    int32_t *dynamic_conditions; /* those that depend on a param, children first */
    int32_t *dynamic_nodes;
    int32_t dynamic_condition_count;
    int32_t dynamic_node_count;
    uint64_t *scratch; /* [word] */
    int64_t nodes_computed;
    struct ranked *ranking;     /* scratch of filters */
    const int32_t **child_rows; /* scratch of weighted nodes: the children with a weight */
    double *child_weights;
    int32_t *mixed;
} walk;

/* Opens a walk over the sessions of `range`. `columns` is borrowed until walk_close. */
by_status walk_open(walk *w, const by_columns *columns, by_range range, by_error *err);
void walk_close(walk *w);
/* Moves to `digits`. Afterwards walk_root and walk_root_changed tell the allocation. BY_NOMEM is
 * the only failure. */
by_status walk_step(walk *w, const int32_t *digits, by_error *err);
/* The row of each day. */
const int32_t *walk_root(const walk *w);
/* The days whose row may have changed in the last step; NULL when none has. */
const uint64_t *walk_root_changed(const walk *w);

#endif
