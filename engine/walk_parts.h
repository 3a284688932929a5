/* SPDX-License-Identifier: MIT
 *
 * The inside of a walk: where it keeps what, and one step of each kind of part.
 */
#ifndef BY_WALK_PARTS_H
#define BY_WALK_PARTS_H

#include "walk.h"

static inline uint64_t *condition_mask(const walk *w, int32_t condition) {
    return w->masks + (size_t)condition * (size_t)w->word_count;
}

static inline uint64_t *condition_flips(const walk *w, int32_t condition) {
    return w->flips + (size_t)condition * (size_t)w->word_count;
}

static inline int32_t *node_rows(const walk *w, int32_t node) {
    return w->rows + (size_t)node * (size_t)w->day_count;
}

/* Takes a column of those that are computed on demand, and releases all that were taken. */
const double *walk_hold(const walk *w, int32_t column);
void walk_release(const walk *w);

static inline uint64_t *node_days(const walk *w, int32_t node) {
    return w->changed + (size_t)node * (size_t)w->word_count;
}

/* The values of a series, one a day of the walk, until the step ends. */
static inline const double *series_values(const walk *w, int32_t series) {
    const by_columns *columns = w->columns;
    const int32_t live = w->plan->series[series].live;
    if (live >= 0) {
        return w->live + (size_t)live * (size_t)w->day_count;
    }
    const int32_t column = columns_variant(columns, series, w->digits);
    return w->first +
           (columns->on_demand ? walk_hold(w, column) : columns->data + columns->place[column]);
}

/* Whether the last step changed a value of a series. */
static inline bool series_changed(const walk *w, int32_t series, uint64_t moved) {
    const plan_series *at = &w->plan->series[series];
    return at->live >= 0 ? w->live_changed[at->live] != 0 : (at->params & moved) != 0;
}

static inline int32_t series_ready(const walk *w, int32_t series) {
    const int32_t live = w->plan->series[series].live;
    return live >= 0 ? w->series_ready[live] : columns_first(w->columns, series, w->digits);
}

static inline int32_t later(int32_t a, int32_t b) {
    return a > b ? a : b;
}

/* Whether a condition compares columns, with each other or with a threshold. */
static inline bool walk_compares_columns(const by_plan *plan, int32_t condition) {
    const by_condition *fields = &plan->conditions[condition].fields;
    return fields->kind == BY_COMPARE && plan->series[fields->left].live < 0 &&
           (fields->right < 0 || plan->series[fields->right].live < 0);
}

/* Whether child `i` of a node counts under the digits: not when a param makes its weight 0, which
 * is how a choice of sub-trees leaves out the others. */
static inline bool walk_child_counts(const walk *w, const plan_node *node, int32_t i) {
    const by_field *weight = &w->plan->weights[node->first + i];
    return node->kind != BY_WEIGHTED || weight->param < 0 ||
           plan_value(w->plan, weight, w->digits) != 0.0;
}

/* Each brings a part up to date with w->digits, of which the params in `moved` (bits) have changed
 * since the last step, and returns whether it changed. What it refers to has been brought up to
 * date before. */
bool walk_step_source(walk *w, int32_t index);
bool walk_step_series(walk *w, int32_t index, uint64_t moved);
bool walk_step_condition(walk *w, int32_t index, uint64_t moved);
bool walk_step_node(walk *w, int32_t index, uint64_t moved);
/* The one of these that `at` asks for. */
bool walk_visit(walk *w, plan_step at, uint64_t moved);
/* Makes the mask of a condition under the digits. */
void walk_evaluate(walk *w, int32_t condition, uint64_t *out);
/* Forgets the rows and masks of the last step. */
void walk_forget(walk *w);

/* Bytes of the scratch that ranking one child takes. */
size_t walk_ranked_size(void);
/* The rows of a filter or of weights by volatility (engine/walk_ranked.c). */
void walk_step_ranked(walk *w, const plan_node *node, int32_t *rows, uint64_t *days);
/* Prepares to choose among the children of such a node on some days. */
void walk_rank(walk *w, const plan_node *node);
/* What the node that was prepared holds on a day: children w->chosen by w->child_weights, some of
 * which may be 0. Returns how many there are. */
int32_t walk_choose(walk *w, const plan_node *node, int32_t day);
/* The share of the second child of a MIXED where its series is `x`; NaN is low. */
static inline double walk_mix(double x, double low, double high) {
    return x > low ? x >= high ? 1.0 : (x - low) / (high - low) : 0.0;
}
/* Writes the row of a day; a day that stays as it was is taken from `days`. */
static inline void set_row(int32_t *rows, uint64_t *days, int32_t day, int32_t row) {
    if (rows[day] == row) {
        days[day / 64] &= ~((uint64_t)1 << day % 64);
    } else {
        rows[day] = row;
    }
}

/* The row of `count` children of a day, w->child_rows by w->child_weights, those of weight 0 left
 * out: few children blend by look-ups, many are summed up. */
int32_t walk_blend(walk *w, int32_t count, int32_t day);

/* Calls `body` with `day` for each bit of a mask, in rising order. */
#define EACH_BIT(days, word_count, day, body)                                                      \
    for (int32_t k_ = 0; k_ < (word_count); k_++) {                                                \
        for (uint64_t bits_ = (days)[k_]; bits_ != 0; bits_ &= bits_ - 1) {                        \
            const int32_t day = 64 * k_ + __builtin_ctzll(bits_);                                  \
            body                                                                                   \
        }                                                                                          \
    }

#endif
