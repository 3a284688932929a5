/* SPDX-License-Identifier: MIT
 *
 * One random tree on its bars, with the engine's and the plain evaluator's answers side by side.
 */
#ifndef BY_TRIAL_H
#define BY_TRIAL_H

#include "../engine/sweep.h"
#include "plain.h"
#include "random_tree.h"
#include "tally.h"

#include <stdbool.h>

enum { TRIAL_COMBOS_MAX = 700 };

typedef struct trial {
    uint64_t seed;
    random_source source;
    random_bars *bars;
    random_tree *random;
    const by_tree *tree;
    by_panel *panel;
    by_plan *plan;
    by_columns *columns;
    by_range asked;
    bool bad;
    int64_t runs; /* counts over all seeds, so that a generator gone lame is noticed */
    int64_t refused;
    int64_t combos;
    int64_t plain_combos;
    tally tally;
    int32_t combo_count;
    uint16_t digits[TRIAL_COMBOS_MAX * RANDOM_PARAMS_MAX];
    by_result expected[TRIAL_COMBOS_MAX]; /* by single runs */
    by_result swept[TRIAL_COMBOS_MAX];
    uint8_t seen[TRIAL_COMBOS_MAX];
} trial;

/* Judges what a trial holds: a tree, its plan, and columns over its bars. */
typedef void trial_judge(trial *t, void *context);

/* Judges the random trees of the seeds 1 .. BY_TREES, of which there are `trees` unless that is
 * set, or the tree of BY_SEED alone. Fails the test when some are bad, of which the first ones are
 * printed. Returns the number of trees. `t` begins as zeros. */
uint64_t trial_each_seed(trial *t, uint64_t trees, trial_judge *judge, void *context);

/* Notes a difference; the first of a seed is printed. */
void trial_differ(trial *t, const char *what, int64_t at, double fast, double plain);
/* The same bits, or both NaN. */
void trial_expect(trial *t, const char *what, int64_t at, double fast, double plain);
void trial_compare_results(trial *t, const char *what, int32_t combo, const by_result *fast,
                           const by_result *plain);
/* A whole run, day by day. */
void trial_compare_runs(trial *t, const int32_t *digits);
/* What happens inside of a run, part by part. */
void trial_compare_traces(trial *t, const int32_t *digits);
/* The panel, and what it is without opens, highs, lows and volumes. */
void trial_compare_panels(trial *t);
/* The plan's figures of the tree as written and expanded. */
void trial_compare_figures(trial *t);
/* The sweep over the combos, in many ways. */
void trial_compare_sweeps(trial *t);

#endif
