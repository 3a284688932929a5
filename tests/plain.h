/* SPDX-License-Identifier: MIT
 *
 * The judge: a backtest evaluated the slow and plain way, one day and one node at a time, straight
 * from the tree as written. The engine must agree with it to the last bit. It uses the engine's
 * headers and none of its code, keeps no static state and can be built as a shared library.
 */
#ifndef BY_PLAIN_H
#define BY_PLAIN_H

#include "../engine/indicator.h"
#include "../engine/run.h"

/* Sessions 0 .. day_count are rows first + i of the panel; fields as in by_run, weights dense. */
typedef struct plain_result {
    int32_t first;
    int32_t day_count;
    int32_t symbol_count;
    int32_t trade_count; /* sessions */
    int64_t opened;      /* positions */
    double *equity;      /* [day_count] */
    double *returns;     /* [day_count - 1] */
    double *turnover;    /* [day_count] */
    double *exposure;    /* [day_count] */
    uint8_t *traded;     /* [day_count] */
    double *weights;     /* [day_count][symbol_count]; targets */
    double *held;        /* [day_count][symbol_count] */
    by_result result;
} plain_result;

/* Evaluates the combo `digits` on rows `asked`. BY_DATA when no session is left, BY_STRATEGY for an
 * indicator, window or symbol out of bounds (all else is trusted), BY_NOMEM. */
BY_API by_status plain_run(const by_tree *tree, const by_panel *panel, const int32_t *digits,
                           by_range asked, plain_result **out);
BY_API void plain_free(plain_result *result);
/* The result within; for callers that do not know the struct. */
BY_API const by_result *plain_result_of(const plain_result *result);

/* As by_indicator_compute, the plain way. */
BY_API int32_t plain_indicator(int32_t kind, const by_recipe *recipe, const by_inputs *inputs,
                               int32_t count, double *out);
/* As by_metrics_compute, the plain way; result.start and behaviour are 0. */
BY_API void plain_metrics(const by_days *days, by_result *out);

#endif
