/* SPDX-License-Identifier: MIT */
#include "plain_indicator.h"

#include <math.h>

#include "plain.h"

static const int32_t reads_of[BY_INDICATOR_COUNT] = {
#define READS(upper, name, windows, reads, title) [BY_##upper] = (reads),
    BY_INDICATOR_MAP(READS)
#undef READS
};

/* The inputs from row `first` on; a series that is not bars has its values for a range. */
static by_inputs from_row(const by_inputs *in, int32_t first) {
    by_inputs part = *in;
    if (part.high == NULL) {
        part.high = part.close;
    }
    if (part.low == NULL) {
        part.low = part.close;
    }
    part.high += first;
    part.low += first;
    part.close += first;
    if (part.volume != NULL) {
        part.volume += first;
    }
    if (part.time != NULL) {
        part.time += first;
    }
    return part;
}

static bool row_is_known(int32_t reads, const by_inputs *in, int32_t t) {
    by_inputs row = from_row(in, t);
    if (reads == BY_READS_TIME) {
        return row.time != NULL;
    }
    if (isnan(*row.close)) {
        return false;
    }
    if ((reads & BY_READS_RANGE) != 0 && (isnan(*row.high) || isnan(*row.low))) {
        return false;
    }
    return (reads & BY_READS_VOLUME) == 0 || (row.volume != NULL && !isnan(*row.volume));
}

int32_t plain_indicator(int32_t kind, const int32_t window[3], int32_t variant,
                        const by_inputs *inputs, int32_t count, double *out) {
    for (int32_t t = 0; t < count; t++) {
        out[t] = NAN;
    }
    for (int32_t t = 0; t < count;) {
        int32_t end = t;
        while (end < count && row_is_known(reads_of[kind], inputs, end)) {
            end++;
        }
        if (end > t) {
            by_inputs part = from_row(inputs, t);
            (void)(plain_fill_windows(kind, window, variant, &part, end - t, out + t) ||
                   plain_fill_histories(kind, window, variant, &part, end - t, out + t) ||
                   plain_fill_bars(kind, window, variant, &part, end - t, out + t));
        }
        t = end + 1;
    }
    int32_t first = 0;
    while (first < count && isnan(out[first])) {
        first++;
    }
    return first;
}
