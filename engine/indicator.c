/* SPDX-License-Identifier: MIT */
#include "indicator.h"

#include <math.h>
#include <stddef.h>

#include "indicators/kernel.h"
#include "stretch.h"

typedef struct indicator {
    const char *name;
    const char *title;
    const char *options;
    int32_t window_count;
    int32_t number_count;
    int32_t reads;
    void (*kernel)(const by_recipe *recipe, const by_inputs *in, int32_t count, double *out);
    int32_t (*closes_needed)(const by_recipe *recipe);
} indicator;

static const indicator indicators[BY_INDICATOR_COUNT] = {
#define INDICATOR_ROW(upper, name, windows, numbers, reads, options, title)                        \
    {#name, title, options, windows, numbers, reads, indicator_##name, indicator_##name##_closes},
    BY_INDICATOR_MAP(INDICATOR_ROW)
#undef INDICATOR_ROW
};

static const indicator *find(int32_t kind) {
    return kind >= 0 && kind < BY_INDICATOR_COUNT ? &indicators[kind] : NULL;
}

int32_t by_indicator_window_count(int32_t kind) {
    return find(kind) != NULL ? find(kind)->window_count : 0;
}

int32_t by_indicator_number_count(int32_t kind) {
    return find(kind) != NULL ? find(kind)->number_count : 0;
}

int32_t by_indicator_reads(int32_t kind) {
    return find(kind) != NULL ? find(kind)->reads : 0;
}

/* Of "a=x|y b=z|#" the words of one option after the other are multiplied up. */
int32_t by_indicator_variant_max(int32_t kind) {
    int32_t all = 1;
    int32_t words = 1;
    for (const char *at = find(kind) != NULL ? find(kind)->options : ""; *at != '\0'; at++) {
        words += *at == '|' ? (at[1] == '#' ? BY_WINDOW_MAX : 1) : 0;
        if (at[1] == ' ' || at[1] == '\0') {
            all *= words;
            words = 1;
        }
    }
    return all - 1;
}

const char *by_indicator_options(int32_t kind) {
    return find(kind) != NULL ? find(kind)->options : NULL;
}

const char *by_indicator_name(int32_t kind) {
    return find(kind) != NULL ? find(kind)->name : NULL;
}

const char *by_indicator_title(int32_t kind) {
    return find(kind) != NULL ? find(kind)->title : NULL;
}

int32_t by_indicator_closes_needed(int32_t kind, const by_recipe *recipe) {
    return find(kind) != NULL ? find(kind)->closes_needed(recipe) : 0;
}

/* One stretch without NaN; returns the index of its first value, or count. */
static int32_t compute_stretch(const indicator *found, const by_recipe *recipe, const by_inputs *in,
                               int32_t count, double *out) {
    int32_t first = found->closes_needed(recipe) - 1;
    if (first < count) {
        found->kernel(recipe, in, count, out);
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

int32_t by_indicator_compute(int32_t kind, const by_recipe *recipe, const by_inputs *inputs,
                             int32_t count, double *out) {
    const indicator *found = find(kind);
    int32_t first = count;
    stretch at = {.end = 0};
    while (stretch_next(&at, found->reads, inputs, count, out)) {
        const int32_t found_at = at.begin + compute_stretch(found, recipe, &at.inputs,
                                                            at.end - at.begin, out + at.begin);
        first = first == count && found_at < at.end ? found_at : first;
    }
    return first;
}
