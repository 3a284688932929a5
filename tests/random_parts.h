/* SPDX-License-Identifier: MIT
 *
 * Between the files of the random trees.
 */
#ifndef BY_RANDOM_PARTS_H
#define BY_RANDOM_PARTS_H

#include "random_tree.h"

#include <stdbool.h>

/* Draws what a field may hold; `extra` is an indicator, a number of children, ... */
typedef double (*random_draw)(random_tree *t, int32_t extra);

by_field random_constant(double value);
/* A constant or, now and then, a field bound to a param. */
by_field random_field(random_tree *t, random_draw value, int32_t extra);
/* The same with a chance, else the constant `usual`. */
by_field random_rarely(random_tree *t, double chance, random_draw value, int32_t extra,
                       double usual);
/* The value that a field has at first. */
double random_first(const random_tree *t, const by_field *field);
/* Draws for fields: a whole number below `count`, or up to it from 1 on; a ticker. */
double random_whole(random_tree *t, int32_t count);
double random_whole_from_1(random_tree *t, int32_t count);
double random_symbol(random_tree *t, int32_t unused);

/* random_series.c. Whether a node may be simulated for itself: not when that has become too much.
 */
bool random_measure(random_tree *t, int32_t node);
/* Appends a series, or finds one; its index. */
int32_t random_series(random_tree *t);
/* One that `left` is likely to cross. */
int32_t random_other_series(random_tree *t, int32_t left);
/* A series to fill in, and the index of one that is. */
by_series random_blank_series(random_tree *t);
int32_t random_append(random_tree *t, by_series series);
/* random_frame.c: a copy of a series in bars of a higher timeframe, as it is seen on the rows of
 * the panel; the series itself where that cannot be. */
int32_t random_seen(random_tree *t, int32_t index);
/* One for each child: what a FILTER ranks by, or a volatility. */
int32_t random_rank(random_tree *t);
int32_t random_volatility(random_tree *t);
/* A value that a series is likely to have, or to cross. */
double random_level(random_tree *t, int32_t series);

/* random_condition.c: appends a condition, compounds at most `depth` deep, or finds one. */
int32_t random_condition(random_tree *t, int32_t depth);

/* random_trading.c */
void random_trading(random_tree *t);

/* random_node.c: a node over `children`, whose links stand together. */
int32_t random_node(random_tree *t, by_node node, const int32_t *children);
by_node random_blank(int32_t kind);
/* Makes the fields, weights and series of a node of `kind` that has `children`. */
int32_t random_parent(random_tree *t, int32_t kind, int32_t child_count, const int32_t *children);

enum { RANDOM_CHILDREN_MAX = 6 };

/* random_custom.c */
extern const by_custom random_customs[RANDOM_CUSTOMS];

#endif
