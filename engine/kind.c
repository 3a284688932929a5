/* SPDX-License-Identifier: MIT */
#include "kind.h"

#include <math.h>
#include <stddef.h>

#include "stretch.h"

/* NULL when it is one of the engine's own. */
static const by_custom *find(const by_tree *tree, int32_t kind) {
    const int32_t place = kind - BY_INDICATOR_COUNT;
    return place >= 0 && place < tree->custom_count ? &tree->customs[place] : NULL;
}

int32_t kind_window_count(const by_tree *tree, int32_t kind) {
    const by_custom *custom = find(tree, kind);
    return custom != NULL ? custom->window_count : by_indicator_window_count(kind);
}

int32_t kind_number_count(const by_tree *tree, int32_t kind) {
    const by_custom *custom = find(tree, kind);
    return custom != NULL ? custom->number_count : by_indicator_number_count(kind);
}

int32_t kind_reads(const by_tree *tree, int32_t kind) {
    const by_custom *custom = find(tree, kind);
    return custom != NULL ? custom->reads : by_indicator_reads(kind);
}

int32_t kind_variant_max(const by_tree *tree, int32_t kind) {
    return find(tree, kind) != NULL ? 0 : by_indicator_variant_max(kind);
}

const char *kind_name(const by_tree *tree, int32_t kind) {
    const by_custom *custom = find(tree, kind);
    return custom != NULL ? custom->name : by_indicator_name(kind);
}

by_status kind_compute(const by_tree *tree, int32_t kind, const by_recipe *recipe,
                       const by_inputs *inputs, int32_t count, double *out, int32_t *first,
                       by_error *err) {
    const by_custom *custom = find(tree, kind);
    if (custom == NULL) {
        *first = by_indicator_compute(kind, recipe, inputs, count, out);
        return BY_OK;
    }
    *first = 0;
    stretch at = {.end = 0};
    while (stretch_next(&at, custom->reads, inputs, count, out)) {
        const by_status status = (by_status)custom->compute(custom->context, recipe, &at.inputs,
                                                            at.end - at.begin, out + at.begin, err);
        if (status != BY_OK) {
            for (int32_t i = 0; i < count; i++) {
                out[i] = NAN;
            }
            *first = count;
            return status;
        }
    }
    while (*first < count && isnan(out[*first])) {
        ++*first;
    }
    return BY_OK;
}
