/* SPDX-License-Identifier: MIT */
#include "series_value.h"

#include <math.h>
#include <string.h>

#include "clones.h"
#include "tree.h"

BY_CLONES void series_combine(int32_t form, const double *left, const double *right, int32_t count,
                              double *out) {
    switch (form) {
    case BY_ADD:
        for (int32_t i = 0; i < count; i++) {
            out[i] = left[i] + right[i];
        }
        break;
    case BY_SUBTRACT:
        for (int32_t i = 0; i < count; i++) {
            out[i] = left[i] - right[i];
        }
        break;
    case BY_MULTIPLY:
        for (int32_t i = 0; i < count; i++) {
            out[i] = left[i] * right[i];
        }
        break;
    default:
        for (int32_t i = 0; i < count; i++) {
            out[i] = left[i] / right[i];
        }
        break;
    }
}

void series_shift(double *values, int32_t count, int32_t days_ago, double factor, double offset) {
    if (days_ago > 0) {
        const int32_t lost = days_ago < count ? days_ago : count;
        memmove(values + lost, values, (size_t)(count - lost) * sizeof *values);
        for (int32_t i = 0; i < lost; i++) {
            values[i] = NAN;
        }
    }
    for (int32_t i = 0; i < count; i++) {
        values[i] = factor * values[i] + offset;
    }
}
