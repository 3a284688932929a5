/* SPDX-License-Identifier: MIT
 *
 * In which order a sweep walks the params: what is dear to move, moves least.
 */
#include "plan_parts.h"
#include "sweep.h"

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
