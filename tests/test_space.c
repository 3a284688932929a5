/* SPDX-License-Identifier: MIT
 *
 * Spaces of random trees: combos that are the same for a space have the same results, to the last
 * bit; grids, and orders of a walk. BY_SEED=n runs that seed alone, BY_TREES=n the seeds 1 .. n.
 */
#include "../engine/hash.h"
#include "../engine/plan_params.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "trial.h"

enum { TREES = 3000, COMBOS_MAX = RANDOM_COMBOS_MAX };

/* What a trial of a space adds to one of a tree. */
typedef struct counts {
    int64_t combos;
    int64_t same;    /* combos that another one stands for */
    int64_t grouped; /* seeds with such */
} counts;

static int32_t point_count(const by_tree *tree) {
    int32_t count = 1;
    for (int32_t p = 0; p < tree->param_count; p++) {
        count *= tree->params[p].value_count;
    }
    return count;
}

/* The digits of point `index` of the grid, the last param changing fastest. */
static void set_point(const by_tree *tree, int32_t index, uint16_t *digits) {
    for (int32_t p = tree->param_count - 1; p >= 0; p--) {
        digits[p] = (uint16_t)(index % tree->params[p].value_count);
        index /= tree->params[p].value_count;
    }
}

static void run_point(trial *t, const uint16_t *digits, by_result *out) {
    int32_t wide[RANDOM_PARAMS_MAX] = {0};
    by_run *run = NULL;
    for (int32_t p = 0; p < t->tree->param_count; p++) {
        wide[p] = digits[p];
    }
    *out = (by_result){.return_count = -1};
    for (int32_t m = 0; m < BY_METRIC_COUNT; m++) {
        out->metric[m] = 0;
    }
    if (by_run_new(t->columns, wide, t->asked, &run, NULL) == BY_OK) {
        *out = run->result;
    }
    by_run_free(run);
}

/* The place of `combo` among the first `count` in `list`, or count. */
static int32_t find(const uint16_t *list, int32_t params, int32_t count, const uint16_t *combo) {
    int32_t at = 0;
    while (at < count && memcmp(list + at * params, combo, (size_t)params * sizeof *combo) != 0) {
        at++;
    }
    return at;
}

/* Points that have the same canonical digits have the same results; `firsts` are the first of each,
 * in canonical form. Returns how many. */
static int32_t compare_points(trial *t, by_space *space, uint16_t *firsts, counts *sum) {
    const int32_t params = t->tree->param_count;
    const int32_t points = point_count(t->tree);
    int32_t count = 0;
    for (int32_t i = 0; i < points && !t->bad; i++) {
        uint16_t digits[RANDOM_PARAMS_MAX];
        uint16_t combo[RANDOM_PARAMS_MAX];
        uint64_t active;
        by_result result;
        set_point(t->tree, i, digits);
        memcpy(combo, digits, sizeof combo);
        assert_int_equal(by_space_canonical(space, combo, 1, NULL), BY_OK);
        assert_int_equal(plan_params_active(&space->params, combo, &active, NULL), BY_OK);
        for (int32_t p = 0; p < params; p++) {
            trial_expect(t, "canonical digit of param", p, combo[p],
                         active >> p & 1 ? digits[p] : BY_DIGIT_NONE);
        }
        run_point(t, digits, &result);
        const int32_t at = find(firsts, params, count, combo);
        if (at == count) {
            memcpy(firsts + count * params, combo, (size_t)params * sizeof *combo);
            t->expected[count++] = result;
        }
        trial_compare_results(t, "the same combo", i, &result, &t->expected[at]);
    }
    sum->combos += points;
    sum->same += points - count;
    sum->grouped += count < points;
    return count;
}

static void compare_grid(trial *t, by_space *space, const uint16_t *firsts, int32_t expected) {
    uint16_t digits[COMBOS_MAX * RANDOM_PARAMS_MAX];
    const size_t size = (size_t)expected * (size_t)t->tree->param_count * sizeof *digits;
    by_error err = {0};
    int32_t count = 0;
    assert_int_equal(by_space_grid(space, COMBOS_MAX, NULL, &count, &err), BY_OK);
    trial_expect(t, "combos of the grid", 0, count, expected);
    assert_int_equal(by_space_grid(space, expected, digits, &count, &err), BY_OK);
    trial_expect(t, "the grid's digits differ", 0, memcmp(digits, firsts, size) != 0, 0);
    assert_int_equal(by_space_grid(space, expected - 1, NULL, &count, &err), BY_LIMIT);
}

/* The grid in the order of a walk, whichever way it is made, and each stretch of it. */
static void compare_walk(trial *t, by_space *space, const uint16_t *firsts, int32_t expected) {
    uint32_t combos[COMBOS_MAX];
    uint16_t digits[COMBOS_MAX * RANDOM_PARAMS_MAX];
    const size_t width = (size_t)t->tree->param_count;
    const uint32_t *walked;
    const uint16_t *walked_digits;
    uint64_t hash = 0;
    int32_t count = 0;
    by_error err = {0};
    assert_int_equal(by_space_arrange(space, firsts, expected, 0, combos, digits, NULL), BY_OK);
    assert_int_equal(by_space_count(space, expected, &count, &err), BY_OK);
    trial_expect(t, "combos of the walk", 0, count, expected);
    const uint64_t whole = by_hash(digits, (size_t)count * width * sizeof *digits,
                                   by_hash(combos, (size_t)count * sizeof *combos, 0));
    for (int32_t draw = 0; draw < 4; draw++) {
        const int32_t first = draw == 0 ? 0 : random_below(&t->source, count);
        const int32_t held = draw == 0 ? count : random_below(&t->source, count - first + 1);
        const size_t from = (size_t)first, rows = (size_t)held;
        assert_int_equal(
            by_space_walk(space, count, first, held, &walked, &walked_digits, &hash, &err), BY_OK);
        trial_expect(t, "the walk's combos differ", first,
                     memcmp(walked + from, combos + from, rows * sizeof *combos) != 0, 0);
        trial_expect(t, "the walk's digits differ", first,
                     memcmp(walked_digits + from * width, digits + from * width,
                            rows * width * sizeof *digits) != 0,
                     0);
        trial_expect(t, "the walk's hash differs", first, hash != whole, 0);
    }
    assert_int_equal(by_space_count(space, expected - 1, &count, &err), BY_LIMIT);
}

/* All points, in any order and twice, leave the first of each. */
static void compare_distinct(trial *t, by_space *space, int32_t expected) {
    const int32_t params = t->tree->param_count;
    const int32_t points = 2 * point_count(t->tree);
    uint16_t digits[2 * COMBOS_MAX * RANDOM_PARAMS_MAX];
    uint16_t kept[2 * COMBOS_MAX * RANDOM_PARAMS_MAX];
    int32_t left = 0;
    int32_t count = 0;
    for (int32_t i = 0; i < points; i++) {
        set_point(t->tree, random_below(&t->source, points / 2), digits + i * params);
    }
    assert_int_equal(by_space_canonical(space, digits, points, NULL), BY_OK);
    for (int32_t i = 0; i < points; i++) {
        if (find(kept, params, count, digits + i * params) == count) {
            memcpy(kept + count++ * params, digits + i * params, (size_t)params * sizeof *kept);
        }
    }
    assert_int_equal(by_space_distinct(space, digits, points, &left, NULL), BY_OK);
    trial_expect(t, "distinct combos", 0, left, count);
    trial_expect(t, "no more than there are", 0, left <= expected, 1);
    trial_expect(t, "distinct combos are others", 0,
                 memcmp(digits, kept, (size_t)(count * params) * sizeof *kept) != 0, 0);
}

/* A sweep over canonical digits gives what single runs of the points gave. */
static void compare_sweep(trial *t, by_space *space, const uint16_t *firsts, int32_t count) {
    uint32_t combos[COMBOS_MAX];
    uint16_t digits[COMBOS_MAX * RANDOM_PARAMS_MAX];
    by_sweep_options options = {.asked = t->asked, .thread_count = 1};
    by_sweep *sweep = NULL;
    int32_t first;
    int32_t size;
    const by_result *rows;
    assert_int_equal(by_space_arrange(space, firsts, count, 0, combos, digits, NULL), BY_OK);
    assert_int_equal(by_sweep_start(t->columns, digits, count, &options, &sweep, NULL), BY_OK);
    while (by_sweep_take(sweep, 1000, &first, &size, &rows) >= 0) {
        for (int32_t i = 0; i < size; i++) {
            if (rows[i].return_count >= 0) {
                trial_compare_results(t, "swept combo", (int32_t)combos[first + i], &rows[i],
                                      &t->expected[combos[first + i]]);
            }
        }
        size = 0;
    }
    by_sweep_free(sweep);
}

static void judge(trial *t, void *context) {
    counts *sum = context;
    uint16_t firsts[COMBOS_MAX * RANDOM_PARAMS_MAX];
    by_space *space = NULL;
    if (t->tree->param_count == 0) {
        return;
    }
    t->asked = (by_range){t->panel->first_common, t->panel->last_common};
    assert_int_equal(by_space_new(t->plan, &space, NULL), BY_OK);
    const int32_t count = compare_points(t, space, firsts, sum);
    if (!t->bad) {
        compare_walk(t, space, firsts, count);
        compare_grid(t, space, firsts, count);
        compare_distinct(t, space, count);
        compare_sweep(t, space, firsts, count);
    }
    by_space_free(space);
}

static void test_random_spaces(void **unused) {
    (void)unused;
    counts sum = {0};
    trial *t = calloc(1, sizeof *t);
    assert_non_null(t);
    const uint64_t trees = trial_each_seed(t, TREES, judge, &sum);
    print_message("%lld points, %lld of them the same as others, in %lld trees\n",
                  (long long)sum.combos, (long long)sum.same, (long long)sum.grouped);
    if (trees >= 1000) {
        assert_true(sum.same * 20 > sum.combos && sum.grouped * 10 > (int64_t)trees);
    }
    free(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_random_spaces)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
