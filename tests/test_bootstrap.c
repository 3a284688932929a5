/* SPDX-License-Identifier: MIT */
#include "../engine/bootstrap.h"
#include "../engine/reality_check.h"
#include "random_tree.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PERIODS = 90, STRATEGIES = 11, REPLICATES = 200, SERIES = 4000 };

/* Blocks start anywhere and have the mean length; a function of the seed and the replicate. */
static void test_positions(void **unused) {
    (void)unused;
    static int32_t index[SERIES];
    static int32_t again[SERIES];
    static int32_t hits[100];
    int32_t starts = 0;
    int32_t all = 0;
    for (int64_t replicate = 0; replicate < 50; replicate++) {
        by_bootstrap_positions(SERIES, 10.0, 42, replicate, index);
        by_bootstrap_positions(SERIES, 10.0, 42, replicate, again);
        assert_memory_equal(index, again, sizeof index);
        by_bootstrap_positions(SERIES, 10.0, 42, replicate + 1, again);
        assert_memory_not_equal(index, again, sizeof index);
        by_bootstrap_positions(SERIES, 10.0, 43, replicate, again);
        assert_memory_not_equal(index, again, sizeof index);
        for (int32_t i = 0; i < SERIES; i++) {
            assert_in_range(index[i], 0, SERIES - 1);
            hits[index[i] / (SERIES / 100)]++;
            starts += i > 0 && index[i] != (index[i - 1] + 1) % SERIES;
            all++;
        }
    }
    assert_true(fabs((double)all / starts - 10.0) < 0.3);
    for (int32_t i = 0; i < 100; i++) {
        assert_true(abs(hits[i] - all / 100) < 1000); /* 2,000 each, blocks of 10 */
    }
    by_bootstrap_positions(1, 5.0, 1, 0, index);
    assert_int_equal(index[0], 0);
    by_bootstrap_positions(SERIES, NAN, 1, 0, index); /* each period a block of its own */
    by_bootstrap_positions(0, 5.0, 1, 0, NULL);
}

/* What x[t] = f x[t - 1] + noise has by the formula: (2 f / (1 - f^2))^(2/3) n^(1/3). */
static void test_block_length(void **unused) {
    (void)unused;
    static double x[2 * SERIES];
    double total = 0.0;
    double noise = 0.0;
    random_source source = {3};
    for (int32_t round = 0; round < 20; round++) {
        double last = 0.0;
        for (int32_t t = 0; t < SERIES; t++) {
            last = 0.6 * last + random_fraction(&source) - 0.5;
            x[2 * t] = last;
            x[2 * t + 1] = random_fraction(&source);
        }
        total += by_bootstrap_block_length(x, 2, SERIES) / 20;
        noise += by_bootstrap_block_length(x + 1, 2, SERIES) / 20;
    }
    double expected = pow(1.2 / 0.64, 2.0 / 3) * cbrt(SERIES);
    assert_true(fabs(total - expected) < 0.15 * expected);
    assert_true(noise >= 1.0 && noise < 6.0);
    for (int32_t t = 0; t < SERIES; t++) {
        x[t] = 0.1;
    }
    assert_true(by_bootstrap_block_length(x, 1, SERIES) == 1.0);
    assert_true(by_bootstrap_block_length(x, 1, 0) == 1.0);
    for (int32_t t = 0; t < SERIES; t++) {
        x[t] = t;
    }
    assert_true(by_bootstrap_block_length(x, 1, SERIES) > 100.0);
    assert_true(by_bootstrap_block_length(x, 1, 12) <= 4.0);
}

/* Plainly ------------------------------------------------------------------------------------- */

typedef double matrix[PERIODS][STRATEGIES];

static double plain_variance(const matrix *d, int32_t k, double mean, double block_length) {
    double variance = 0.0;
    double p = 1.0 / block_length;
    for (int32_t lag = 0; lag < PERIODS; lag++) {
        double product = 0.0;
        for (int32_t t = 0; t + lag < PERIODS; t++) {
            product += ((*d)[t][k] - mean) * ((*d)[t + lag][k] - mean) / PERIODS;
        }
        double part = (double)lag / PERIODS;
        double weight = (1 - part) * pow(1 - p, lag) + part * pow(1 - p, PERIODS - lag);
        variance += lag == 0 ? product : 2 * weight * product;
    }
    return variance;
}

static void plain_count(double statistic, const double value[3], by_p_values *p) {
    p->lower += (value[0] > statistic) / (double)REPLICATES;
    p->consistent += (value[1] > statistic) / (double)REPLICATES;
    p->upper += (value[2] > statistic) / (double)REPLICATES;
}

static void plain_check(const matrix *d, const int32_t *index, double block_length,
                        by_reality_check *out) {
    double mean[STRATEGIES] = {0.0};
    double deviation[STRATEGIES];
    *out = (by_reality_check){.mean = -INFINITY};
    for (int32_t k = 0; k < STRATEGIES; k++) {
        for (int32_t t = 0; t < PERIODS; t++) {
            mean[k] += (*d)[t][k] / PERIODS;
        }
        deviation[k] = sqrt(plain_variance(d, k, mean[k], block_length));
        out->best = mean[k] > out->mean ? k : out->best;
        out->mean = fmax(out->mean, mean[k]);
        double studentized = sqrt(PERIODS) * mean[k] / deviation[k];
        out->statistic = deviation[k] > 0.0 ? fmax(out->statistic, studentized) : out->statistic;
    }
    for (int32_t r = 0; r < REPLICATES; r++) {
        double plain[3] = {-INFINITY, -INFINITY, -INFINITY};
        double studentized[3] = {0.0};
        for (int32_t k = 0; k < STRATEGIES; k++) {
            double drawn = 0.0;
            for (int32_t t = 0; t < PERIODS; t++) {
                drawn += (*d)[index[r * PERIODS + t]][k] / PERIODS;
            }
            double bound = -deviation[k] * sqrt(2 * log(log(PERIODS)) / PERIODS);
            const double centre[3] = {fmax(mean[k], 0.0), mean[k] >= bound ? mean[k] : 0.0,
                                      mean[k]};
            for (int32_t c = 0; c < 3; c++) {
                double value = drawn - centre[c];
                plain[c] = fmax(plain[c], value);
                studentized[c] = deviation[k] > 0.0
                                     ? fmax(studentized[c], sqrt(PERIODS) * value / deviation[k])
                                     : studentized[c];
            }
        }
        plain_count(out->mean, plain, &out->plain);
        plain_count(out->statistic, studentized, &out->studentized);
    }
}

static void assert_p(double got, double expected) {
    if (!(fabs(got - expected) < 1e-9)) {
        fail_msg("p %.17g instead of %.17g", got, expected);
    }
}

static void assert_same(const by_reality_check *got, const by_reality_check *expected) {
    assert_int_equal(got->best, expected->best);
    assert_true(fabs(got->mean - expected->mean) < 1e-15);
    assert_true(fabs(got->statistic - expected->statistic) < 1e-9);
    assert_p(got->plain.lower, expected->plain.lower);
    assert_p(got->plain.consistent, expected->plain.consistent);
    assert_p(got->plain.upper, expected->plain.upper);
    assert_p(got->studentized.lower, expected->studentized.lower);
    assert_p(got->studentized.consistent, expected->studentized.consistent);
    assert_p(got->studentized.upper, expected->studentized.upper);
}

/* Strategies from far below the benchmark to a little above it, and one that does not move. */
static void fill(random_source *source, matrix *returns, double *benchmark, matrix *d) {
    for (int32_t t = 0; t < PERIODS; t++) {
        benchmark[t] = 0.01 * (random_fraction(source) - 0.5);
        for (int32_t k = 0; k < STRATEGIES; k++) {
            double edge = 0.0007 * (k - 8);
            double noise = 0.02 * (random_fraction(source) - 0.5);
            (*returns)[t][k] = k == 10 ? benchmark[t] : edge + noise;
            (*d)[t][k] = (*returns)[t][k] - benchmark[t];
        }
    }
}

static void test_against_plain(void **unused) {
    (void)unused;
    static matrix returns;
    static matrix d;
    static double benchmark[PERIODS];
    static int32_t index[REPLICATES * PERIODS];
    random_source source = {4};
    for (int32_t round = 0; round < 5; round++) {
        double block_length = 1.0 + 3 * round;
        fill(&source, &returns, benchmark, &d);
        for (int32_t r = 0; r < REPLICATES; r++) {
            by_bootstrap_positions(PERIODS, block_length, 77, r, index + r * PERIODS);
        }
        by_reality_check expected;
        plain_check((const matrix *)&d, index, block_length, &expected);
        for (int32_t threads = 1; threads <= 4; threads += 3) {
            by_reality_options options = {.block_length = block_length,
                                          .replicate_count = REPLICATES,
                                          .thread_count = threads,
                                          .seed = 77,
                                          .benchmark = benchmark};
            by_reality_check got;
            by_error err;
            assert_int_equal(
                by_reality_check_run(&returns[0][0], PERIODS, STRATEGIES, &options, &got, &err),
                BY_OK);
            assert_same(&got, &expected);
            options.index = index;
            options.seed = 1;
            assert_int_equal(
                by_reality_check_run(&returns[0][0], PERIODS, STRATEGIES, &options, &got, &err),
                BY_OK);
            assert_same(&got, &expected);
        }
    }
}

/* Without skill p-values are spread evenly; with it they are small. */
static void test_size_and_power(void **unused) {
    (void)unused;
    static matrix returns;
    random_source source = {12};
    int32_t rejected = 0;
    for (int32_t round = 0; round < 200; round++) {
        for (int32_t t = 0; t < PERIODS; t++) {
            for (int32_t k = 0; k < STRATEGIES; k++) {
                returns[t][k] = random_fraction(&source) - 0.5 + (round >= 100 && k == 3 ? 0.2 : 0);
            }
        }
        by_reality_options options = {.replicate_count = 200, .thread_count = 2, .seed = 5};
        by_reality_check got;
        assert_int_equal(
            by_reality_check_run(&returns[0][0], PERIODS, STRATEGIES, &options, &got, NULL), BY_OK);
        if (round < 100) {
            rejected += got.studentized.consistent < 0.1;
        } else {
            assert_true(got.studentized.consistent < 0.02 && got.plain.upper < 0.02);
        }
    }
    assert_in_range(rejected, 2, 22);
}

static void refuse(const double *returns, int32_t periods, int32_t strategies,
                   const by_reality_options *options, by_status status, const char *says) {
    by_reality_check out;
    by_error err;
    assert_int_equal(by_reality_check_run(returns, periods, strategies, options, &out, &err),
                     status);
    assert_non_null(strstr(err.message, says));
}

static void test_refusals(void **unused) {
    (void)unused;
    double returns[12] = {0.1, 0.2, 0.1, 0.3, 0.1, 0.2, 0.1, 0.2, 0.3, 0.1, 0.1, 0.2};
    double benchmark[6] = {0, 0, 0, 0, INFINITY, 0};
    int32_t index[6] = {0, 1, 2, 3, 4, 6};
    by_reality_options options = {.replicate_count = 1};
    refuse(returns, 3, 2, &options, BY_USAGE, "3 periods");
    refuse(returns, -1, 2, &options, BY_USAGE, "-1 periods");
    refuse(returns, 6, 0, &options, BY_USAGE, "0 strategies");
    refuse(returns, 1 << 20, 1 << 20, &options, BY_LIMIT, "fewer strategies");
    refuse(returns, 6, 2, &(by_reality_options){0}, BY_USAGE, "0 replicates");
    refuse(returns, 6, 2, &(by_reality_options){.replicate_count = 1, .block_length = 0.5},
           BY_USAGE, "block length");
    refuse(returns, 6, 2, &(by_reality_options){.replicate_count = 1, .block_length = NAN},
           BY_USAGE, "block length");
    refuse(returns, 6, 2, &(by_reality_options){.replicate_count = 1, .benchmark = benchmark},
           BY_DATA, "benchmark's return in period 5");
    refuse(returns, 6, 2, &(by_reality_options){.replicate_count = 1, .index = index}, BY_USAGE,
           "position 6");
    index[5] = -1;
    refuse(returns, 6, 2, &(by_reality_options){.replicate_count = 1, .index = index}, BY_USAGE,
           "position -1");
    returns[7] = NAN;
    refuse(returns, 6, 2, &options, BY_DATA, "strategy 2 in period 4");
}

/* Nothing moves, or nothing differs from the benchmark: nothing beats it. */
static void test_no_deviation(void **unused) {
    (void)unused;
    const double returns[8] = {0};
    by_reality_options options = {.replicate_count = 10, .thread_count = 1};
    by_reality_check out;
    assert_int_equal(by_reality_check_run(returns, 4, 2, &options, &out, NULL), BY_OK);
    assert_true(out.statistic == 0.0 && out.plain.upper == 0.0 && out.studentized.upper == 0.0);
    assert_true(out.block_length == 1.0);
    const double steady[10] = {0.1, 0.3, 0.1, 0.3, 0.1, 0.3, 0.1, 0.3, 0.1, 0.3};
    assert_int_equal(by_reality_check_run(steady, 5, 2, &options, &out, NULL), BY_OK);
    assert_true(out.best == 1 && out.statistic == 0.0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_positions),     cmocka_unit_test(test_block_length),
        cmocka_unit_test(test_against_plain), cmocka_unit_test(test_size_and_power),
        cmocka_unit_test(test_refusals),      cmocka_unit_test(test_no_deviation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
