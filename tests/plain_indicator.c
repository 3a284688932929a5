/* SPDX-License-Identifier: MIT */
#include "plain_indicator.h"

#include <math.h>
#include <stdlib.h>

#include "plain.h"

double *plain_values(int32_t count) {
    double *values = malloc((size_t)(count > 0 ? count : 1) * sizeof *values);
    for (int32_t t = 0; t < count && values != NULL; t++) {
        values[t] = NAN;
    }
    return values;
}

static const int32_t reads_of[BY_INDICATOR_COUNT] = {
#define READS(upper, name, windows, numbers, reads, options, title) [BY_##upper] = (reads),
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
    if (part.open == NULL) {
        part.open = part.close;
    }
    part.open += first;
    part.high += first;
    part.low += first;
    part.close += first;
    if (part.volume != NULL) {
        part.volume += first;
    }
    if (part.other != NULL) {
        part.other += first;
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
    if ((reads & BY_READS_OPEN) != 0 && isnan(*row.open)) {
        return false;
    }
    if ((reads & BY_READS_OTHER) != 0 && (row.other == NULL || isnan(*row.other))) {
        return false;
    }
    return (reads & BY_READS_VOLUME) == 0 || (row.volume != NULL && !isnan(*row.volume));
}

static plain_fill *const fills[] = {
    plain_fill_windows, plain_fill_histories, plain_fill_bars,       plain_fill_averages,
    plain_fill_ranges,  plain_fill_moments,   plain_fill_structures,
};

/* A stretch: by the tree's own indicator, if there is one. */
static by_status fill(const by_custom *custom, int32_t kind, const by_recipe *recipe,
                      const by_inputs *part, int32_t count, double *out) {
    if (custom != NULL) {
        return (by_status)custom->compute(custom->context, recipe, part, count, out, NULL);
    }
    for (size_t i = 0; i < sizeof fills / sizeof *fills; i++) {
        if (fills[i](kind, recipe, part, count, out)) {
            break;
        }
    }
    return BY_OK;
}

int32_t plain_kind(const by_custom *custom, int32_t kind, const by_recipe *recipe,
                   const by_inputs *inputs, int32_t count, double *out, by_status *status) {
    int32_t reads = custom != NULL ? custom->reads : reads_of[kind];
    for (int32_t t = 0; t < count; t++) {
        out[t] = NAN;
    }
    for (int32_t t = 0; t < count;) {
        int32_t end = t;
        while (end < count && row_is_known(reads, inputs, end)) {
            end++;
        }
        if (end > t) {
            by_inputs part = from_row(inputs, t);
            by_status filled = fill(custom, kind, recipe, &part, end - t, out + t);
            *status = *status == BY_OK ? filled : *status;
        }
        t = end + 1;
    }
    int32_t first = 0;
    while (first < count && isnan(out[first])) {
        first++;
    }
    return first;
}

int32_t plain_indicator(int32_t kind, const by_recipe *recipe, const by_inputs *inputs,
                        int32_t count, double *out) {
    by_status status = BY_OK;
    return plain_kind(NULL, kind, recipe, inputs, count, out, &status);
}
