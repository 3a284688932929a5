/* SPDX-License-Identifier: MIT
 *
 * Who looks at whom in a plan: which steps a param moves by itself, and which look at the outcome
 * of another step. So a walk visits only what may change.
 */
#ifndef BY_WALK_GRAPH_H
#define BY_WALK_GRAPH_H

#include "plan_parts.h"

/* Sets of steps are bits by their position in plan->steps. */
#define STEP_WORDS(plan) ((size_t)(plan)->step_count / 64 + 1)

typedef struct walk_graph {
    int32_t word_count;
    int32_t *first;     /* [step + 1]; where its followers begin */
    int32_t *followers; /* steps that look at it, all later ones */
    uint64_t *moved_by; /* [param][word]; the steps that a param moves by itself */
} walk_graph;

/* `whole`: a param moves every step that depends on it, whether what is between changes or not.
 * Returns false when memory is short. */
bool walk_graph_open(walk_graph *graph, const by_plan *plan, bool whole);
void walk_graph_close(walk_graph *graph);

#endif
