/* SPDX-License-Identifier: MIT
 *
 * Splits of shares on file, and the jumps of prices that they explain.
 *
 * A provider tells of them for a symbol, whatever feed, adjustment or timeframe its bars have. So
 * they stand below a key of their own in the bar store, and the id of any series of both finds
 * them: the provider is the dataset's name up to its first '/'.
 */
#ifndef BY_ACTIONS_H
#define BY_ACTIONS_H

#include "store.h"

enum { BY_ACTIONS_MAX = 4096 }; /* of one symbol */

typedef struct by_action {
    int64_t date; /* the first session without what was split, as midnight UTC */
    double ratio; /* new shares for an old one: 4, or 0.1 for a reverse split */
} by_action;

/* Lives as long as the snapshot. */
typedef struct by_actions {
    const by_action *list; /* by date, each once */
    int32_t count;
    int32_t reserved;
    int64_t from;       /* the provider was asked for all from this date on */
    int64_t asked_time; /* when; 0: never */
} by_actions;

/* The bars of a series that are noted as jumps. */
typedef struct by_jumps {
    int32_t explained;  /* by an action on file; not noted any more */
    int32_t unadjusted; /* an action has their ratio, but prices should be adjusted for it; noted */
    int32_t open;       /* no action explains them; noted */
    int32_t reserved;
    int64_t first_open; /* the bar before the first of these */
    int64_t last_open;  /* the last of them */
} by_jumps;

/* What the provider answered when it was asked for all actions from the date `from` on: takes the
 * place of what was on file from there on. `actions` rise and have ratios from 1e-6 to 1e6, else
 * BY_DATA; BY_LIMIT when more than BY_ACTIONS_MAX are on file then. */
BY_API by_status by_store_put_actions(by_store *store, const by_series_id *id, int64_t from,
                                      int64_t asked_time, const by_action *actions, int32_t count,
                                      by_error *err);
/* All zero when the provider was never asked. BY_DATA when the record is damaged. */
BY_API by_status by_snapshot_actions(by_snapshot *snapshot, const by_series_id *id, by_actions *out,
                                     by_error *err);
/* Compares the jumps that are noted for a series with the actions on file, and corrects the notes
 * in one transaction. `adjusted` tells that its prices should be adjusted for splits. */
BY_API by_status by_store_explain_jumps(by_store *store, const by_series_id *id, int32_t adjusted,
                                        by_jumps *out, by_error *err);

#endif
