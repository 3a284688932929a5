/* SPDX-License-Identifier: MIT
 *
 * The kinds of indicators that a tree may ask for: the engine's own, and those that it brings
 * along.
 */
#ifndef BY_KIND_H
#define BY_KIND_H

#include "indicator.h"

/* What by_indicator_... tell, of either sort. */
int32_t kind_window_count(const by_tree *tree, int32_t kind);
int32_t kind_number_count(const by_tree *tree, int32_t kind);
int32_t kind_reads(const by_tree *tree, int32_t kind);
int32_t kind_variant_max(const by_tree *tree, int32_t kind);
const char *kind_name(const by_tree *tree, int32_t kind);

/* Values of a kind over the rows 0 .. count of `inputs`, as by_indicator_compute; *first is the
 * index of the first one. Only a kind that the tree brings along can fail: then all are NaN. */
by_status kind_compute(const by_tree *tree, int32_t kind, const by_recipe *recipe,
                       const by_inputs *inputs, int32_t count, double *out, int32_t *first,
                       by_error *err);

#endif
