/* SPDX-License-Identifier: MIT
 *
 * In which order a sweep walks the params, and so its combos: what is dear to move, moves least.
 */
#include <stdlib.h>
#include <string.h>

#include "plan_params.h"
#include "space.h"

/* What moving a param costs, roughly: days looked at, in units of a node's. */
static double param_cost(const by_plan *plan, uint64_t bit) {
    double cost = 0.0;
    for (int32_t i = 0; i < plan->node_count; i++) {
        const plan_node *node = &plan->nodes[i];
        const bool ranks = node->kind == BY_FILTER || node->kind == BY_INVERSE_VOL;
        cost += ranks && (node->own_params & bit) != 0 ? 1000.0 : (node->params & bit) != 0;
    }
    for (int32_t i = 0; i < plan->condition_count; i++) {
        const by_condition *fields = &plan->conditions[i].fields;
        bool series = fields->kind == BY_COMPARE &&
                      ((plan->series[fields->left].params & bit) != 0 ||
                       (fields->right >= 0 && (plan->series[fields->right].params & bit) != 0));
        cost += series ? 100.0 : (plan->conditions[i].params & bit) != 0;
    }
    for (int32_t i = 0; i < plan->series_count; i++) {
        const bool live = plan->series[i].live >= 0;
        cost += live && (plan->series[i].params & bit) != 0 ? 5000.0 : 0.0;
    }
    return cost;
}

void by_sweep_order(const by_plan *plan, int32_t *order) {
    const int32_t count = plan->tree.param_count;
    double cost[BY_PARAMS_MAX] = {0.0};
    for (int32_t p = 0; p < count; p++) {
        cost[p] = param_cost(plan, (uint64_t)1 << p);
        int32_t at = p;
        for (; at > 0 && cost[order[at - 1]] < cost[p]; at--) {
            order[at] = order[at - 1];
        }
        order[at] = p;
    }
}

/* Combos on their way into the order of a walk: `from` and `to` hold positions in `digits`. */
typedef struct arranging {
    const uint16_t *digits;
    int32_t param_count;
    int32_t order[BY_PARAMS_MAX];
    int32_t *from;
    int32_t *to;
    int32_t placed;
    int32_t last[BY_PARAMS_MAX]; /* the digits of the combo placed last */
} arranging;

static int32_t digit_of(const arranging *at, int32_t combo, int32_t param) {
    const uint16_t digit = at->digits[(size_t)combo * (size_t)at->param_count + (size_t)param];
    return digit == BY_DIGIT_NONE ? 0 : digit;
}

/* Sorts at->from by the digit of a param, equal ones in the order that they have. */
static void sort_by(arranging *at, int32_t param, int32_t value_count, int32_t count,
                    int32_t *starts) {
    memset(starts, 0, ((size_t)value_count + 1) * sizeof *starts);
    for (int32_t i = 0; i < count; i++) {
        starts[digit_of(at, i, param) + 1]++;
    }
    for (int32_t d = 0; d < value_count; d++) {
        starts[d + 1] += starts[d];
    }
    for (int32_t i = 0; i < count; i++) {
        at->to[starts[digit_of(at, at->from[i], param)]++] = at->from[i];
    }
    int32_t *sorted = at->to;
    at->to = at->from;
    at->from = sorted;
}

/* Places the sorted combos [first, end), which are equal in the params before `level`, from the end
 * that is nearer to where the level's param stands. */
static void place(arranging *at, int32_t level, int32_t first, int32_t end) {
    if (level == at->param_count) {
        memcpy(at->to + at->placed, at->from + first, (size_t)(end - first) * sizeof *at->to);
        at->placed += end - first;
        return;
    }
    const int32_t param = at->order[level];
    const int32_t lowest = digit_of(at, at->from[first], param);
    const int32_t highest = digit_of(at, at->from[end - 1], param);
    const bool falls = abs(at->last[param] - highest) < abs(at->last[param] - lowest);
    while (first < end) {
        const int32_t digit = at->last[param] =
            digit_of(at, at->from[falls ? end - 1 : first], param);
        int32_t rest = falls ? end - 1 : first + 1;
        if (falls) {
            while (rest > first && digit_of(at, at->from[rest - 1], param) == digit) {
                rest--;
            }
            place(at, level + 1, rest, end);
            end = rest;
        } else {
            while (rest < end && digit_of(at, at->from[rest], param) == digit) {
                rest++;
            }
            place(at, level + 1, first, rest);
            first = rest;
        }
    }
}

by_status by_space_arrange(const by_space *space, const uint16_t *digits, int32_t count,
                           uint32_t first, uint32_t *combos, uint16_t *arranged, by_error *err) {
    const by_plan *plan = space->params.plan;
    const by_tree *tree = &plan->tree;
    const size_t param_count = (size_t)tree->param_count;
    arranging at = {.digits = digits, .param_count = tree->param_count};
    int32_t most = 0;
    for (int32_t p = 0; p < tree->param_count; p++) {
        most = tree->params[p].value_count > most ? tree->params[p].value_count : most;
    }
    const size_t room = 2 * (size_t)count + (size_t)most + 1;
    int32_t *memory = malloc(room * sizeof *memory);
    if (memory == NULL) {
        return by_fail_nomem(err, room * sizeof *memory);
    }
    at.from = memory;
    at.to = memory + count;
    for (int32_t i = 0; i < count; i++) {
        at.from[i] = i;
    }
    by_sweep_order(plan, at.order);
    for (int32_t level = tree->param_count - 1; level >= 0; level--) {
        const int32_t param = at.order[level];
        if (tree->params[param].value_count > 1) {
            sort_by(&at, param, tree->params[param].value_count, count, memory + 2 * (size_t)count);
        }
    }
    place(&at, 0, 0, count);
    for (int32_t i = 0; i < count; i++) {
        combos[i] = first + (uint32_t)at.to[i];
        memcpy(arranged + (size_t)i * param_count, digits + (size_t)at.to[i] * param_count,
               param_count * sizeof *arranged);
    }
    free(memory);
    return BY_OK;
}
