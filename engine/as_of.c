/* SPDX-License-Identifier: MIT */
#include "as_of.h"

#include <math.h>

void as_of_fill(const axis_source *source, const int64_t *time, int32_t count, double *values) {
    double last = NAN;
    int32_t row = 0;
    for (int32_t s = 0; s < source->slice_count; s++) {
        const by_bars *slice = &source->slices[s];
        for (int32_t i = 0; i < slice->count; i++) {
            for (; row < count && time[row] < slice->time[i]; row++) {
                values[row] = last;
            }
            last = slice->close[i];
        }
    }
    for (; row < count; row++) {
        values[row] = last;
    }
}
