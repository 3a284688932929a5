/* SPDX-License-Identifier: MIT */
#include "space.h"

#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "plan_params.h"

by_status by_space_new(const by_plan *plan, by_space **out, by_error *err) {
    *out = NULL;
    by_space *space = calloc(1, sizeof *space);
    if (space == NULL) {
        return by_fail_nomem(err, sizeof *space);
    }
    by_status status = plan_params_open(&space->params, plan, err);
    if (status == BY_OK) {
        *out = space;
    } else {
        free(space);
    }
    return status;
}

void by_space_free(by_space *space) {
    if (space != NULL) {
        plan_params_close(&space->params);
        free(space->combos);
        free(space->digits);
        free(space);
    }
}

static void clear_idle(uint16_t *digits, int32_t param_count, uint64_t active) {
    for (int32_t p = 0; p < param_count; p++) {
        if ((active >> p & 1) == 0) {
            digits[p] = BY_DIGIT_NONE;
        }
    }
}

by_status by_space_canonical(by_space *space, uint16_t *digits, int32_t count, by_error *err) {
    const int32_t param_count = space->params.plan->tree.param_count;
    by_status status = BY_OK;
    for (int32_t i = 0; i < count && status == BY_OK; i++) {
        uint16_t *combo = digits + (size_t)i * (size_t)param_count;
        uint64_t active;
        status = plan_params_active(&space->params, combo, &active, err);
        if (status == BY_OK) {
            clear_idle(combo, param_count, active);
        }
    }
    return status;
}

by_status by_space_distinct(const by_space *space, uint16_t *digits, int32_t count, int32_t *left,
                            by_error *err) {
    const int32_t param_count = space->params.plan->tree.param_count;
    const size_t size = (size_t)param_count * sizeof *digits;
    uint64_t slot_count = 16;
    while (slot_count < 2 * (uint64_t)count) {
        slot_count *= 2;
    }
    int32_t *slots = calloc((size_t)slot_count, sizeof *slots); /* place + 1 of a combo */
    if (slots == NULL) {
        return by_fail_nomem(err, (size_t)slot_count * sizeof *slots);
    }
    *left = 0;
    for (int32_t i = 0; i < count; i++) {
        uint16_t *combo = digits + (size_t)i * (size_t)param_count;
        uint64_t at = by_hash(combo, size, 0) & (slot_count - 1);
        while (slots[at] != 0 &&
               memcmp(digits + (size_t)(slots[at] - 1) * (size_t)param_count, combo, size) != 0) {
            at = (at + 1) & (slot_count - 1);
        }
        if (slots[at] == 0) {
            memmove(digits + (size_t)*left * (size_t)param_count, combo, size);
            slots[at] = ++*left;
        }
    }
    free(slots);
    return BY_OK;
}

/* Steps `digits` to the next point: the last of the params in `moving` changes fastest, the others
 * stay. False behind the last point. */
static bool next_point(const by_tree *tree, uint64_t moving, uint16_t *digits) {
    for (int32_t p = tree->param_count - 1; p >= 0; p--) {
        if ((moving >> p & 1) != 0) {
            if (++digits[p] < tree->params[p].value_count) {
                return true;
            }
            digits[p] = 0;
        }
    }
    return false;
}

/* What matters at a point depends on digits that matter, so all points that are the same as one are
 * found by moving those that do not: the first has digit 0 there. */
static bool is_first(const uint16_t *digits, int32_t param_count, uint64_t active) {
    for (int32_t p = 0; p < param_count; p++) {
        if ((active >> p & 1) == 0 && digits[p] != 0) {
            return false;
        }
    }
    return true;
}

by_status space_fail_limit(int32_t count_max, by_error *err) {
    return by_fail(err, BY_LIMIT,
                   "sweep: more than %d combos; use fewer values, or draw a sample, such as "
                   "sample = { method = \"sobol\", count = 5000 }",
                   count_max);
}

by_status by_space_grid(by_space *space, int32_t count_max, uint16_t *digits, int32_t *count,
                        by_error *err) {
    plan_params *params = &space->params;
    const by_tree *tree = &params->plan->tree;
    const size_t param_count = (size_t)tree->param_count;
    const uint64_t moving = params->choosing == 0 ? params->always : ~(uint64_t)0;
    uint16_t point[BY_PARAMS_MAX] = {0};
    *count = 0;
    do {
        uint64_t active;
        by_status status = plan_params_active(params, point, &active, err);
        if (status != BY_OK) {
            return status;
        }
        if (!is_first(point, tree->param_count, active)) {
            continue;
        }
        if (*count >= count_max) {
            return space_fail_limit(count_max, err);
        }
        if (digits != NULL) {
            uint16_t *to = digits + (size_t)*count * param_count;
            memcpy(to, point, param_count * sizeof *to);
            clear_idle(to, tree->param_count, active);
        }
        ++*count;
    } while (next_point(tree, moving, point));
    return BY_OK;
}

void by_space_met(const by_space *space, const uint16_t *digits, int32_t count, uint8_t *met) {
    const by_tree *tree = &space->params.plan->tree;
    for (int32_t p = 0; p < tree->param_count; p++) {
        const uint16_t *digit = digits + p;
        memset(met, 0, (size_t)tree->params[p].value_count);
        for (int32_t i = 0; i < count; i++, digit += tree->param_count) {
            met[*digit == BY_DIGIT_NONE ? 0 : *digit] = 1;
        }
        met += tree->params[p].value_count;
    }
}

static double assignments(const by_tree *tree, uint64_t params, double most) {
    double count = 1.0;
    for (; params != 0 && count < most; params &= params - 1) {
        count *= tree->params[__builtin_ctzll(params)].value_count;
    }
    return count < most ? count : most;
}

double by_space_evaluations(const by_space *space, int32_t combo_count) {
    const by_plan *plan = space->params.plan;
    double count = 0.0;
    for (int32_t i = 0; i < plan->node_count; i++) {
        count += assignments(&plan->tree, plan->nodes[i].params, combo_count);
    }
    for (int32_t i = 0; i < plan->condition_count; i++) {
        count += assignments(&plan->tree, plan->conditions[i].params, combo_count);
    }
    return count;
}
