/* SPDX-License-Identifier: MIT
 *
 * A walk of a single combo: what no branch takes is not computed.
 */
#include <stdlib.h>
#include <string.h>

#include "mask.h"
#include "walk_parts.h"

/* Whether a condition, whose children were asked before, depends on no node. */
static bool is_free(const by_plan *plan, int32_t index, const uint8_t *free_conditions) {
    const by_condition *fields = &plan->conditions[index].fields;
    if (fields->kind == BY_COMPARE) {
        return plan->series[fields->left].live < 0 &&
               (fields->right < 0 || plan->series[fields->right].live < 0);
    }
    for (int32_t i = 0; i < fields->child_count; i++) {
        if (!free_conditions[plan->condition_links[fields->child_first + i]]) {
            return false;
        }
    }
    return true;
}

/* Finds the days on which each node is looked at: of a root the sessions asked for, of what is
 * measured all days, and of a branch those on which its condition, if known by now, takes it. */
static void find_needed(walk *w, const uint8_t *known) {
    const by_plan *plan = w->plan;
    const size_t words = (size_t)w->word_count;
    memcpy(w->needed + (size_t)plan->root * words, w->asked_days, words * sizeof *w->needed);
    for (int32_t s = 0; s < plan->series_count; s++) {
        if (plan->series[s].fields.node >= 0) {
            memset(w->needed + (size_t)plan->series[s].fields.node * words, 0xff,
                   words * sizeof *w->needed);
        }
    }
    for (int32_t i = plan->node_count - 1; i >= 0; i--) { /* parents stand behind their children */
        const plan_node *node = &plan->nodes[i];
        const uint64_t *needed = w->needed + (size_t)i * words;
        const bool chooses = node->kind == BY_IF && known[node->condition];
        for (int32_t k = 0; k < node->count; k++) {
            uint64_t *below = w->needed + (size_t)plan_child(plan, node, k) * words;
            const uint64_t *mask = chooses ? condition_mask(w, node->condition) : NULL;
            for (size_t word = 0; word < words; word++) {
                const uint64_t taken = mask == NULL ? ~(uint64_t)0
                                       : k == 0     ? mask[word]
                                                    : ~mask[word];
                below[word] |= needed[word] & taken;
            }
        }
    }
}

by_status walk_once(walk *w, const int32_t *digits, by_error *err) {
    const by_plan *plan = w->plan;
    const size_t words = (size_t)plan->node_count * (size_t)mask_words(w->days_max);
    uint8_t *known = calloc((size_t)plan->condition_count + 1, 1);
    if (w->needed == NULL) {
        w->needed = malloc(words * sizeof *w->needed);
    }
    if (known == NULL || w->needed == NULL) {
        free(known);
        return by_fail_nomem(err, words * sizeof *w->needed);
    }
    memset(w->needed, 0, words * sizeof *w->needed);
    memcpy(w->digits, digits, (size_t)plan->tree.param_count * sizeof *digits);
    w->fresh = true;
    if (rows_size_bytes(&w->pool) > w->pool_bytes_max && !w->keeps_rows) {
        rows_clear(&w->pool);
    }
    walk_forget(w);
    for (int32_t i = 0; i < plan->step_count; i++) {
        const plan_step at = plan->steps[i];
        if (at.kind == STEP_CONDITION && is_free(plan, at.index, known)) {
            known[at.index] = 1;
            walk_visit(w, at, 0);
        }
    }
    find_needed(w, known);
    for (int32_t i = 0; i < plan->step_count; i++) {
        if (plan->steps[i].kind != STEP_CONDITION || !known[plan->steps[i].index]) {
            walk_visit(w, plan->steps[i], 0);
        }
    }
    free(known);
    return w->pool.failed ? by_fail_nomem(err, (size_t)rows_size_bytes(&w->pool))
                          : columns_failed(w->columns, err);
}
