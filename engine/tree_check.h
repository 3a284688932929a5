/* SPDX-License-Identifier: MIT
 *
 * The checks that a tree passes before it is compiled. After them every index is in range, every
 * field has a value that fits for all values of its param, and weights stay within 1.
 */
#ifndef BY_TREE_CHECK_H
#define BY_TREE_CHECK_H

#include "status.h"
#include "tree.h"

/* BY_STRATEGY with the label of the first node that is wrong, and what to do; BY_LIMIT when the
 * tree is too big. */
by_status tree_check(const by_tree *tree, by_error *err);

/* How far the series and conditions of a tree have been gone through: those below are done. */
typedef struct tree_order {
    int32_t series;
    int32_t condition;
} tree_order;

/* Moves on to what `node` refers to, so that it and all before it is done. */
void tree_order_advance(const by_tree *tree, int32_t node, tree_order *order);
/* The last series that a condition compares, -1 for none. */
int32_t tree_condition_series(const by_tree *tree, int32_t condition);

/* The label of a node for messages. */
const char *tree_label(const by_tree *tree, int32_t label);

/* Calls visit(context, digits) for each assignment of the params in `params` (bits); the other
 * digits are 0. Stops at the first status that is not BY_OK and returns it. `digits` is scratch of
 * BY_PARAMS_MAX. */
by_status tree_each_assignment(const by_tree *tree, uint64_t params, int32_t *digits,
                               by_status (*visit)(void *context, const int32_t *digits),
                               void *context);

#endif
