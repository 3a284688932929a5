/* SPDX-License-Identifier: MIT */
#include "../engine/cscv.h"
#include "plain_cscv.h"
#include "random_tree.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static plain_trials *make_world(random_source *source, int32_t trials, int32_t blocks,
                                int32_t length) {
    plain_trials *at = calloc(1, sizeof *at);
    assert_non_null(at);
    at->trial_count = trials;
    at->block_count = blocks;
    for (int32_t i = 0; i < trials; i++) {
        double edge = 0.002 * random_fraction(source);
        at->length[i] = length;
        for (int32_t t = 0; t < length; t++) {
            at->returns[i][t] = 0.02 * (random_fraction(source) - 0.5) + edge;
        }
    }
    return at;
}

/* The last one first: what counts is the number. */
static by_trials *add_all(const plain_trials *at) {
    by_trials *trials;
    by_error err;
    assert_int_equal(by_trials_new(at->block_count, &trials, &err), BY_OK);
    for (int32_t i = at->trial_count - 1; i >= 0; i--) {
        by_status status;
        if (at->block_count == BY_BLOCK_COUNT) {
            static const double nothing[PLAIN_RETURNS_MAX + 1];
            by_result row;
            by_metrics_compute(&(by_days){.returns = at->returns[i],
                                          .turnover = nothing,
                                          .exposure = nothing,
                                          .return_count = at->length[i],
                                          .periods_per_year = 252},
                               &row);
            row.behaviour = (uint64_t)i / 2;
            status = by_trials_add_results(trials, &row, &(uint32_t){(uint32_t)i}, 1, &err);
        } else {
            status =
                by_trials_add_returns(trials, (uint32_t)i, at->returns[i], 1, at->length[i], &err);
        }
        assert_int_equal(status, BY_OK);
    }
    return trials;
}

static void assert_near(double got, double expected, const char *what, int32_t split) {
    if (!(fabs(got - expected) <= 1e-9 * fmax(1.0, fabs(expected)))) {
        fail_msg("%s of split %d: %.17g instead of %.17g", what, split, got, expected);
    }
}

static void assert_same_bits(const by_cscv *a, const by_cscv *b) {
    size_t size = (size_t)a->split_count * sizeof(double);
    assert_int_equal(a->split_count, b->split_count);
    assert_memory_equal(a->logit, b->logit, size);
    assert_memory_equal(a->in_sample, b->in_sample, size);
    assert_memory_equal(a->out_of_sample, b->out_of_sample, size);
    assert_memory_equal(a->chosen, b->chosen, (size_t)a->split_count * sizeof *a->chosen);
    assert_memory_equal(&a->slope, &b->slope, sizeof a->slope);
}

static void check(plain_trials *at) {
    plain_splits *expected = malloc(sizeof *expected);
    assert_non_null(expected);
    plain_cscv(at, expected);
    by_trials *trials = add_all(at);
    by_cscv *got[4];
    const int32_t threads[4] = {1, 2, 3, 8};
    for (int32_t i = 0; i < 4; i++) {
        by_error err;
        assert_int_equal(by_cscv_new(trials, threads[i], &got[i], &err), BY_OK);
        assert_same_bits(got[i], got[0]);
    }
    assert_int_equal(got[0]->split_count, expected->split_count);
    assert_true(got[0]->pbo == expected->pbo);
    assert_true(got[0]->loss_probability == expected->loss);
    for (int32_t s = 0; s < expected->split_count; s++) {
        assert_int_equal(got[0]->chosen[s], expected->chosen[s]);
        assert_near(got[0]->logit[s], expected->logit[s], "logit", s);
        assert_near(got[0]->in_sample[s], expected->in_sample[s], "in-sample ratio", s);
        assert_near(got[0]->out_of_sample[s], expected->out_of_sample[s], "ratio", s);
    }
    for (int32_t i = 0; i < 4; i++) {
        by_cscv_free(got[i]);
    }
    by_trials_free(trials);
    free(expected);
    free(at);
}

static void copy_trial(plain_trials *at, int32_t to, int32_t from) {
    memcpy(at->returns[to], at->returns[from], sizeof at->returns[0]);
    at->length[to] = at->length[from];
}

/* Any even number of blocks; trials fill no, one and several tiles. */
static void test_against_plain(void **unused) {
    (void)unused;
    random_source source = {5};
    const int32_t blocks[] = {2, 4, 6, 8, 10};
    const int32_t trials[] = {2, 31, 32, 33, 70};
    for (int32_t i = 0; i < 5; i++) {
        check(make_world(&source, trials[i], blocks[i], blocks[i] * 25));
    }
}

/* The blocks of a sweep, which are not all equally long. */
static void test_sixteen_blocks(void **unused) {
    (void)unused;
    random_source source = {6};
    check(make_world(&source, 5, 16, 77));
}

/* Equal trials, the first of which is chosen and which share their rank. */
static void test_equal_trials(void **unused) {
    (void)unused;
    random_source source = {7};
    plain_trials *at = make_world(&source, 50, 8, 160);
    for (int32_t i = 10; i < 50; i++) {
        copy_trial(at, i, i % 5);
    }
    check(at);
}

/* Trials that are equal in one half of the time. */
static void test_equal_halves(void **unused) {
    (void)unused;
    random_source source = {11};
    plain_trials *at = make_world(&source, 70, 4, 80);
    for (int32_t i = 0; i < 70; i++) {
        memcpy(at->returns[i], at->returns[i % 4], 40 * sizeof(double));
    }
    check(at);
}

/* Halves in which nothing is held, or in which cash earns the same every day, count as 0. */
static void test_no_deviation(void **unused) {
    (void)unused;
    random_source source = {8};
    plain_trials *at = make_world(&source, 40, 8, 160);
    for (int32_t i = 0; i < 12; i++) {
        double earns = i % 3 == 0 ? 0.0 : i % 3 == 1 ? 0.0001 : -0.003;
        for (int32_t t = i < 6 ? 0 : 80; t < (i < 6 ? 100 : 160); t++) {
            at->returns[i][t] = earns;
        }
    }
    for (int32_t t = 0; t < 160; t++) {
        at->returns[20][t] = 0.0; /* no Sharpe ratio at all: takes no part */
        at->returns[21][t] = 0.001;
    }
    check(at);
}

/* A tile of trials that all have a gain without deviation where the one chosen elsewhere deviates:
 * what looks far above it counts as 0. */
static void test_steady_tile(void **unused) {
    (void)unused;
    random_source source = {12};
    plain_trials *at = make_world(&source, 40, 8, 160);
    for (int32_t i = 0; i < 40; i++) {
        for (int32_t t = 0; t < 160; t++) { /* the first 32, with the lowest sums, fill a tile */
            at->returns[i][t] += i >= 32 ? 0.003 : -0.02;
            at->returns[i][t] = i < 32 && t < 80 ? 0.001 + 1e-6 * i : at->returns[i][t];
        }
    }
    check(at);
}

/* Trials that begin later, those with half the returns, and those with fewer. */
static void test_shorter_trials(void **unused) {
    (void)unused;
    random_source source = {9};
    plain_trials *at = make_world(&source, 60, 16, 400);
    at->trial_count = 12;
    for (int32_t i = 0; i < 12; i++) {
        at->length[i] = 400 - 23 * i;
    }
    at->length[7] = 200;
    at->length[8] = 199;
    at->length[9] = 31;
    at->length[10] = 0;
    check(at);
}

static void test_figures(void **unused) {
    (void)unused;
    random_source source = {10};
    plain_trials *at = make_world(&source, 6, 16, 64);
    copy_trial(at, 3, 1);
    at->length[5] = 20;
    by_trials *trials = add_all(at);
    by_error err;
    by_result rows[2] = {{.return_count = -1}, {.return_count = -2}};
    assert_int_equal(by_trials_add_results(trials, rows, NULL, 2, &err), BY_OK);
    by_trials_figures figures;
    by_trials_describe(trials, &figures);
    assert_int_equal(figures.trial_count, 5);
    assert_int_equal(figures.distinct_count, 4);
    assert_int_equal(figures.behaviour_count, 3);
    assert_int_equal(figures.failed_count, 1);
    assert_int_equal(figures.missing_count, 1);
    assert_int_equal(figures.undefined_count, 1);
    assert_int_equal(figures.short_count, 0);
    assert_int_equal(figures.return_count_min, 64);
    assert_int_equal(figures.return_count_max, 64);
    double ratio[5];
    double mean = 0.0;
    double squares = 0.0;
    for (int32_t i = 0; i < 5; i++) {
        ratio[i] = plain_sharpe(at, i, 0xffff, 64);
        mean += ratio[i] / 5;
    }
    for (int32_t i = 0; i < 5; i++) {
        squares += (ratio[i] - mean) * (ratio[i] - mean);
    }
    assert_near(figures.sharpe_deviation, sqrt(squares / 4), "deviation", 0);
    by_trials_free(trials);
    free(at);
}

/* Block means of two trials and their opposites. */
static void test_correlation(void **unused) {
    (void)unused;
    by_error err;
    by_trials *trials;
    by_trials_figures figures;
    assert_int_equal(by_trials_new(2, &trials, &err), BY_OK);
    const double up[] = {0.01, 0.02, 0.03, 0.05};
    const double down[] = {0.03, 0.04, -0.01, 0.02};
    by_trials_describe(trials, &figures);
    assert_true(isnan(figures.correlation));
    assert_int_equal(figures.trial_count, 0);
    assert_int_equal(by_trials_add_returns(trials, 0, up, 1, 4, &err), BY_OK);
    by_trials_describe(trials, &figures);
    assert_true(isnan(figures.correlation));
    assert_int_equal(by_trials_add_returns(trials, 1, down, 1, 4, &err), BY_OK);
    by_trials_describe(trials, &figures);
    assert_near(figures.correlation, -1.0, "correlation", 0);
    by_trials_free(trials);
}

/* Pure noise is overfitted in one half of the splits, on average; an edge in none. */
static void test_noise_and_edge(void **unused) {
    (void)unused;
    double total = 0.0;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        for (int32_t edge = 0; edge < 2; edge++) {
            random_source source = {seed};
            plain_trials *at = make_world(&source, 30, 8, 400);
            for (int32_t i = 0; i < 30; i++) {
                double mean = 0.0;
                for (int32_t t = 0; t < 400; t++) {
                    at->returns[i][t] = 0.02 * (random_fraction(&source) - 0.5);
                    mean += at->returns[i][t] / 400;
                }
                for (int32_t t = 0; t < 400 && edge && i == 11; t++) {
                    at->returns[i][t] += 0.002 - mean;
                }
            }
            by_trials *trials = add_all(at);
            by_cscv *cscv;
            by_error err;
            assert_int_equal(by_cscv_new(trials, 2, &cscv, &err), BY_OK);
            if (edge) {
                assert_true(cscv->pbo <= 0.05);
            } else {
                total += cscv->pbo;
            }
            by_cscv_free(cscv);
            by_trials_free(trials);
            free(at);
        }
    }
    assert_true(fabs(total / 40 - 0.5) < 0.07);
}

static void test_refusals(void **unused) {
    (void)unused;
    by_error err;
    by_trials *trials = NULL;
    const int32_t bad[] = {INT32_MIN, -2, 0, 1, 3, 15, 22, INT32_MAX};
    for (int32_t i = 0; i < 8; i++) {
        assert_int_equal(by_trials_new(bad[i], &trials, &err), BY_USAGE);
        assert_non_null(strstr(err.message, "even number"));
    }
    assert_int_equal(by_trials_new(4, &trials, &err), BY_OK);
    by_result row = {.return_count = 100};
    assert_int_equal(by_trials_add_results(trials, &row, NULL, 1, &err), BY_USAGE);
    double returns[] = {0.1, 0.2, NAN, 0.1, 0.3, -0.1, 0.2, 0.1};
    assert_int_equal(by_trials_add_returns(trials, 3, returns, 1, 8, &err), BY_DATA);
    assert_non_null(strstr(err.message, "return 3 of trial 4"));
    returns[2] = INFINITY;
    assert_int_equal(by_trials_add_returns(trials, 3, returns, 1, 8, &err), BY_DATA);
    returns[2] = 0.0;
    by_cscv *cscv;
    assert_int_equal(by_cscv_new(trials, 1, &cscv, &err), BY_DATA);
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(by_trials_add_returns(trials, i, returns, 1, 8, &err), BY_OK);
    }
    assert_int_equal(by_cscv_new(trials, 1, &cscv, &err), BY_DATA);
    assert_non_null(strstr(err.message, "1 distinct"));
    assert_int_equal(by_trials_add_returns(trials, 9, returns, 1, 0, &err), BY_OK);
    by_trials_free(trials);
    by_trials_free(NULL);
    by_cscv_free(NULL);
}

/* Sums that are no numbers, and those of a store that was damaged: such trials take no part. */
static void test_bad_sums(void **unused) {
    (void)unused;
    by_error err;
    by_trials *trials;
    by_trials_figures figures;
    assert_int_equal(by_trials_new(16, &trials, &err), BY_OK);
    const double bad[] = {NAN, INFINITY, -INFINITY, 1e308};
    for (int32_t i = 0; i < 4; i++) {
        by_result row = {.return_count = 100};
        for (int32_t b = 0; b < BY_BLOCK_COUNT; b++) {
            row.block_sum[b] = bad[i];
            row.block_sum_squares[b] = bad[i];
        }
        assert_int_equal(by_trials_add_results(trials, &row, NULL, 1, &err), BY_OK);
    }
    by_trials_describe(trials, &figures);
    assert_int_equal(figures.trial_count, 0);
    assert_int_equal(figures.undefined_count, 4);
    by_trials_free(trials);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_plain),  cmocka_unit_test(test_sixteen_blocks),
        cmocka_unit_test(test_equal_trials),   cmocka_unit_test(test_equal_halves),
        cmocka_unit_test(test_no_deviation),   cmocka_unit_test(test_steady_tile),
        cmocka_unit_test(test_shorter_trials), cmocka_unit_test(test_figures),
        cmocka_unit_test(test_correlation),    cmocka_unit_test(test_noise_and_edge),
        cmocka_unit_test(test_refusals),       cmocka_unit_test(test_bad_sums),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
