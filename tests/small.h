/* SPDX-License-Identifier: MIT
 *
 * A market of a few sessions and a tree of a few nodes, written down in few lines, for tests of the
 * judge.
 */
#ifndef BY_TEST_SMALL_H
#define BY_TEST_SMALL_H

#include "plain.h"

enum { A, B, SMALL_SYMBOLS, SMALL_ROWS_MAX = 16, SMALL_PARTS_MAX = 32 };

/* The arrays of the tree and the panel, which tests change as they like. The root is the node added
 * last. */
typedef struct small {
    by_tree tree;
    by_panel panel;
    by_node nodes[SMALL_PARTS_MAX];
    by_series series[SMALL_PARTS_MAX];
    by_condition conditions[SMALL_PARTS_MAX];
    int32_t links[SMALL_PARTS_MAX];
    by_field weights[SMALL_PARTS_MAX];
    int32_t condition_links[SMALL_PARTS_MAX];
    double values[SMALL_PARTS_MAX];
    by_param param;
    by_trading trading;
    uint8_t whole_shares[SMALL_SYMBOLS];
    int64_t time[SMALL_ROWS_MAX];
    double open[SMALL_SYMBOLS][SMALL_ROWS_MAX];
    double close[SMALL_SYMBOLS][SMALL_ROWS_MAX];
    const double *open_of[SMALL_SYMBOLS];
    const double *close_of[SMALL_SYMBOLS];
    double forward[SMALL_ROWS_MAX * SMALL_SYMBOLS];
    int32_t first_bar[SMALL_SYMBOLS];
    int32_t last_bar[SMALL_SYMBOLS];
    int32_t filled[SMALL_SYMBOLS];
} small;

by_field small_value(double constant);
/* The same closes for all; NaN before the first bar of a symbol. Opens are closes, sessions
 * calendar days that follow each other from Monday 2020-12-28 on. */
void small_open(small *s, int32_t row_count, const double *close_a, const double *close_b);
/* Each appends a part and returns its index. A series of symbol BY_TEMPLATE is one for each child.
 */
int32_t small_series(small *s, by_indicator kind, int32_t symbol, int32_t window);
int32_t small_compare(small *s, int32_t left, by_comparator comparator, double threshold);
int32_t small_combine(small *s, by_condition_kind kind, int32_t count, const int32_t *children);
int32_t small_leaf(small *s, by_node_kind kind, int32_t symbol);
int32_t small_node(small *s, by_node_kind kind, int32_t count, const int32_t *children);
/* A WEIGHTED of two. */
int32_t small_blend(small *s, double weight_a, int32_t a, double weight_b, int32_t b);
/* The run over all rows, which must not be refused. */
plain_result *small_run(const small *s);
/* The target of a symbol on session `day`. */
double small_target(const plain_result *r, int32_t day, int32_t symbol);
/* Fails when they differ by more than rounding. */
void small_assert_near(double value, double expected);

#endif
