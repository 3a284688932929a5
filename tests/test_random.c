/* SPDX-License-Identifier: MIT
 *
 * Random trees: the engine must agree with the plain evaluator to the last bit, for any combo, with
 * any number of threads. BY_SEED=n runs that seed alone, BY_TREES=n the seeds 1 .. n.
 */
#include "../engine/timeframe.h"
#include "trial.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    TREES = 5000,
    PLAIN_COMBOS = 10, /* of a sweep, checked against the plain evaluator, too */
    LAME_SHARE = 400   /* each thing that a tree can have is in one of so many runs at least */
};

/* Combos in the order that the engine wants, or any. */
static void make_combos(trial *t) {
    int32_t params = t->tree->param_count;
    int32_t order[RANDOM_PARAMS_MAX];
    int64_t total = 1;
    for (int32_t p = 0; p < params; p++) {
        order[p] = -1;
        total *= t->tree->params[p].value_count;
    }
    by_sweep_order(t->plan, order);
    int32_t times_named[RANDOM_PARAMS_MAX] = {0};
    for (int32_t p = 0; p < params; p++) {
        if (order[p] < 0 || order[p] >= params || times_named[order[p]]++ > 0) {
            trial_differ(t, "by_sweep_order names no permutation, place", p, order[p], p);
            order[p] = p;
        }
    }
    bool many = random_chance(&t->source, 0.02);
    bool shuffled = total > 200 || random_chance(&t->source, 0.2);
    t->combo_count = many ? TRIAL_COMBOS_MAX : total > 200 ? 200 : (int32_t)total;
    for (int32_t c = 0; c < t->combo_count; c++) {
        int32_t rest = c; /* wraps where there are more than all */
        for (int32_t i = params - 1; i >= 0; i--) {
            int32_t count = t->tree->params[order[i]].value_count;
            int32_t digit = shuffled ? random_below(&t->source, count) : rest % count;
            t->digits[c * params + order[i]] = (uint16_t)digit;
            rest /= count;
        }
    }
}

static void digits_of(const trial *t, int32_t combo, int32_t *digits) {
    for (int32_t p = 0; p < t->tree->param_count; p++) {
        digits[p] = t->digits[combo * t->tree->param_count + p];
    }
}

static void set_refused(by_result *result) {
    *result = (by_result){.return_count = -1};
    for (int32_t m = 0; m < BY_METRIC_COUNT; m++) {
        result->metric[m] = NAN;
    }
}

static void make_expected(trial *t) {
    int32_t step = t->combo_count / PLAIN_COMBOS + 1;
    int32_t digits[RANDOM_PARAMS_MAX] = {0};
    for (int32_t c = 0; c < t->combo_count && !t->bad; c++) {
        digits_of(t, c, digits);
        by_run *run = NULL;
        set_refused(&t->expected[c]);
        if (by_run_new(t->columns, digits, t->asked, &run, NULL) == BY_OK) {
            t->expected[c] = run->result;
        }
        by_run_free(run);
        t->combos++;
        if (c % step == 0) {
            plain_result *plain = NULL;
            by_result refused;
            set_refused(&refused);
            (void)plain_run(t->tree, t->panel, digits, t->asked, &plain);
            trial_compare_results(t, "single run", c, &t->expected[c],
                                  plain == NULL ? &refused : &plain->result);
            plain_free(plain);
            t->plain_combos++;
        }
    }
}

static void choose_range(trial *t) {
    t->asked = (by_range){t->panel->first_common, t->panel->last_common};
    if (random_chance(&t->source, 0.3)) {
        t->asked.first = random_below(&t->source, t->panel->bar_count);
    }
    if (random_chance(&t->source, 0.3)) {
        t->asked.last = random_below(&t->source, t->panel->bar_count);
    }
}

static void judge(trial *t, void *unused) {
    (void)unused;
    if (t->seed % 8 == 0) { /* slow, and has little to do with the tree */
        trial_compare_panels(t);
    }
    trial_compare_figures(t);
    choose_range(t);
    int32_t digits[RANDOM_PARAMS_MAX] = {0};
    trial_compare_runs(t, digits);
    if (t->seed % 8 == 1) {
        trial_compare_traces(t, digits);
    }
    for (int32_t p = 0; p < t->tree->param_count; p++) {
        digits[p] = random_below(&t->source, t->tree->params[p].value_count);
    }
    trial_compare_runs(t, digits);
    if (t->bad || t->tree->param_count == 0) {
        return;
    }
    make_combos(t);
    make_expected(t);
    trial_compare_sweeps(t);
}

static void test_random_trees(void **unused) {
    (void)unused;
    trial *t = calloc(1, sizeof *t);
    assert_non_null(t);
    const uint64_t trees = trial_each_seed(t, TREES, judge, NULL);
    print_message("%lld runs (%lld without a session), %lld combos swept, %lld of them judged\n",
                  (long long)t->runs, (long long)t->refused, (long long)t->combos,
                  (long long)t->plain_combos);
    if (trees >= 100) {
        assert_true(t->refused * 5 < t->runs * 2 && t->refused > 0);
    }
    if (trees >= 1000) {
        assert_true(tally_check(&t->tally, LAME_SHARE));
    }
    free(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_random_trees)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
