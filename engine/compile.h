/* SPDX-License-Identifier: MIT
 *
 * Compiling a checked tree into a plan, part by part: all series first, then the conditions, then
 * the nodes.
 */
#ifndef BY_COMPILE_H
#define BY_COMPILE_H

#include "plan_parts.h"

typedef struct compiler {
    const by_tree *tree;
    by_plan *plan;
    by_error *err;
    int32_t *series_of;    /* tree index -> plan index */
    int32_t *condition_of; /* the same */
    int32_t *node_of;      /* the same */
    int64_t *node_size;    /* nodes in and below, expanded */
    int64_t *gate_count;   /* if nodes in and below, expanded */
    int32_t *depth;
    intern values; /* a param's number, then one value for each of its values: doubles */
    intern series;
    intern conditions;
    intern nodes;
    void *key; /* scratch, large enough for any key */
} compiler;

/* Each compiles tree part `index`; those that it refers to have been compiled before. */
by_status compile_series(compiler *c, int32_t index);
by_status compile_condition(compiler *c, int32_t index);
by_status compile_node(compiler *c, int32_t index);

#endif
