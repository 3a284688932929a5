/* SPDX-License-Identifier: MIT
 *
 * The panel: the columns that a strategy reads, aligned on one axis of bars.
 *
 * Rows are the union of the times at which any symbol has a bar, oldest first. A symbol that has no
 * bar of its own on a row after its first one keeps its last close there (open, high and low are
 * that close, too, and nothing was traded), and filled_count says how often. Rows from first_common
 * on are the sessions on which all symbols have a price.
 *
 * A symbol may also be a series from outside, known as of some time: its times say from which on
 * each value is seen. It adds no rows; a row has the last value whose time is not behind the row's,
 * and the last one of all stays to the end. It does not bound last_common, has filled none, and
 * earns nothing (forward is 0), as nobody can hold it.
 */
#ifndef BY_PANEL_H
#define BY_PANEL_H

#include "bars.h"
#include "status.h"

/* Columns are [symbol][bar], NaN before the symbol's first bar. */
typedef struct by_panel {
    int32_t bar_count;
    int32_t first_common; /* first row by which every symbol has had a bar */
    int32_t last_common;  /* last row that no symbol's data end before */
    int32_t symbol_count;
    int32_t bar_seconds; /* how long a bar is; 0, as by_panel_new leaves it, where not known */
    int32_t reserved;
    double periods_per_year; /* rows in a year: 252, times the rows of a day (UTC) on average */
    const int64_t *time;     /* [bar_count]; seconds since 1970 UTC */
    const double *const *close;
    const double *const *open;   /* NULL, as the next three, in a panel of closes only */
    const double *const *high;   /* NaN where the source does not tell */
    const double *const *low;    /* likewise */
    const double *const *volume; /* likewise */
    const double *forward; /* [bar][symbol]; close[bar + 1] / close[bar] - 1; 0 where not known */
    const int32_t *first_bar;    /* [symbol]; row of its first bar */
    const int32_t *last_bar;     /* [symbol]; row of its own last bar */
    const int32_t *filled_count; /* [symbol]; rows between these two without a bar of its own */
} by_panel;

/* Builds a panel of `symbol_count` series; series i is made of slices[slice_first[i] ..
 * slice_first[i + 1]), oldest first. `full` = 1 takes opens, highs, lows and volumes along, 0
 * closes only. Nothing is borrowed afterwards. Fails with BY_DATA when a series is empty, its times
 * do not rise, or it ends before another begins (the message names the symbol by names[i]).
 * Thread-safe. */
BY_API by_status by_panel_new(int32_t symbol_count, const char *const *names, const by_bars *slices,
                              const int32_t *slice_first, int32_t full, by_panel **out,
                              by_error *err);
/* The same, in which series i with as_of[i] != 0 come from outside: of their slices time and close
 * alone are read, and values may be 0 or below. BY_DATA, too, when no series has bars, or one from
 * outside is not seen on any row. */
BY_API by_status by_panel_new_as_of(int32_t symbol_count, const char *const *names,
                                    const by_bars *slices, const int32_t *slice_first,
                                    const uint8_t *as_of, int32_t full, by_panel **out,
                                    by_error *err);
BY_API void by_panel_free(by_panel *panel);
/* A hash of the times and of all columns up to row `last`: the same for the same data. */
BY_API uint64_t by_panel_hash(const by_panel *panel, int32_t last);

#endif
