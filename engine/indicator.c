/* SPDX-License-Identifier: MIT */
#include "indicator.h"

#include <math.h>
#include <stddef.h>

#include "indicators/kernel.h"

typedef struct indicator {
    const char *name;
    const char *title;
    int32_t window_count;
    void (*kernel)(const int32_t *window, const double *close, int32_t count, double *out);
    int32_t (*closes_needed)(const int32_t *window);
} indicator;

static const indicator indicators[BY_INDICATOR_COUNT] = {
#define INDICATOR_ROW(upper, name, windows, title)                                                 \
    {#name, title, windows, indicator_##name, indicator_##name##_closes},
    BY_INDICATOR_MAP(INDICATOR_ROW)
#undef INDICATOR_ROW
};

static const indicator *find(int32_t kind) {
    return kind >= 0 && kind < BY_INDICATOR_COUNT ? &indicators[kind] : NULL;
}

int32_t by_indicator_window_count(int32_t kind) {
    return find(kind) != NULL ? find(kind)->window_count : 0;
}

const char *by_indicator_name(int32_t kind) {
    return find(kind) != NULL ? find(kind)->name : NULL;
}

const char *by_indicator_title(int32_t kind) {
    return find(kind) != NULL ? find(kind)->title : NULL;
}

int32_t by_indicator_closes_needed(int32_t kind, const int32_t window[3]) {
    return find(kind) != NULL ? find(kind)->closes_needed(window) : 0;
}

/* One stretch without NaN; returns the index of its first value, or count. */
static int32_t compute_stretch(const indicator *found, const int32_t *window, const double *close,
                               int32_t count, double *out) {
    int32_t first = found->closes_needed(window) - 1;
    if (first < count) {
        found->kernel(window, close, count, out);
    } else {
        first = count;
    }
    for (int32_t i = 0; i < first; i++) {
        out[i] = NAN;
    }
    return first < count && !isnan(out[first]) ? first : count;
}

int32_t by_indicator_compute(int32_t kind, const int32_t window[3], const double *close,
                             int32_t count, double *out) {
    const indicator *found = find(kind);
    int32_t first = count;
    for (int32_t begin = 0, end; begin < count; begin = end) {
        for (end = begin; end < count && isnan(close[end]); end++) {
            out[end] = NAN;
        }
        begin = end;
        while (end < count && !isnan(close[end])) {
            end++;
        }
        if (begin < end) {
            int32_t found_at =
                begin + compute_stretch(found, window, close + begin, end - begin, out + begin);
            first = first == count && found_at < end ? found_at : first;
        }
    }
    return first;
}
