/* SPDX-License-Identifier: MIT
 *
 * Closes beside each other: bars that cannot be, and what is far from the close before. Private to
 * cache/.
 *
 * Rows are judged from the oldest on, each by the close of the last row that was kept and by the
 * row behind it. A spike is over BY_NEIGHBOUR_FAR times the close before, or under that part of it,
 * and the next close is within a factor of BY_NEIGHBOUR_NEAR of the close before: it is dropped.
 * What is as far and stays there is a jump: it is kept and marked. So what becomes of a series
 * depends on its rows alone, not on the pages in which they came: only the rows around new ones
 * have to be judged again, those among them that were dropped before included.
 */
#ifndef BY_NEIGHBOURS_H
#define BY_NEIGHBOURS_H

#include "rows.h"

enum { BY_NEIGHBOUR_FAR = 5, BY_NEIGHBOUR_NEAR = 2 };
/* Rows that must stand before the first new one and behind the last, where the series has them. */
enum { BY_NEIGHBOUR_REACH = 2 };

/* Judges the rows again of which `first` .. `last` are the outermost that are new or changed:
 * marks them BY_ROW_DROPPED or BY_ROW_JUMP, or not. With `open_previous`, opens that are not told
 * become the close before, and those that were filled so follow it (BY_ROW_FILLED). *from and the
 * answer are the first and last row that were judged. */
int32_t by_neighbours_judge(by_rows *rows, int32_t first, int32_t last, int open_previous,
                            int32_t *from);
/* The entry for a row that was marked so. */
void by_neighbours_tell(const by_rows *rows, int32_t row, by_refusal *out);
/* The reason of an entry for a jump to `ratio` times the close before. */
void by_neighbours_tell_jump(double ratio, const char *why, by_refusal *out);
/* Whether an entry tells of a row that was dropped as a spike. */
int by_neighbours_is_spike(const by_refusal *refusal);

#endif
