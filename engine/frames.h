/* SPDX-License-Identifier: MIT
 *
 * Frames: bars of higher timeframes, made of the rows of a panel, and when each of them is seen.
 *
 * A row ends bar_seconds after its time, or with its time where that is not known. A higher bar is
 * made of the rows that end within its period (those that lie in it, where the length of a row is
 * not known) and has closed on the first row that ends at or behind the end of the period: so the
 * row that fills the period by the clock shows it, else the first row behind the period. That more
 * rows of a period are to come, or none, is never looked at, so nothing changes where data are cut.
 *
 * Of a symbol's rows in a period a bar has the first open, the highest high, the lowest low, the
 * last close, and the sum of the volumes, each of those that are known. Rows on which nothing was
 * traded and whose prices are the last close (a panel fills them in) count for the close alone;
 * where a period has no others, the bar is as filled in as they are.
 */
#ifndef BY_FRAMES_H
#define BY_FRAMES_H

#include "panel.h"

/* The rows of a panel (timeframe 0), or bars made of them. */
typedef struct frame {
    by_panel bars;     /* bar_count, time (begins of periods) and columns; else as in the panel */
    int32_t timeframe; /* in this order: each frame is of a higher one than that before it */
    int32_t reserved;
    int64_t *time;      /* [bar_count] */
    int64_t *end;       /* [bar_count]; of the periods */
    int32_t *first_row; /* [bar_count + 1]; bar i is made of rows first_row[i] .. of the panel */
    double **column;    /* [which][symbol]: NULL until it is asked for */
} frame;

typedef struct frames {
    const by_panel *panel;
    frame *list; /* the first one is the panel's own rows */
    int32_t count;
    int32_t reserved;
} frames;

/* Frames of a panel, which is borrowed until frames_close: its own, and one for each distinct
 * timeframe above 0. BY_STRATEGY when one is not above the panel's own bars. */
by_status frames_open(frames *f, const by_panel *panel, int32_t timeframe_count,
                      const int32_t *timeframes, by_error *err);
void frames_close(frames *f);
/* The position of a timeframe that was asked for. */
int32_t frames_find(const frames *f, int32_t timeframe);
/* Makes the bars of a symbol in the frame at `position`, unless they are there. */
by_status frames_add_symbol(frames *f, int32_t position, int32_t symbol, by_error *err);
/* The bar of frame `above` that is the last to have closed on row `row` of frame `at`; -1 for none.
 */
int32_t frames_seen(const frames *f, int32_t at, int32_t above, int32_t row);
/* out[i] = values[the bar seen on row i] for all rows of frame `at`, NaN where there is none;
 * returns the first row that sees bar `first` or a later one, or their number. */
int32_t frames_see(const frames *f, int32_t at, int32_t above, const double *values, int32_t first,
                   double *out);

#endif
