/* SPDX-License-Identifier: MIT
 *
 * Compiling a checked tree into a plan, part by part: each part is put into canonical form over
 * parts that are already distinct, and interned. What a part refers to has been compiled before, so
 * one pass suffices, and equal sub-trees meet at the same index.
 */
#ifndef BY_COMPILE_H
#define BY_COMPILE_H

#include "plan_parts.h"

typedef struct compiler {
    const by_tree *tree;
    by_plan *plan; /* holds the maps from tree to plan */
    by_error *err;
    int64_t *node_size;   /* [tree node] nodes in and below, expanded */
    int64_t *gate_count;  /* [tree node] if nodes in and below, expanded */
    int32_t *depth;       /* [tree node] */
    int32_t *lookback;    /* [tree condition] rows before a session that decide it */
    uint8_t *may_void;    /* [plan node] 1 when a VOID may be in it */
    uint8_t *is_template; /* [tree series] */
    uint8_t *seen;        /* [symbol] scratch */
    uint8_t *visited;     /* [plan node] scratch */
    int32_t room_series;  /* how many of each have memory */
    int32_t room_holdings;
    int32_t room_sources;
    int32_t room_steps;
    int32_t room_nodes;
    int32_t room_links; /* and weights */
    int32_t room_flags; /* of may_void and visited */
    intern values;      /* a param's number, then one value for each of its values: doubles */
    intern series;
    intern conditions;
    intern nodes;
    void *key;          /* scratch, large enough for the key of any part */
    double *values_key; /* and of any run of values */
} compiler;

/* Makes room for compiling c->tree into c->plan, and copies its texts and params. */
by_status compile_open(compiler *c);
void compile_close(compiler *c);

/* Each compiles tree part `index`. Templates are no parts: compile_template makes the series of one
 * for `child`, a tree node. */
by_status compile_series(compiler *c, int32_t index);
by_status compile_template(compiler *c, int32_t index, int32_t child, int32_t *out);
by_status compile_condition(compiler *c, int32_t index);
by_status compile_node(compiler *c, int32_t index);

/* The canonical form of a field: a param whose values are all the same is no param, and equal runs
 * of values are one run. */
by_status compile_field(compiler *c, const by_field *from, by_field *to);
/* The node itself, or a SETTLE above it where a VOID may be in it; what stays empty is VOID or, for
 * what is held or measured as a whole, cash. All are plan nodes. */
by_status compile_settle(compiler *c, int32_t node, double empty, int32_t *out);
by_status compile_settled(compiler *c, int32_t node, int32_t *out);
/* Interns `to` with its links and, when there are any, weights. */
by_status compile_add_node(compiler *c, plan_node to, const int32_t *links, const by_field *weights,
                           int32_t link_count, int32_t *out);
by_status compile_add_step(compiler *c, plan_step_kind kind, int32_t index);
/* Room for one more in an array of the plan; `*array` may move. */
by_status compile_grow(compiler *c, void **array, int32_t *room, int32_t count, size_t size);
/* Appends the children of a new part behind those that are there; where they begin. */
int32_t compile_append(int32_t *links, int32_t *count, const int32_t *children,
                       int32_t child_count);
/* The largest value of a field of the tree. */
double compile_largest(const by_tree *tree, const by_field *field);

#endif
