/* SPDX-License-Identifier: MIT
 *
 * Rows as a source sent them into bars that may be stored, and those that may not, with the reason.
 * Looks at one series of one page alone. Private to cache/.
 *
 * Bars that are not finished yet are left out. Refused are: times outside of the window or off the
 * grid, prices that are not finite and positive (a close must be told, the others may be NaN),
 * volumes below 0 or not finite, and prices that do not go together (range.h). Rows may come in any
 * order. Of rows of the same time the first sound one is kept; those equal to it are repeated, the
 * others refused.
 */
#ifndef BY_VET_H
#define BY_VET_H

#include "refusals.h"

typedef struct by_vet_rules {
    by_span window;
    int64_t final_end;    /* bars from here on are not finished */
    int64_t grid_seconds; /* at least 1 */
    int64_t grid_offset;
    int32_t open_close; /* 1: an open that is not told becomes the bar's own close */
    int32_t reserved;
} by_vet_rules;

typedef struct by_vetted {
    by_bars bars; /* rising and sound; columns of the rows, or of `owned` */
    int64_t refused_count;
    int64_t repeated_count;
    int64_t unfinished_count;
    by_refusals refusals;
    void *owned;
    void *owned_open;
} by_vetted;

/* `rows` (no column NULL) is borrowed for as long as the bars are used. One pass and no copy where
 * all rows are sound and rise. */
by_status by_vet(const by_bars *rows, const by_vet_rules *rules, by_vetted *out, by_error *err);
void by_vetted_free(by_vetted *vetted);

#endif
