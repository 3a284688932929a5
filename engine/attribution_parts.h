/* SPDX-License-Identifier: MIT
 *
 * The inside of an attribution, which goes over the sessions in words: 64 rows of the panel, of
 * which the first is divisible by 64. Of each word the simulation tells what a unit of weight in
 * every symbol did (attribution_moves.c), the tree which leaves have what share of each day
 * (attribution_branches.c), and the leaves take their parts (attribution_leaves.c).
 */
#ifndef BY_ATTRIBUTION_PARTS_H
#define BY_ATTRIBUTION_PARTS_H

#include "attribution.h"
#include "simulate.h"
#include "walk.h"

enum {
    WORD_DAYS = 64,
    PART_DAYS = 256 * WORD_DAYS /* that are walked at a time, where they may be walked in parts */
};

/* The branches of a tree, and their shares of the days of a word. */
typedef struct branches {
    const by_tree *tree; /* borrowed */
    const by_columns *columns;
    by_range range; /* sessions */
    walk walk;      /* over the part of them that has the word */
    by_range part;
    int32_t part_days;
    int32_t digits[BY_PARAMS_MAX];
    int32_t count;
    int32_t level_count;
    by_branch *list;
    int32_t *level;
    int32_t *slot;        /* which child of its parent */
    uint64_t *taken;      /* [level]; bits of days on which the branch at hand is taken */
    const double **share; /* [level] -> [day]; what it has of the whole, where taken */
    double *own;          /* [level][day]; shares that are not the parent's */
    double **split;       /* [level] -> [child][day]; weights of those that change by the day */
    void *memory;
} branches;

/* Called for each leaf that is taken on days of a word: bits of `taken`, share[day]. */
typedef struct leaf_visit {
    void *context;
    void (*leaf)(void *context, int32_t branch, uint64_t taken, const double *share);
} leaf_visit;

by_status branches_open(branches *b, const by_tree *tree, const by_columns *columns,
                        const int32_t *digits, by_range range, int32_t part_days, by_error *err);
void branches_close(branches *b);
/* Visits the leaves of the word of panel row `row`, and counts the days of all branches. Words come
 * in rising order. */
by_status branches_visit(branches *b, int32_t row, const leaf_visit *visit, by_error *err);
/* The node of a branch. */
static inline const by_node *branch_node(const branches *b, int32_t branch) {
    return &b->tree->nodes[b->list[branch].node];
}

/* What a unit of weight in each symbol did on the days of a word: tables are [day][width], the
 * column behind the symbols is cash, and the row behind the word is the first day of the next. What
 * a day decides is traded at its close, or at the next open. */
typedef struct moves {
    const by_panel *panel;
    const by_run *run;
    const trading *how;
    const uint8_t *whole; /* [symbol] of whole shares, or NULL */
    int32_t width;
    int32_t base; /* panel row of day 0 of the word */
    int32_t step; /* session that is about to go to the next */
    int32_t peak; /* sessions; see by_attribution */
    int32_t trough;
    bool ruined;
    double value;         /* what is left of 1 on the way to the next session */
    double cost;          /* of the trades on it */
    double interest;      /* on it */
    double *unit;         /* [width]; what a unit bought by the last trade is of the value now */
    double *before;       /* contribution of a unit held until the trade of the day's decision */
    double *after;        /* and of one from then on, until the next session */
    double *sold;         /* what a unit of the decision before was when the day's was traded */
    double *bought;       /* what a unit wanted was in whole shares, else 1 */
    double *traded;       /* of the value */
    uint64_t trades;      /* bits of days whose decision was traded */
    uint64_t trades_next; /* bit 0: the same of the row behind the word */
    double costs;
    double cash; /* all interest */
    double costs_drawdown;
    double cash_drawdown;
    by_status (*word)(void *context, const struct moves *m, by_error *err); /* a word is complete */
    void *context;
    by_status status;
    by_error *err;
    void *memory;
} moves;

/* `run`, `panel`, `how` and `whole` are borrowed. */
by_status moves_open(moves *m, const by_run *run, const by_panel *panel, const trading *how,
                     const uint8_t *whole, by_error *err);
void moves_close(moves *m);
/* What watches the simulation of the run, and what is left to do behind it. */
simulation_watch moves_watch(moves *m);
void moves_finish(moves *m);
/* Bits of the sessions of the word, and of those whose step to the next is within the drawdown. */
uint64_t moves_sessions(const moves *m);
uint64_t moves_falling(const moves *m);
/* The panel row of the first of these sessions. */
static inline int32_t moves_first_row(const moves *m) {
    return m->base > m->run->first ? m->base : m->run->first;
}

/* A leaf in a word. */
typedef struct leaf_days {
    int32_t branch;
    int32_t column; /* of moves */
    uint64_t taken;
    double share[WORD_DAYS];
} leaf_days;

/* The accounts of all leaves. */
typedef struct leaves {
    branches *branches;
    double *held;     /* [branch]; share of the decision that is held */
    double *lost;     /* [branch]; what rounding took from its log return (Neumaier's sum) */
    int32_t *holders; /* branches with something held at the end of the last word */
    int32_t holder_count;
    uint8_t *present; /* [branch]; 1 for those in `days` */
    leaf_days *days;  /* of this word */
    int32_t day_count;
    int32_t room;
    int32_t width;   /* of moves */
    bool failed;     /* memory ran out */
    double *changes; /* [day][column]; sum of all leaves' changes */
} leaves;

by_status leaves_open(leaves *l, branches *b, int32_t width, by_error *err);
void leaves_close(leaves *l);
/* Takes a word. */
by_status leaves_take(leaves *l, const moves *m, by_error *err);
/* Adds up what the parents have. */
void leaves_sum(leaves *l);

/* by_attribution_new with parts of `part_days`, which 64 divides. */
by_status attribution_new(const by_tree *tree, const by_columns *columns, const int32_t *digits,
                          const by_run *run, int32_t part_days, by_attribution **out,
                          by_error *err);

#endif
