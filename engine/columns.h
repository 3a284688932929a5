/* SPDX-License-Identifier: MIT
 *
 * The inside of by_columns: every series of a plan under every assignment of its params, each
 * distinct column computed once.
 */
#ifndef BY_COLUMNS_H
#define BY_COLUMNS_H

#include "plan_parts.h"

enum { SERIES_FIELDS = 5 };

/* Where the variants of one series stand: variants[base + sum of digit[param[k]] * stride[k]]. */
typedef struct variant_index {
    int64_t base;
    int32_t param_count;
    int32_t param[SERIES_FIELDS];
    int32_t stride[SERIES_FIELDS];
} variant_index;

struct by_columns {
    const by_plan *plan;
    const by_panel *panel;
    variant_index *index; /* [series] */
    int32_t *variants;    /* -> distinct column */
    int64_t variant_count;
    int32_t *first_valid; /* [column]; row of the first value, bar_count when there is none */
    double *data;         /* [column][stride] */
    size_t stride;
    int32_t column_count;
    int32_t ready; /* first row on which all series that depend on no param are computable */
    intern keys;   /* [column]: column_key */
};

typedef struct column_key {
    int32_t kind;
    int32_t symbol;
    int32_t window[3];
    int32_t reserved;
} column_key;

static inline int32_t columns_variant(const by_columns *columns, int32_t series,
                                      const int32_t *digits) {
    const variant_index *at = &columns->index[series];
    int64_t position = at->base;
    for (int32_t k = 0; k < at->param_count; k++) {
        position += (int64_t)digits[at->param[k]] * at->stride[k];
    }
    return columns->variants[position];
}

/* The column of a series under `digits`, one value a row of the panel. */
static inline const double *columns_of(const by_columns *columns, int32_t series,
                                       const int32_t *digits) {
    return columns->data + (size_t)columns_variant(columns, series, digits) * columns->stride;
}

/* The sessions within `asked` before which no assignment is computable: where a walk over many
 * combos begins. Its first may lie behind its last. */
by_range columns_widest(const by_columns *columns, by_range asked);

#endif
