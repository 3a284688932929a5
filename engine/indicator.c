/* SPDX-License-Identifier: MIT */
#include "indicator.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include "indicators/kernel.h"

typedef struct indicator {
    const char *name;
    const char *title;
    int32_t window_count;
    int32_t reads;
    void (*kernel)(const int32_t *window, int32_t variant, const by_inputs *in, int32_t count,
                   double *out);
    int32_t (*closes_needed)(const int32_t *window, int32_t variant);
} indicator;

static const indicator indicators[BY_INDICATOR_COUNT] = {
#define INDICATOR_ROW(upper, name, windows, reads, title)                                          \
    {#name, title, windows, reads, indicator_##name, indicator_##name##_closes},
    BY_INDICATOR_MAP(INDICATOR_ROW)
#undef INDICATOR_ROW
};

/* Kinds that are not here have one definition. */
static const int32_t variant_max[BY_INDICATOR_COUNT] = {
    [BY_EMA] = 1,         [BY_RSI] = BY_WINDOW_MAX, [BY_STDEV_RETURN] = 1,  [BY_STDEV_PRICE] = 1,
    [BY_PPO] = 2,         [BY_PPO_SIGNAL] = 2,      [BY_PPO_HISTOGRAM] = 2, [BY_MACD] = 2,
    [BY_MACD_SIGNAL] = 2, [BY_MACD_HISTOGRAM] = 2,
};

static const indicator *find(int32_t kind) {
    return kind >= 0 && kind < BY_INDICATOR_COUNT ? &indicators[kind] : NULL;
}

int32_t by_indicator_window_count(int32_t kind) {
    return find(kind) != NULL ? find(kind)->window_count : 0;
}

int32_t by_indicator_reads(int32_t kind) {
    return find(kind) != NULL ? find(kind)->reads : 0;
}

int32_t by_indicator_variant_max(int32_t kind) {
    return find(kind) != NULL ? variant_max[kind] : 0;
}

const char *by_indicator_name(int32_t kind) {
    return find(kind) != NULL ? find(kind)->name : NULL;
}

const char *by_indicator_title(int32_t kind) {
    return find(kind) != NULL ? find(kind)->title : NULL;
}

int32_t by_indicator_closes_needed(int32_t kind, const int32_t window[3], int32_t variant) {
    return find(kind) != NULL ? find(kind)->closes_needed(window, variant) : 0;
}

/* Whether row i has all that is read. What reads the time reads nothing else. */
static bool known(int32_t reads, const by_inputs *in, int32_t i) {
    if ((reads & BY_READS_TIME) != 0) {
        return true;
    }
    return !isnan(in->close[i]) &&
           ((reads & BY_READS_RANGE) == 0 || (!isnan(in->high[i]) && !isnan(in->low[i]))) &&
           ((reads & BY_READS_VOLUME) == 0 || !isnan(in->volume[i]));
}

/* The inputs from row `begin` on, with closes for prices that are not there. */
static by_inputs inputs_from(const by_inputs *in, int32_t begin) {
    const double *close = in->close != NULL ? in->close + begin : NULL;
    return (by_inputs){.open = in->open != NULL ? in->open + begin : close,
                       .high = in->high != NULL ? in->high + begin : close,
                       .low = in->low != NULL ? in->low + begin : close,
                       .close = close,
                       .volume = in->volume != NULL ? in->volume + begin : NULL,
                       .time = in->time != NULL ? in->time + begin : NULL};
}

/* One stretch without NaN; returns the index of its first value, or count. */
static int32_t compute_stretch(const indicator *found, const int32_t *window, int32_t variant,
                               const by_inputs *in, int32_t count, double *out) {
    int32_t first = found->closes_needed(window, variant) - 1;
    if (first < count) {
        found->kernel(window, variant, in, count, out);
    } else {
        first = count;
    }
    for (int32_t i = 0; i < first; i++) {
        out[i] = NAN;
    }
    while (first < count && isnan(out[first])) {
        first++;
    }
    return first;
}

int32_t by_indicator_compute(int32_t kind, const int32_t window[3], int32_t variant,
                             const by_inputs *inputs, int32_t count, double *out) {
    const indicator *found = find(kind);
    const by_inputs in = inputs_from(inputs, 0);
    const bool missing = ((found->reads & BY_READS_VOLUME) != 0 && in.volume == NULL) ||
                         ((found->reads & BY_READS_TIME) != 0 && in.time == NULL);
    int32_t first = count;
    for (int32_t begin = 0, end; begin < count; begin = end) {
        for (end = begin; end < count && (missing || !known(found->reads, &in, end)); end++) {
            out[end] = NAN;
        }
        begin = end;
        while (end < count && known(found->reads, &in, end)) {
            end++;
        }
        if (begin < end) {
            const by_inputs stretch = inputs_from(&in, begin);
            int32_t found_at =
                begin + compute_stretch(found, window, variant, &stretch, end - begin, out + begin);
            first = first == count && found_at < end ? found_at : first;
        }
    }
    return first;
}
