/* SPDX-License-Identifier: MIT
 *
 * The plan: a tree compiled into one node array in which equal sub-trees, conditions and indicators
 * are shared, with the set of params that each of them depends on.
 */
#ifndef BY_PLAN_H
#define BY_PLAN_H

#include "panel.h"
#include "status.h"
#include "tree.h"

typedef struct by_plan by_plan;

/* Figures of a plan. `node_count` counts the tree as written and expanded (a sub-tree used twice
 * counts twice); the distinct ones are what is computed. */
typedef struct by_plan_figures {
    int64_t node_count;
    int64_t gate_count; /* if nodes, counted the same way */
    int32_t depth;
    int32_t distinct_nodes;
    int32_t distinct_conditions;
    int32_t distinct_series;
    int32_t dynamic_nodes; /* those of the distinct nodes that depend on a param */
} by_plan_figures;

/* Checks `tree` (borrowed during the call only) and compiles it. BY_STRATEGY with the node's label
 * when something is wrong: a window below 1 or above BY_WINDOW_MAX, weights above 1 + 1e-9, an
 * unknown kind, ... */
BY_API by_status by_plan_new(const by_tree *tree, by_plan **out, by_error *err);
BY_API void by_plan_free(by_plan *plan);
BY_API void by_plan_describe(const by_plan *plan, by_plan_figures *out);

/* A hash of all that the plan computes: the same for the same strategy over the same values of the
 * same params. */
BY_API uint64_t by_plan_hash(const by_plan *plan);

typedef struct by_columns by_columns;

/* Computes every indicator column of the plan on `panel` for all values of all params, on
 * `thread_count` threads. When all of them take more than `size_bytes_max` bytes, as many as fit
 * are kept, at least those that one step of an evaluation needs, and others computed again whenever
 * somebody needs them. Fails with what an indicator that the tree brought along says. `plan` and
 * `panel` are borrowed until by_columns_free. */
BY_API by_status by_columns_new(const by_plan *plan, const by_panel *panel, int32_t thread_count,
                                int64_t size_bytes_max, by_columns **out, by_error *err);
/* The same for combos that have none but the values in `met` (by_space_met), which is borrowed
 * during the call, or any when it is NULL, and for sessions from row `first` of the panel on: what
 * others need is not kept, and they must not be evaluated. */
BY_API by_status by_columns_new_for(const by_plan *plan, const by_panel *panel, const uint8_t *met,
                                    int32_t first, int32_t thread_count, int64_t size_bytes_max,
                                    by_columns **out, by_error *err);
BY_API void by_columns_free(by_columns *columns);

/* Sessions of a backtest: rows of the panel, both inclusive. */
typedef struct by_range {
    int32_t first;
    int32_t last;
} by_range;

#endif
