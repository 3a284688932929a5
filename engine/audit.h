/* SPDX-License-Identifier: MIT
 *
 * An audit: what changes inside a tree when it is evaluated over a part of the history. Whatever
 * changes on a row when the rows behind it are taken away has looked ahead; what changes when rows
 * before are taken away depends on where the history starts.
 */
#ifndef BY_AUDIT_H
#define BY_AUDIT_H

#include "trace.h"

typedef struct by_audit by_audit;

/* Where a part of the tree differed. */
typedef struct by_difference {
    int32_t count;     /* rows, over all comparisons */
    int32_t first_row; /* the first of them in the whole history, -1 for none */
    int32_t last_row;
    double whole; /* its values on the first: a condition is 0 or 1, NaN for allocations */
    double part;
} by_difference;

/* Compares evaluations of `plan`, which is borrowed until by_audit_free. Not thread-safe. */
BY_API by_status by_audit_new(const by_plan *plan, by_audit **out, by_error *err);
BY_API void by_audit_free(by_audit *audit);
/* Compares every series, condition and node on the rows of `rows` of `part`, all of which must be
 * within its range, with those `shift` rows later of `whole`. Values are the same when they differ
 * by no more than `tolerance` times the larger magnitude, or the mean one of a series in these
 * rows, so that what crosses 0 is not held to be apart there; or are both NaN. Weights likewise.
 * When `shift` is 0, a series must also begin to have values on the same row in both. */
BY_API void by_audit_compare(by_audit *audit, const by_trace *whole, const by_trace *part,
                             int32_t shift, by_range rows, double tolerance);
/* The same, bit for bit, of those series alone that are computed before a walk: for rows of a part
 * in which the tree is not computable, so that it has no trace. */
BY_API void by_audit_compare_columns(by_audit *audit, const by_trace *whole, const by_columns *part,
                                     by_range rows);
/* What was found of a part of the tree, as in by_trace. */
BY_API by_difference by_audit_series(const by_audit *audit, int32_t series);
BY_API by_difference by_audit_condition(const by_audit *audit, int32_t condition);
BY_API by_difference by_audit_node(const by_audit *audit, int32_t node);
BY_API by_difference by_audit_rank(const by_audit *audit, int32_t node, int32_t child);
BY_API by_difference by_audit_volatility(const by_audit *audit, int32_t node, int32_t child);

#endif
