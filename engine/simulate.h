/* SPDX-License-Identifier: MIT
 *
 * Accounting session by session: any rule of rebalancing, fill, cost and interest.
 *
 * What is held on session i earns the returns to session i + 1 and drifts; there the rule decides
 * whether it is traded to the targets of that session. The fill is at that close, or at the next
 * open. A step grows the value by 1 + sum w * r, with a session's part (panel.h: periods_per_year)
 * of the yield on cash or of the rate on debt and on short positions in it; a trade keeps a part of
 * the value (see orders.h). Who has nothing left is ruined: the return is -1, and nothing is held
 * or traded from then on.
 */
#ifndef BY_SIMULATE_H
#define BY_SIMULATE_H

#include "held_log.h"
#include "metrics.h"
#include "orders.h"

/* The stretches over which something is held, from a panel row on: to the next close or the next
 * open, or from the row's own open to its close. */
typedef enum leg { LEG_TO_CLOSE, LEG_TO_OPEN, LEG_FROM_OPEN } leg;

/* Who looks on while a backtest is simulated. */
typedef struct simulation_watch {
    void *context;
    /* What is held has grown by the factor `growth`, 0 for ruin, of which `interest` is what cash
     * and debt added; weights are those of before. */
    void (*earned)(void *context, leg over, int32_t row, const positions *held, double interest,
                   double growth);
    /* Traded on `session` to the targets of `decided`, the session itself or the one before. */
    void (*traded)(void *context, int32_t session, int32_t decided, const orders *at, filled got);
    /* Session `session` has gone to the next. */
    void (*stepped)(void *context, int32_t session);
} simulation_watch;

typedef struct simulation {
    const by_panel *panel;
    const uint8_t *whole_shares; /* [symbol]; NULL for none */
    by_range range;
    int32_t session_count; /* of the last `simulate`, as are the next five, by session */
    double *equity;        /* money */
    double *returns;       /* return i is from session i to i + 1 */
    double *turnover;      /* sum |target - actual| of the session's trade */
    double *exposure;      /* sum of the weights held at its end */
    uint8_t *traded;
    uint8_t *marks; /* [row - range.first]; see calendar.h */
    positions held;
    orders orders;
    void *memory;
    const simulation_watch *watch; /* borrowed; NULL, as simulation_open leaves it, for none */
} simulation;

/* What a symbol returns over a stretch. */
double leg_change(const by_panel *panel, leg over, int32_t row, int32_t symbol);

/* For sessions within `range`. `plan` and `panel` are borrowed until simulation_close. BY_DATA when
 * fills at the open are asked of a panel without opens. */
by_status simulation_open(simulation *s, const by_plan *plan, const by_panel *panel, by_range range,
                          by_error *err);
void simulation_close(simulation *s);
/* The backtest from panel row `first` to the end of the range; row[i] is the target of its session
 * i. Fills the arrays of `s` and `out`, and adds each session to `log` (NULL for none). */
void simulate(simulation *s, const trading *how, const row_pool *pool, const int32_t *row,
              int32_t first, held_log *log, by_result *out);

#endif
