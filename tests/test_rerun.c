/* SPDX-License-Identifier: MIT
 *
 * Runs one after the other that keep what did not change: each must be the run that is computed by
 * itself, to the last bit. BY_SEED=n runs the random tree of that seed alone, BY_TREES=n
 * those of the seeds 1 .. n.
 */
#include "../engine/rerun.h"
#include "trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { TREES = 250, STEPS = 12 };

typedef struct counts {
    int64_t runs;
    int64_t refused;
    int64_t stepped; /* that kept something of the run before */
} counts;

static void compare_bytes(trial *t, const char *what, int32_t at, const void *a, const void *b,
                          size_t size_bytes) {
    if (memcmp(a, b, size_bytes) != 0) {
        trial_differ(t, what, at, 0, 0);
    }
}

static void compare(trial *t, int32_t at, const by_run *a, const by_run *b) {
    const size_t days = (size_t)b->day_count;
    trial_expect(t, "sessions", at, a->day_count, b->day_count);
    trial_expect(t, "first session", at, a->first, b->first);
    trial_compare_results(t, "result", at, &a->result, &b->result);
    if (t->bad) {
        return;
    }
    compare_bytes(t, "equity", at, a->equity, b->equity, days * sizeof(double));
    compare_bytes(t, "returns", at, a->returns, b->returns, (days - 1) * sizeof(double));
    compare_bytes(t, "turnover", at, a->turnover, b->turnover, days * sizeof(double));
    compare_bytes(t, "exposure", at, a->exposure, b->exposure, days * sizeof(double));
    compare_bytes(t, "traded", at, a->traded, b->traded, days);
    compare_bytes(t, "firsts", at, a->weight_first, b->weight_first, (days + 1) * sizeof(int32_t));
    const size_t entries = (size_t)b->weight_first[days];
    compare_bytes(t, "symbols", at, a->symbol, b->symbol, entries * sizeof(int32_t));
    compare_bytes(t, "weights", at, a->weight, b->weight, entries * sizeof(double));
}

/* Moves one param, or all of them. */
static void move(trial *t, int32_t *digits) {
    const int32_t params = t->tree->param_count;
    const bool one = random_chance(&t->source, 0.7);
    const int32_t moved = params > 0 ? random_below(&t->source, params) : 0;
    for (int32_t p = 0; p < params; p++) {
        if (!one || p == moved) {
            digits[p] = random_below(&t->source, t->tree->params[p].value_count);
        }
    }
}

static void judge(trial *t, void *context) {
    counts *sum = context;
    int32_t digits[RANDOM_PARAMS_MAX] = {0};
    by_rerun *rerun = NULL;
    const int64_t memory = random_chance(&t->source, 0.1) ? 0 : INT64_C(1) << 30;
    t->asked = (by_range){t->panel->first_common, t->panel->last_common};
    if (random_chance(&t->source, 0.3)) {
        t->asked.first = random_below(&t->source, t->panel->last_common + 1);
    }
    assert_int_equal(by_rerun_new(t->columns, t->asked, memory, &rerun, NULL), BY_OK);
    for (int32_t i = 0; i < STEPS && !t->bad; i++) {
        by_run *kept = NULL;
        by_run *alone = NULL;
        by_error kept_error = {0};
        by_error alone_error = {0};
        const by_status status = by_rerun_run(rerun, digits, &kept, &kept_error);
        trial_expect(t, "status", i, status,
                     by_run_new(t->columns, digits, t->asked, &alone, &alone_error));
        sum->runs++;
        sum->refused += status != BY_OK;
        sum->stepped += by_rerun_computed(rerun) >= 0;
        assert_string_equal(kept_error.message, alone_error.message);
        if (status == BY_OK && !t->bad) {
            compare(t, i, kept, alone);
        }
        if (memory == 0) {
            assert_true(by_rerun_computed(rerun) == -1);
        }
        by_run_free(kept);
        by_run_free(alone);
        move(t, digits);
    }
    by_rerun_free(rerun);
}

static void test_random_runs(void **unused) {
    (void)unused;
    counts sum = {0};
    trial *t = calloc(1, sizeof *t);
    assert_non_null(t);
    const uint64_t trees = trial_each_seed(t, TREES, judge, &sum);
    print_message("%lld runs, %lld without a session, %lld that kept something\n",
                  (long long)sum.runs, (long long)sum.refused, (long long)sum.stepped);
    if (trees >= 100) {
        assert_true(sum.refused > 0 && sum.stepped * 2 > sum.runs);
    }
    free(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_random_runs)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
