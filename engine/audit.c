/* SPDX-License-Identifier: MIT */
#include "audit.h"

#include <math.h>
#include <stdlib.h>

#include "trace_parts.h"

struct by_audit {
    const by_plan *plan;
    by_difference *series;     /* [plan series] */
    by_difference *conditions; /* [plan condition] */
    by_difference *nodes;      /* [plan node] */
};

static const by_difference NONE = {0, -1, -1, 0.0, 0.0};

by_status by_audit_new(const by_plan *plan, by_audit **out, by_error *err) {
    const size_t count =
        (size_t)plan->series_count + (size_t)plan->condition_count + (size_t)plan->node_count;
    by_audit *audit = calloc(1, sizeof *audit);
    *out = NULL;
    if (audit == NULL) {
        return by_fail_nomem(err, sizeof *audit);
    }
    audit->plan = plan;
    audit->series = malloc((count + 1) * sizeof *audit->series);
    if (audit->series == NULL) {
        free(audit);
        return by_fail_nomem(err, count * sizeof *audit->series);
    }
    audit->conditions = audit->series + plan->series_count;
    audit->nodes = audit->conditions + plan->condition_count;
    for (size_t i = 0; i < count; i++) {
        audit->series[i] = NONE;
    }
    *out = audit;
    return BY_OK;
}

void by_audit_free(by_audit *audit) {
    if (audit != NULL) {
        free(audit->series);
        free(audit);
    }
}

/* `scale` is the least magnitude to which the tolerance refers. */
static bool same(double a, double b, double scale, double tolerance) {
    if (isnan(a) || isnan(b)) {
        return isnan(a) && isnan(b);
    }
    return a == b || fabs(a - b) <= tolerance * fmax(scale, fmax(fabs(a), fabs(b)));
}

static void note(by_difference *at, int32_t row, double whole, double part) {
    if (at->first_row < 0 || row < at->first_row) {
        at->first_row = row;
        at->whole = whole;
        at->part = part;
    }
    at->last_row = row > at->last_row ? row : at->last_row;
    at->count++;
}

/* Two evaluations, and how far apart their days stand. */
typedef struct comparison {
    const walk *whole;
    const walk *part;
    int32_t shift; /* rows */
    by_range rows; /* of the part */
    double tolerance;
} comparison;

static int32_t day_of_whole(const comparison *at, int32_t row) {
    return row + at->shift - at->whole->first;
}

static void release(const walk *w) {
    if (w->columns->on_demand) {
        walk_release(w);
    }
}

/* The mean magnitude of the whole on the rows that are compared. */
static double scale_of(const comparison *at, const double *whole) {
    double sum = 0.0;
    int32_t count = 0;
    for (int32_t row = at->rows.first; row <= at->rows.last; row++) {
        const double value = fabs(whole[day_of_whole(at, row)]);
        if (value < INFINITY) { /* no NaN either */
            sum += value;
            count++;
        }
    }
    return count > 0 && sum < INFINITY ? sum / count : 0.0;
}

static void compare_values(const comparison *at, const double *whole, const double *part,
                           int32_t part_first, by_difference *found) {
    const double scale = at->tolerance > 0.0 ? scale_of(at, whole) : 0.0;
    for (int32_t row = at->rows.first; row <= at->rows.last; row++) {
        const double a = whole[day_of_whole(at, row)];
        const double b = part[row - part_first];
        if (!same(a, b, scale, at->tolerance)) {
            note(found, row + at->shift, a, b);
        }
    }
}

/* Notes that a series begins on another row than in the whole, once. */
static void compare_ready(const comparison *at, int32_t whole, int32_t part, by_difference *found) {
    const int32_t row = whole < part ? whole : part;
    if (whole != part && row < at->rows.first && (found->first_row < 0 || row < found->first_row)) {
        note(found, row, NAN, NAN);
    }
}

static void compare_series(const comparison *at, int32_t series, by_difference *found) {
    if (at->whole->plan->series[series].fields.timeframe != 0) {
        return; /* has other rows: what looks at it is compared */
    }
    compare_values(at, series_values(at->whole, series), series_values(at->part, series),
                   at->part->first, found);
    if (at->shift == 0) {
        compare_ready(at, series_ready(at->whole, series), series_ready(at->part, series), found);
    }
    release(at->whole);
    release(at->part);
}

static bool holds(const walk *w, int32_t condition, int32_t day) {
    return (condition_mask(w, condition)[day / 64] >> day % 64 & 1) != 0;
}

static void compare_condition(const comparison *at, int32_t condition, by_difference *found) {
    for (int32_t row = at->rows.first; row <= at->rows.last; row++) {
        const bool whole = holds(at->whole, condition, day_of_whole(at, row));
        const bool part = holds(at->part, condition, row - at->part->first);
        if (whole != part) {
            note(found, row + at->shift, whole, part);
        }
    }
}

/* What a param leaves out has no allocations, and the number -1 for them. */
static bool same_allocation(const comparison *at, int32_t node, int32_t row) {
    const int32_t of_whole = node_rows(at->whole, node)[day_of_whole(at, row)];
    const int32_t of_part = node_rows(at->part, node)[row - at->part->first];
    int32_t whole_count;
    int32_t part_count;
    if (of_whole < 0 || of_part < 0) {
        return of_whole == of_part;
    }
    const row_entry *whole = rows_entries(&at->whole->pool, of_whole, &whole_count);
    const row_entry *part = rows_entries(&at->part->pool, of_part, &part_count);
    bool equal = whole_count == part_count;
    for (int32_t i = 0; i < whole_count && equal; i++) {
        equal = whole[i].symbol == part[i].symbol &&
                same(whole[i].weight, part[i].weight, 0.0, at->tolerance);
    }
    return equal;
}

static void compare_node(const comparison *at, int32_t node, by_difference *found) {
    for (int32_t row = at->rows.first; row <= at->rows.last; row++) {
        if (!same_allocation(at, node, row)) {
            note(found, row + at->shift, NAN, NAN);
        }
    }
}

void by_audit_compare(by_audit *audit, const by_trace *whole, const by_trace *part, int32_t shift,
                      by_range rows, double tolerance) {
    const comparison at = {&whole->walk, &part->walk, shift, rows, tolerance};
    for (int32_t i = 0; i < audit->plan->series_count; i++) {
        compare_series(&at, i, &audit->series[i]);
    }
    for (int32_t i = 0; i < audit->plan->condition_count; i++) {
        compare_condition(&at, i, &audit->conditions[i]);
    }
    for (int32_t i = 0; i < audit->plan->node_count; i++) {
        compare_node(&at, i, &audit->nodes[i]);
    }
}

void by_audit_compare_columns(by_audit *audit, const by_trace *whole, const by_columns *part,
                              by_range rows) {
    const comparison at = {&whole->walk, NULL, 0, rows, 0.0};
    const int32_t *digits = whole->walk.digits;
    for (int32_t i = 0; i < audit->plan->series_count; i++) {
        if (plan_is_over_sessions(&audit->plan->series[i])) {
            const int32_t column = columns_variant(part, i, digits);
            compare_values(&at, series_values(at.whole, i), columns_take(part, column), 0,
                           &audit->series[i]);
            columns_release(part, column);
            release(at.whole);
        }
    }
}

static by_difference find(const by_difference *found, const int32_t *map, int32_t count,
                          int32_t index) {
    return index >= 0 && index < count && map[index] >= 0 ? found[map[index]] : NONE;
}

by_difference by_audit_series(const by_audit *audit, int32_t series) {
    const by_plan *plan = audit->plan;
    return find(audit->series, plan->series_of, plan->tree_series_count, series);
}

by_difference by_audit_condition(const by_audit *audit, int32_t condition) {
    const by_plan *plan = audit->plan;
    return find(audit->conditions, plan->condition_of, plan->tree_condition_count, condition);
}

by_difference by_audit_node(const by_audit *audit, int32_t node) {
    const by_plan *plan = audit->plan;
    return find(audit->nodes, plan->node_of, plan->tree_node_count, node);
}

/* Of the series behind a child of a node that ranks or weighs by volatility. */
static by_difference of_child(const by_audit *audit, int32_t node, int32_t child, int32_t link) {
    const by_plan *plan = audit->plan;
    const bool known = node >= 0 && node < plan->tree_node_count && plan->node_of[node] >= 0;
    const plan_node *at = known ? &plan->nodes[plan->node_of[node]] : NULL;
    if (at == NULL || !plan_is_ranked(at) || child < 0 || child >= at->count) {
        return NONE;
    }
    const int32_t series = plan->links[at->first + LINK_STRIDE * child + link];
    return series < 0 ? NONE : audit->series[series];
}

by_difference by_audit_rank(const by_audit *audit, int32_t node, int32_t child) {
    return of_child(audit, node, child, LINK_RANK);
}

by_difference by_audit_volatility(const by_audit *audit, int32_t node, int32_t child) {
    return of_child(audit, node, child, LINK_VOLATILITY);
}
