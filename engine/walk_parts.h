/* SPDX-License-Identifier: MIT
 *
 * The inside of a walk: where it keeps what, and one step of one condition or node.
 */
#ifndef BY_WALK_PARTS_H
#define BY_WALK_PARTS_H

#include "walk.h"

/* A child of a filter on one day. */
typedef struct ranked {
    double key;
    int32_t child; /* position in the filter */
} ranked;

static inline uint64_t *condition_mask(const walk *w, int32_t condition) {
    return w->masks + (size_t)condition * (size_t)w->word_count;
}

static inline uint64_t *condition_flips(const walk *w, int32_t condition) {
    return w->flips + (size_t)condition * (size_t)w->word_count;
}

static inline int32_t *node_rows(const walk *w, int32_t node) {
    return w->rows + (size_t)node * (size_t)w->day_count;
}

static inline uint64_t *node_days(const walk *w, int32_t node) {
    return w->changed + (size_t)node * (size_t)w->word_count;
}

/* Brings a condition or node up to date with w->digits, of which the params in `moved` (bits) have
 * changed since the last step. What it refers to has been brought up to date before. */
void walk_step_condition(walk *w, int32_t index, uint64_t moved);
void walk_step_node(walk *w, int32_t index, uint64_t moved);

#endif
