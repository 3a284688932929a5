/* SPDX-License-Identifier: MIT
 *
 * The judge of attributions: which occurrence of a node has what share on each session, one day and
 * one node at a time, and what each earned and traded, in money.
 */
#ifndef BY_PLAIN_BRANCHES_H
#define BY_PLAIN_BRANCHES_H

#include "plain_parts.h"

typedef struct plain_branch {
    int32_t node;
    int32_t days;
    int32_t symbol; /* of an ASSET; that behind the last for CASH; -1 for what is no such leaf */
    bool known;     /* of a leaf: its money is; not where leaves of a ticker cancel out */
    double log_return;
    double turnover;
    double drawdown;
} plain_branch;

typedef struct plain_branches {
    int32_t count;
    bool turnover_known;  /* not of whole shares */
    bool cash_known;      /* that of CASH leaves; not where they earn and the fill is at the open */
    plain_branch *branch; /* in tree order */
    double *share;        /* [session][branch] of leaves */
} plain_branches;

/* Of a run that plain_run made of the same state. `count_max`: of occurrences. */
void plain_branches_open(plain_branches *b, const plain_state *s, const plain_result *run,
                         int32_t count_max);
void plain_branches_close(plain_branches *b);

/* Which occurrence has what share on each session: fills `share`, and of each branch its node, its
 * days and its symbol. */
void plain_branches_share(plain_branches *b, const plain_state *s, const plain_result *run);

#endif
