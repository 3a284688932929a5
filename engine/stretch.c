/* SPDX-License-Identifier: MIT */
#include "stretch.h"

#include <math.h>
#include <stddef.h>

/* The inputs from row `begin` on, with closes for prices that are not there. */
static by_inputs inputs_from(const by_inputs *in, int32_t begin) {
    const double *close = in->close != NULL ? in->close + begin : NULL;
    return (by_inputs){.open = in->open != NULL ? in->open + begin : close,
                       .high = in->high != NULL ? in->high + begin : close,
                       .low = in->low != NULL ? in->low + begin : close,
                       .close = close,
                       .volume = in->volume != NULL ? in->volume + begin : NULL,
                       .other = in->other != NULL ? in->other + begin : NULL,
                       .time = in->time != NULL ? in->time + begin : NULL};
}

/* Whether row i has all that is read. What reads the time reads nothing else. */
static bool known(int32_t reads, const by_inputs *in, int32_t i) {
    if ((reads & BY_READS_TIME) != 0) {
        return true;
    }
    return !isnan(in->close[i]) &&
           ((reads & BY_READS_RANGE) == 0 || (!isnan(in->high[i]) && !isnan(in->low[i]))) &&
           ((reads & BY_READS_OPEN) == 0 || !isnan(in->open[i])) &&
           ((reads & BY_READS_VOLUME) == 0 || !isnan(in->volume[i])) &&
           ((reads & BY_READS_OTHER) == 0 || !isnan(in->other[i]));
}

/* Whether something that is read is not there at all. */
static bool missing(int32_t reads, const by_inputs *in) {
    return ((reads & BY_READS_VOLUME) != 0 && in->volume == NULL) ||
           ((reads & BY_READS_OTHER) != 0 && in->other == NULL) ||
           ((reads & BY_READS_TIME) != 0 && in->time == NULL);
}

bool stretch_next(stretch *at, int32_t reads, const by_inputs *inputs, int32_t count, double *out) {
    const by_inputs in = inputs_from(inputs, 0);
    const bool none = missing(reads, &in);
    int32_t begin = at->end;
    while (begin < count && (none || !known(reads, &in, begin))) {
        out[begin++] = NAN;
    }
    int32_t end = begin;
    while (end < count && known(reads, &in, end)) {
        end++;
    }
    *at = (stretch){.inputs = inputs_from(&in, begin), .begin = begin, .end = end};
    return begin < end;
}
