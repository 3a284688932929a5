/* SPDX-License-Identifier: MIT
 *
 * A stretch of a series in memory while bars are merged into it: rows by time, each with where it
 * comes from and what becomes of it. Private to cache/.
 */
#ifndef BY_ROWS_H
#define BY_ROWS_H

#include "series.h"

enum {
    BY_ROW_NEW = 1,     /* not stored so far */
    BY_ROW_CHANGED = 2, /* stored with other values */
    BY_ROW_ASIDE = 4,   /* not stored so far: it was kept aside by an earlier merge */
    BY_ROW_FILLED = 8,  /* stored with another open, which was not told but filled in */
    BY_ROW_JUMP = 16,   /* far from the close before */
    BY_ROW_DROPPED = 32 /* not to be stored */
};
enum { BY_OPEN, BY_HIGH, BY_LOW, BY_CLOSE, BY_VOLUME, BY_ROW_COLUMNS };

typedef struct by_rows {
    int32_t count;
    int32_t room;
    int64_t *time;
    double *column[BY_ROW_COLUMNS];
    double *stored_close; /* NaN for rows that are not stored so far */
    uint8_t *mark;
} by_rows;

/* What a merge of rows counts. */
typedef struct by_rows_merge {
    int32_t replace;   /* 1: rows that are there already get the new values, 0: they stay */
    int32_t keep_open; /* 1: an open that is not told does not differ from one that is stored */
    int64_t unchanged;
    int64_t changed;
    int64_t first_changed_time;
} by_rows_merge;

/* Makes room for at least `room` rows and forgets those that are there. 0 or ENOMEM. */
int by_rows_reset(by_rows *rows, int64_t room);
void by_rows_free(by_rows *rows);
/* Appends all bars of `stored`, whose times are above those of the rows, merged with those of
 * fresh[*at ..] (no column NULL) that are not behind its last time; *at moves on. */
void by_rows_merge_chunk(by_rows *rows, const by_bars *stored, const by_bars *fresh, int32_t *at,
                         int32_t end, by_rows_merge *merge);
/* Appends fresh[at .. end). */
void by_rows_add(by_rows *rows, const by_bars *fresh, int32_t at, int32_t end);
/* Puts a row that was kept aside at its place, dropped for now; nothing when its time is there. */
void by_rows_put_aside(by_rows *rows, const by_refusal *bar);
/* Removes the rows that are dropped. */
void by_rows_pack(by_rows *rows);
by_bars by_rows_bars(const by_rows *rows);

#endif
