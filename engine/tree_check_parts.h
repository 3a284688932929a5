/* SPDX-License-Identifier: MIT
 *
 * Between the files that check a tree.
 */
#ifndef BY_TREE_CHECK_PARTS_H
#define BY_TREE_CHECK_PARTS_H

#include <stdbool.h>

#include "tree_check.h"

/* What is known of a series: its parts, and whether a template is one of them. */
typedef struct series_note {
    int32_t size;
    bool is_template;
} series_note;

typedef struct checker {
    const by_tree *tree;
    by_error *err;
    const char *label;  /* of the node or condition at hand */
    series_note *notes; /* [series] */
} checker;

/* BY_STRATEGY: what is wrong with the part at hand. */
by_status check_wrong(const checker *c, const char *what);
/* Every value of a field lies in low .. high and is whole when it has to be. */
by_status check_field(const checker *c, const by_field *field, const char *name, double low,
                      double high, bool whole);
/* Children are there, and come before index `limit`. */
by_status check_children(const checker *c, const int32_t *links, int32_t link_count, int32_t first,
                         int32_t count, int32_t limit);
/* One series (fills its note), one condition. */
by_status check_series(const checker *c, int32_t index);
by_status check_condition(const checker *c, int32_t index);
/* What node `index` refers to, and all before it, measures nodes that come before it. */
by_status check_order(const checker *c, int32_t index, tree_order *order);

#endif
