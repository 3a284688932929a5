/* SPDX-License-Identifier: MIT
 *
 * How often random trees really used what there is: counted over runs that had a session, so that a
 * generator gone lame is noticed.
 */
#ifndef BY_TALLY_H
#define BY_TALLY_H

#include "plain.h"
#include "random_tree.h"

/* What a run did beyond the parts of its tree. */
#define TALLY_DEED_MAP(X)                                                                          \
    X(BOUND_TRADING, "the rule, fill or cost depends on a param")                                  \
    X(CHARGED, "costs money beside slippage")                                                      \
    X(INTEREST, "earns or pays interest")                                                          \
    X(WHOLE, "rounds to whole shares")                                                             \
    X(SHORT, "holds a short position")                                                             \
    X(LEVERED, "holds more than it has")                                                           \
    X(IDLE, "holds nothing on some session")                                                       \
    X(WAITED, "does not trade on some session")                                                    \
    X(RUINED, "loses all")                                                                         \
    X(BACK, "looks at a series of days ago")                                                       \
    X(SCALED, "scales or shifts a series")                                                         \
    X(VARIANT, "reads another definition of an indicator")                                         \
    X(OVER_SERIES, "measures a series")                                                            \
    X(OVER_NODE, "measures a node in a condition")                                                 \
    X(OVER_CHILD, "ranks children that are not assets")                                            \
    X(IN_TURN, "measures what measures a node")                                                    \
    X(FOR_DAYS, "asks for several days in a row")                                                  \
    X(DAYS_AGO, "asks how it was days ago")                                                        \
    X(MERGE, "drops repeated tickers")                                                             \
    X(EMPTY_VOID, "leaves the share of an empty filter to the rest")

#define TALLY_DEED_ENUM(name, title) TALLY_##name,
typedef enum tally_deed { TALLY_DEED_MAP(TALLY_DEED_ENUM) TALLY_DEED_COUNT } tally_deed;
#undef TALLY_DEED_ENUM

/* Marks of one run, and the number of runs that had them. */
typedef struct tally_marks {
    int32_t node[BY_NODE_KIND_COUNT];
    int32_t condition[BY_CONDITION_KIND_COUNT];
    int32_t comparator[BY_COMPARATOR_COUNT];
    int32_t form[BY_FORM_COUNT];
    int32_t indicator[BY_INDICATOR_COUNT + RANDOM_CUSTOMS];
    int32_t measure[BY_MEASURE_COUNT];
    int32_t weighting[BY_WEIGHTING_COUNT];
    int32_t ties[BY_TIES_COUNT];
    int32_t rebalance[BY_REBALANCE_COUNT];
    int32_t fill[BY_FILL_COUNT];
    int32_t deed[TALLY_DEED_COUNT];
} tally_marks;

typedef struct tally {
    int32_t runs;
    tally_marks marks;
} tally;

void tally_run(tally *t, const by_tree *tree, const int32_t *digits, const plain_result *run);
/* Prints what fewer than one run in `share` did; whether there is nothing such. */
int32_t tally_check(const tally *t, int32_t share);

#endif
