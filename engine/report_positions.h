/* SPDX-License-Identifier: MIT
 *
 * Metrics of a report: trading, turnover, exposure and positions of a run. See report.h for how
 * these lines are read.
 */
#ifndef BY_REPORT_POSITIONS_H
#define BY_REPORT_POSITIONS_H

#include "panel.h"
#include "run.h"

/* Of a run alone. A position is a symbol held at the end of one session after the other; it is
 * entered and left at the close, or at the open where orders are filled there. One that is still
 * held ends with the run. Its return is the change of the symbol's price, with the other sign of a
 * short one, whatever its weight was.
 *
 * turnover_year          average_turnover * P
 *                        | a session. Both sides of a trade count: to replace all is 2.
 * trades_year            trades / sessions * P
 *                        | a session.
 * average_positions      mean over sessions of how many are held
 *                        | a session.
 * max_positions          most of them at once
 *                        | a session.
 * average_holding        mean over positions of the sessions at whose end they are held
 *                        | a position.
 * longest_holding        most such sessions of a position
 *                        | a position.
 * win_positions          share of the positions with a return above 0
 *                        | a position.
 * average_position       mean over positions of their return
 *                        | a position.
 * best_position          highest return of a position
 *                        | a position.
 * worst_position         lowest return of a position
 *                        | a position.
 * costs                  sum over trades of their cost (slippage, commissions, fees) as a fraction
 *                        of the value traded with
 *                        | a run.
 * costs_year             costs / sessions * P
 *                        | a session.
 */
#define BY_REPORT_POSITIONS_MAP(X)                                                                 \
    X(turnover_year, -1, fraction, "turnover a year")                                              \
    X(trades_year, -1, count, "positions opened a year")                                           \
    X(average_positions, 0, number, "positions held")                                              \
    X(max_positions, 0, count, "most positions")                                                   \
    X(average_holding, 0, sessions, "average holding (sessions)")                                  \
    X(longest_holding, 0, sessions, "longest holding (sessions)")                                  \
    X(win_positions, 1, fraction, "winning positions")                                             \
    X(average_position, 1, fraction, "average position")                                           \
    X(best_position, 1, fraction, "best position")                                                 \
    X(worst_position, 1, fraction, "worst position")                                               \
    X(costs, -1, fraction, "costs")                                                                \
    X(costs_year, -1, fraction, "costs a year")

/* A position of a run, by its sessions. */
typedef struct by_position {
    int32_t symbol;
    int32_t entry; /* the first at whose end it is held */
    int32_t exit;  /* the first at whose end it is not; the last session where it still is */
    double value;  /* its return */
} by_position;

/* What was held. */
typedef struct by_positions {
    int64_t count;
    int64_t held;      /* sum over positions of the sessions at whose end they are held */
    int64_t wins;      /* with a return above 0 */
    double sum;        /* of the returns */
    int32_t longest;   /* most sessions of one */
    int32_t most;      /* at once */
    by_position best;  /* the first one with the highest return; symbol -1 for none */
    by_position worst; /* likewise the lowest */
} by_positions;

/* The positions of a run over its panel; `at_open` is 1 where orders are filled at the open. `list`
 * gets each of them, in no order that matters, and has room for out->count of an earlier call; or
 * it is NULL. Fails with BY_NOMEM. Thread-safe. */
BY_API by_status by_positions_of(const by_run *run, const by_panel *panel, int32_t at_open,
                                 by_positions *out, by_position *list, by_error *err);

#endif
