/* SPDX-License-Identifier: MIT
 *
 * Between the files of the random trees: fields, indicators and conditions.
 */
#ifndef BY_RANDOM_PARTS_H
#define BY_RANDOM_PARTS_H

#include "random_tree.h"

/* Draws what a field may hold; `extra` is an indicator, a number of children, ... */
typedef double (*random_draw)(random_tree *t, int32_t extra);

/* A constant or, now and then, a field bound to a param. */
by_field random_field(random_tree *t, random_draw value, int32_t extra);
double random_symbol(random_tree *t, int32_t unused);
double random_count(random_tree *t, int32_t children);
double random_weight(random_tree *t, int32_t children);
void random_indicator(random_tree *t, by_field *kind_field, by_field window[3]);
/* Appends a condition, compounds at most `depth` deep, or finds one; its index. */
int32_t random_condition(random_tree *t, int32_t depth);

#endif
