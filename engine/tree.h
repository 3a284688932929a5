/* SPDX-License-Identifier: MIT
 *
 * A strategy tree as its author wrote it: flat arrays that the caller fills and owns (Lua fills
 * them through the FFI, tests fill them directly). Nothing in here is shared, simplified or checked
 * yet: by_plan_new does that. Whatever refers to something else refers to a smaller index of its
 * own array (children come before their parents), so a tree cannot hold a cycle.
 *
 * A field of a tree is a constant or depends on one param: then it has one value for each value of
 * the param. The engine knows params by index and their values by position ("digit") only, so
 * anything can be a param.
 */
#ifndef BY_TREE_H
#define BY_TREE_H

#ifndef BY_CDEF
#include <stdint.h>
#endif

enum { BY_NODES_MAX = 1000000 }; /* nodes of a tree, and each other array of it */
enum { BY_PARAMS_MAX = 64 };     /* params of a tree */
enum { BY_WINDOW_MAX = 100000 }; /* bars of an indicator's window */
enum { BY_SYMBOLS_MAX = 4096 };  /* symbols of a tree */

/* Indicators: X(NAME, Lua name, number of windows, title). The definitions stand in
 * engine/indicators. */
#define BY_INDICATOR_MAP(X)                                                                        \
    X(CLOSE, close, 0, "close")                                                                    \
    X(SMA, sma, 1, "simple moving average")                                                        \
    X(EMA, ema, 1, "exponential moving average")                                                   \
    X(RSI, rsi, 1, "relative strength index")                                                      \
    X(CUMULATIVE_RETURN, cumulative_return, 1, "cumulative return")                                \
    X(MEAN_RETURN, mean_return, 1, "mean of daily returns")                                        \
    X(STDEV_RETURN, stdev_return, 1, "standard deviation of returns")                              \
    X(STDEV_PRICE, stdev_price, 1, "standard deviation of closes")                                 \
    X(MAX_DRAWDOWN, max_drawdown, 1, "maximum drawdown")                                           \
    X(PPO, ppo, 2, "percentage price oscillator")                                                  \
    X(PPO_SIGNAL, ppo_signal, 3, "signal line of the PPO")

#define BY_INDICATOR_ENUM(name, lua, windows, title) BY_##name,
typedef enum by_indicator { BY_INDICATOR_MAP(BY_INDICATOR_ENUM) BY_INDICATOR_COUNT } by_indicator;
#undef BY_INDICATOR_ENUM

typedef enum by_comparator {
    BY_GT,
    BY_GTE,
    BY_LT,
    BY_LTE,
    BY_EQ,
    BY_COMPARATOR_COUNT
} by_comparator;

typedef enum by_condition_kind {
    BY_COMPARE,
    BY_ALL,
    BY_ANY,
    BY_NONE,
    BY_CONDITION_KIND_COUNT
} by_condition_kind;

/* CASH holds nothing. ASSET holds `symbol`. WEIGHTED blends its children by the weights beside
 * them, the rest is cash. IF is its first child where `condition` holds, its second elsewhere.
 * FILTER ranks its children (assets) by `indicator` and holds the first `count` of them in equal
 * parts. GROUP is its only child. */
typedef enum by_node_kind {
    BY_CASH,
    BY_ASSET,
    BY_WEIGHTED,
    BY_IF,
    BY_FILTER,
    BY_GROUP,
    BY_NODE_KIND_COUNT
} by_node_kind;

/* A value: constant when `param` < 0, else values[first + digit of the param]. */
typedef struct by_field {
    double constant;
    int32_t param;
    int32_t first;
} by_field;

/* An indicator of a symbol; `kind` is a by_indicator, `symbol` an index into symbols. */
typedef struct by_series {
    by_field kind;
    by_field symbol;
    by_field window[3];
} by_series;

/* COMPARE: series `left` against series `right`, or against `threshold` when right < 0.
 * ALL, ANY, NONE: of conditions[condition_links[child_first .. + child_count)]. */
typedef struct by_condition {
    int32_t kind;
    int32_t left;
    int32_t right;
    int32_t child_first;
    int32_t child_count;
    int32_t reserved;
    by_field comparator;
    by_field threshold;
} by_condition;

/* Children are links[child_first .. + child_count), with weights[] of the same positions (used by
 * WEIGHTED). `label` is the node's name for messages: an index into labels, or -1. */
typedef struct by_node {
    int32_t kind;
    int32_t condition;
    int32_t child_first;
    int32_t child_count;
    int32_t label;
    int32_t bottom;     /* FILTER: 0 takes the highest values, 1 the lowest */
    by_field symbol;    /* ASSET */
    by_field indicator; /* FILTER: a by_indicator */
    by_field window[3]; /* FILTER */
    by_field count;     /* FILTER */
} by_node;

typedef struct by_param {
    const char *name;
    int32_t value_count;
    int32_t reserved;
} by_param;

typedef struct by_tree {
    const by_node *nodes; /* the root is the last one */
    const by_series *series;
    const by_condition *conditions;
    const int32_t *links;
    const by_field *weights;
    const int32_t *condition_links;
    const double *values;
    const by_param *params;
    const char *const *symbols; /* tickers, in rising order */
    const char *const *labels;
    int32_t node_count;
    int32_t series_count;
    int32_t condition_count;
    int32_t link_count;
    int32_t condition_link_count;
    int32_t value_count;
    int32_t param_count;
    int32_t symbol_count;
    int32_t label_count;
    int32_t reserved;
} by_tree;

#ifndef BY_CDEF
/* The value of a field under an assignment of digits (one digit a param, each below its
 * value_count). */
static inline double by_field_value(const by_tree *tree, const by_field *field,
                                    const int32_t *digits) {
    return field->param < 0 ? field->constant : tree->values[field->first + digits[field->param]];
}
#endif

#endif
