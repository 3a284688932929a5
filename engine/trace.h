/* SPDX-License-Identifier: MIT
 *
 * A trace: one combo with all that happened inside the tree, for those who explain it. Series,
 * conditions and nodes are named by their indices in the by_tree that the plan was made of; rows
 * are rows of the panel.
 */
#ifndef BY_TRACE_H
#define BY_TRACE_H

#include "plan.h"

typedef struct by_trace by_trace;

/* Evaluates one combo within the rows of `asked`. `columns` is borrowed until by_trace_free.
 * BY_DATA when there is no session, BY_NOMEM. */
BY_API by_status by_trace_new(const by_columns *columns, const int32_t *digits, by_range asked,
                              by_trace **out, by_error *err);
BY_API void by_trace_free(by_trace *trace);
/* The sessions of the backtest. What follows is answered for rows from `asked.first` to the last
 * of them, so also for those before the first that conditions on earlier days look at; NaN and 0
 * for others, and for parts that the tree does not use. */
BY_API by_range by_trace_range(const by_trace *trace);
/* The value of a series that is neither a template nor of a higher timeframe. */
BY_API double by_trace_series(const by_trace *trace, int32_t series, int32_t row);
/* When the bar begins that a series of the form SEEN shows on a row, in seconds since 1970 UTC;
 * INT64_MIN when it shows none. */
BY_API int64_t by_trace_bar(const by_trace *trace, int32_t series, int32_t row);
/* 1 where a condition holds. */
BY_API int32_t by_trace_condition(const by_trace *trace, int32_t condition, int32_t row);
/* The allocation of a node: up to `max` entries in rising symbol order; how many there are. A
 * symbol of symbol_count is the share of VOID. */
BY_API int32_t by_trace_weights(const by_trace *trace, int32_t node, int32_t row, int32_t *symbol,
                                double *weight, int32_t max);
/* What a FILTER ranks its child number `child` by, and the volatility by which it or an INVERSE_VOL
 * weighs it. */
BY_API double by_trace_rank(const by_trace *trace, int32_t node, int32_t child, int32_t row);
BY_API double by_trace_volatility(const by_trace *trace, int32_t node, int32_t child, int32_t row);
/* The first row on which a node with all in it, or a series, is computable; the panel's bar_count
 * when there is none. */
BY_API int32_t by_trace_ready(const by_trace *trace, int32_t node);
BY_API int32_t by_trace_series_ready(const by_trace *trace, int32_t series);

#endif
