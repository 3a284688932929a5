/* SPDX-License-Identifier: MIT
 *
 * The panel: the columns that a strategy reads, aligned on one axis of bars.
 *
 * Rows from `first_common` on are the sessions: the union of the times at which any symbol has a
 * bar, from the first time at which every symbol has had one. A symbol that misses a session keeps
 * its last close there, and filled_count says how often. Rows before first_common hold each
 * symbol's own earlier bars, packed so that the last of them stands right before first_common:
 * indicators see a symbol's full history and no filled bar in it.
 */
#ifndef BY_PANEL_H
#define BY_PANEL_H

#include "bars.h"
#include "status.h"

typedef struct by_panel {
    int32_t bar_count;
    int32_t first_common; /* first row that is a session */
    int32_t last_common;  /* last row that no symbol's data end before */
    int32_t symbol_count;
    const int64_t *time;        /* [bar_count]; seconds since 1970 UTC; from first_common on */
    const double *const *close; /* [symbol][bar]; NaN before the symbol's first bar */
    const double *forward; /* [bar][symbol]; close[bar + 1] / close[bar] - 1; 0 where not known */
    const int32_t *first_bar;    /* [symbol]; row of its first bar */
    const int32_t *last_bar;     /* [symbol]; row of its own last bar */
    const int32_t *filled_count; /* [symbol]; sessions up to last_bar that it missed */
} by_panel;

/* Builds a panel of `symbol_count` series; series i is made of slices[slice_first[i] ..
 * slice_first[i + 1]), oldest first. Nothing is borrowed afterwards. Fails with BY_DATA when a
 * series is empty or there is no common session (the message names the symbol by names[i]).
 * Thread-safe. */
BY_API by_status by_panel_new(int32_t symbol_count, const char *const *names, const by_bars *slices,
                              const int32_t *slice_first, by_panel **out, by_error *err);
BY_API void by_panel_free(by_panel *panel);
/* A hash of the times and closes up to row `last`: the same for the same data. */
BY_API uint64_t by_panel_hash(const by_panel *panel, int32_t last);

#endif
