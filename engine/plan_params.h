/* SPDX-License-Identifier: MIT
 *
 * Which params matter under the others, for many combos of one plan: the inside of a space.
 */
#ifndef BY_PLAN_PARAMS_H
#define BY_PLAN_PARAMS_H

#include "plan_parts.h"
#include "space.h"

/* Params by whose digits it is decided which params matter are choosing. Their digits fall into
 * classes of the same effect, and what matters is kept for each combination of classes. */
typedef struct plan_params {
    const by_plan *plan;
    uint64_t choosing;
    uint64_t always;              /* when nothing chooses: what matters */
    int32_t *classes;             /* [digit] of the params, one after the other */
    int32_t first[BY_PARAMS_MAX]; /* where those of a param begin */
    intern combinations;          /* of classes */
    uint64_t *active;             /* [combination] */
    int32_t active_room;
    uint8_t *reached; /* scratch: nodes, then conditions, then series */
} plan_params;

struct by_space {
    plan_params params;
    uint32_t *combos; /* of by_space_walk */
    uint16_t *digits;
};

/* BY_LIMIT: there are more combos than `count_max`. */
by_status space_fail_limit(int32_t count_max, by_error *err);

by_status plan_params_open(plan_params *at, const by_plan *plan, by_error *err);
void plan_params_close(plan_params *at);
/* The params (bits) that the results of a combo depend on: those of what the tree reaches under the
 * digits, and of how it is traded. What a weight of 0 leaves out, because a param makes it 0, is
 * not reached: so a choice of sub-trees reaches one of them. A param of one value always counts. */
by_status plan_params_active(plan_params *at, const uint16_t *digits, uint64_t *out, by_error *err);

#endif
