/* SPDX-License-Identifier: MIT
 *
 * Between the files of the judge. One combo is evaluated from the bottom up: for each node in order
 * first the columns of all that it reads are made (plain_prepare), and from then on its allocation
 * of any row is found by recursion (plain_weigh). Allocations are dense: one weight for each symbol
 * and, behind them, one for VOID.
 */
#ifndef BY_PLAIN_PARTS_H
#define BY_PLAIN_PARTS_H

#include "plain.h"

#include <stdbool.h>

/* One value for each row of the panel, NaN before `ready` (bar_count when there is none). */
typedef struct plain_column {
    double *value;
    int32_t ready;
    int32_t child; /* of a series: the node that its template stands for, or -1 */
    struct plain_column *next;
} plain_column;

/* A condition on each row of the panel. */
typedef struct plain_mask {
    uint8_t *holds;
    int32_t ready;
} plain_mask;

/* What a node reads, one for each child, and room to choose among them; NULL where it needs none.
 */
typedef struct plain_inputs {
    const plain_column **rank;
    const plain_column **volatility;
    const plain_column *series; /* of a MIXED */
    int32_t *order;             /* of the row at hand: children, best first */
    double *share;              /* and their weights */
} plain_inputs;

/* The rows of the panel (timeframe 0), or bars of a higher timeframe that are made of them, the
 * last one as far as it goes. */
typedef struct plain_frame {
    int32_t timeframe;
    by_panel bars;
    int64_t *time; /* of bars, and when they end */
    int64_t *end;
    int32_t *bar_of; /* [row of the panel] */
    double *data;
    double **column;
    struct plain_frame *next;
} plain_frame;

typedef struct plain_state {
    const by_tree *tree;
    const by_trading *trading;
    const by_panel *panel;
    const int32_t *digits;
    by_status status;      /* the first that is not BY_OK */
    plain_frame *frames;   /* those asked for so far */
    plain_column **series; /* [series] -> list of columns, one for each child */
    plain_column **equity; /* [node]; NULL until something is measured over it */
    plain_mask *mask;      /* [condition] */
    plain_inputs *inputs;  /* [node] */
    int32_t *ready;        /* [node] */
    double **scratch;      /* [level][symbol] */
    int32_t level_count;
    int32_t reserved;
} plain_state;

/* plain.c: prepares all nodes for a combo; s->status says whether it did. */
void plain_open(plain_state *s, const by_tree *tree, const by_panel *panel, const int32_t *digits);
void plain_close(plain_state *s);
/* The value of a field for the combo; as a whole number, INT32_MIN when it is none. */
double plain_value(const plain_state *s, const by_field *field);
int32_t plain_integer(const plain_state *s, const by_field *field);
/* Zeroed memory; NULL and a status of BY_NOMEM when there is none. */
void *plain_room(plain_state *s, size_t count, size_t size);
int32_t plain_later(int32_t a, int32_t b);

/* plain_frame.c: the bars of a timeframe, NULL when there is no memory; and which bar of one above
 * is the last to have closed on a row, -1 for none. */
const plain_frame *plain_frame_of(plain_state *s, int32_t timeframe);
void plain_frames_free(plain_state *s);
int32_t plain_seen(const plain_frame *at, int32_t row, const plain_frame *above);

/* plain_series.c: the column of a series, where its template stands for the node `child` (-1 for
 * none). NULL when it fails. */
const plain_column *plain_series(plain_state *s, int32_t index, int32_t child);

/* plain_condition.c: a condition on all rows. `holds` is NULL when it fails. */
const plain_mask *plain_condition(plain_state *s, int32_t index);

/* plain_ready.c: makes all that a node reads, and finds the first row on which everything inside is
 * computable. The nodes before it are prepared. */
void plain_prepare(plain_state *s, int32_t node);
/* Whether the child of a node counts for what is computable: not when a param leaves it out. */
bool plain_child_counts(const plain_state *s, const by_node *node, int32_t child);

/* plain_node.c: the allocation of a prepared node on a row, [symbol_count + 1]. */
void plain_weigh(const plain_state *s, int32_t node, int32_t row, int32_t level, double *out);
/* plain_choice.c: those of a FILTER and an INVERSE_VOL. */
void plain_weigh_filter(const plain_state *s, int32_t node, int32_t row, int32_t level,
                        double *out);
void plain_weigh_inverse(const plain_state *s, int32_t node, int32_t row, int32_t level,
                         double *out);
/* out = out + weight * the allocation of a child. */
void plain_blend(const plain_state *s, int32_t child, double weight, int32_t row, int32_t level,
                 double *out);

/* plain_measure.c: the allocation without VOID, which leaves its share to the rest; the equity of a
 * prepared node; and the mean of an indicator over what it holds. */
void plain_settle(const plain_state *s, int32_t node, int32_t row, double *out);
const plain_column *plain_equity(plain_state *s, int32_t node);

/* plain_rebalance.c: whether the rule trades on session i > 0, where `held` met `target`. */
bool plain_rebalances(const plain_state *s, int32_t row, const double *held, const double *target);

/* plain_behaviour.c: by_result.behaviour, from the targets of all sessions. */
uint64_t plain_behaviour(const plain_result *run);

/* plain_account.c: from the targets of all days to everything else. */
void plain_account(plain_state *s, plain_result *run);

#endif
