/* SPDX-License-Identifier: MIT
 *
 * Attribution: what each node of the tree, as written, contributed to a run.
 *
 * A branch is an occurrence of a node: a sub-tree that is used twice is two of them, each for the
 * days on which its own path is taken. Branches stand in tree order, a parent before its children.
 *
 * What a leaf holds of a day is its share of that day's decision (the weights on its path
 * multiplied, VOID given to the rest), from the trade to these targets until the next one; it
 * drifts with its own ticker. A leaf that holds the share w of the value, over a day on which its
 * ticker returns r and the value R, costs included, contributes w * r * ln(1 + R) / R to the log
 * return: so leaves, the costs of trading and the interest sum to ln(1 + R) of each day. (This is
 * the logarithmic linking of contributions: D. R. Cariño, Combining attribution effects over time,
 * Journal of Performance Measurement 3(4), 1999.)
 */
#ifndef BY_ATTRIBUTION_H
#define BY_ATTRIBUTION_H

#include "run.h"

enum { BY_BRANCHES_MAX = 1000000 }; /* of a tree that can be attributed */

/* The figures of a node that is no leaf, but for its days, are the sums of its children's. */
typedef struct by_branch {
    int32_t node;   /* of the by_tree */
    int32_t parent; /* a branch; -1 of the root */
    int32_t behind; /* the next branch that is not below this one */
    int32_t days;   /* sessions on which all choices above lead to it, by weights other than 0 */
    double log_return;
    double turnover; /* its part of the traded fractions of the value, summed over all trades: that
                        of a ticker is split over leaves by how much each of them changes */
    double drawdown; /* its part of the log return from peak to trough */
} by_branch;

/* branch[0 .. branch_count), root first. Of a run that lost everything `total` and `rest` are
 * -INFINITY, and nothing is told of its last step. */
typedef struct by_attribution {
    int32_t branch_count;
    int32_t reserved;
    int32_t peak;   /* session of the highest value before the worst drawdown; as session 0, the */
    int32_t trough; /* capital before the first purchase. The same session when there is none */
    double total;   /* log return, from the capital to the last session */
    double costs;   /* of trading: its part of the total */
    double cash;    /* interest on what no branch of kind CASH holds, and on debt */
    double rest;    /* what branches, costs and cash are off the total: rounding */
    double depth;   /* log return from peak to trough */
    double costs_drawdown;
    double cash_drawdown;
    const by_branch *branch;
} by_attribution;

/* Attributes `run`, which by_run_new made of `columns` and `digits`, to the nodes of `tree`, which
 * the plan was made of. Nothing is borrowed afterwards. BY_LIMIT when there are more than
 * BY_BRANCHES_MAX branches, BY_DATA when the columns are not those of the run, BY_NOMEM.
 * Thread-safe. */
BY_API by_status by_attribution_new(const by_tree *tree, const by_columns *columns,
                                    const int32_t *digits, const by_run *run, by_attribution **out,
                                    by_error *err);
BY_API void by_attribution_free(by_attribution *attribution);

#endif
