/* SPDX-License-Identifier: MIT
 *
 * Conditions of a walk: their masks, and which days of them a step flips.
 */
#include "mask.h"
#include "walk_parts.h"

static void evaluate_compare(const walk *w, const by_condition *condition, uint64_t *out) {
    const by_plan *plan = w->plan;
    const double *left = columns_of(w->columns, condition->left, w->digits) + w->first;
    const double *right = NULL;
    double threshold = 0.0;
    if (condition->right >= 0) {
        right = columns_of(w->columns, condition->right, w->digits) + w->first;
    } else {
        threshold = plan_value(plan, &condition->threshold, w->digits);
    }
    mask_compare((int32_t)plan_value(plan, &condition->comparator, w->digits), left, right,
                 threshold, w->day_count, out);
}

static void evaluate_compound(const walk *w, const by_condition *condition, uint64_t *out) {
    const bool all = condition->kind == BY_ALL;
    for (int32_t k = 0; k < w->word_count; k++) {
        uint64_t word = all ? ~(uint64_t)0 : 0;
        for (int32_t i = 0; i < condition->child_count; i++) {
            int32_t child = w->plan->condition_links[condition->child_first + i];
            uint64_t bits = condition_mask(w, child)[k];
            word = all ? word & bits : word | bits;
        }
        out[k] = condition->kind == BY_NONE ? ~word : word;
    }
    out[w->word_count - 1] &= mask_tail(w->day_count);
}

static bool children_flipped(const walk *w, const by_condition *condition) {
    for (int32_t i = 0; i < condition->child_count; i++) {
        if (w->condition_changed[w->plan->condition_links[condition->child_first + i]]) {
            return true;
        }
    }
    return false;
}

void walk_step_condition(walk *w, int32_t index, uint64_t moved) {
    const plan_condition *condition = &w->plan->conditions[index];
    uint64_t *mask = condition_mask(w, index);
    uint64_t *flips = condition_flips(w, index);
    if (!w->fresh && (condition->own_params & moved) == 0 &&
        !children_flipped(w, &condition->fields)) {
        return;
    }
    if (condition->fields.kind == BY_COMPARE) {
        evaluate_compare(w, &condition->fields, w->scratch);
    } else {
        evaluate_compound(w, &condition->fields, w->scratch);
    }
    uint64_t any = 0;
    for (int32_t k = 0; k < w->word_count; k++) {
        flips[k] = mask[k] ^ w->scratch[k];
        mask[k] = w->scratch[k];
        any |= flips[k];
    }
    w->condition_changed[index] = any != 0 || w->fresh;
    w->nodes_computed++;
}
