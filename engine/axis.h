/* SPDX-License-Identifier: MIT
 *
 * The time axis of a panel: the union of the times of several series.
 */
#ifndef BY_AXIS_H
#define BY_AXIS_H

#include "bars.h"
#include "status.h"

/* One series, as slices that follow each other. */
typedef struct axis_source {
    const by_bars *slices;
    int32_t slice_count;
    int32_t bar_count;
    int64_t first_time;
    int32_t as_of; /* 1: known as of its times, which are none of the axis */
} axis_source;

/* Counts the bars of a source of which the slices are known. BY_DATA when there are none or their
 * times do not rise, BY_LIMIT when there are too many; `name` is for the message. */
by_status axis_check(axis_source *source, const char *name, by_error *err);
/* The times at which any of the sources has a bar, rising; the caller frees them. BY_DATA when no
 * source has bars. */
by_status axis_new(int32_t source_count, const axis_source *sources, int64_t **time, int32_t *count,
                   by_error *err);
/* The position of the first of `count` rising times that is not before `wanted`. */
int32_t axis_find(const int64_t *time, int32_t count, int64_t wanted);

#endif
