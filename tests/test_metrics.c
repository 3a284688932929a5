/* SPDX-License-Identifier: MIT */
#include "../engine/blocks.h"
#include "plain.h"
#include "random_tree.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { DAYS_MAX = 3000 };

typedef void (*compute)(const by_days *, by_result *);
static const compute both[] = {by_metrics_compute, plain_metrics};

static void assert_metric(const by_result *result, by_metric metric, double expected) {
    double value = result->metric[metric];
    if (isnan(expected) ? !isnan(value) : !(fabs(value - expected) <= 1e-14 * fabs(expected))) {
        fail_msg("metric %d: %.17g instead of %.17g", metric, value, expected);
    }
}

static void assert_table(const by_result *result, const double expected[BY_METRIC_COUNT]) {
    for (int32_t m = 0; m < BY_METRIC_COUNT; m++) {
        assert_metric(result, (by_metric)m, expected[m]);
    }
}

/* Up by a half, halved, doubled: 1.5, 0.75, 1.5. */
static void test_three_days(void **unused) {
    (void)unused;
    const double r[] = {0.5, -0.5, 1};
    const double turnover[] = {1, 0, 2, 1};
    const double exposure[] = {1, 1, 0.5, 0.5};
    double year = sqrt(252);
    double sd = sqrt(7.0 / 12);
    double cagr = pow(1.5, 84) - 1;
    double skewness = 3 * sqrt(2) * (-60.0 / 216) / pow(7.0 / 6, 1.5);
    const double expected[BY_METRIC_COUNT] = {[BY_METRIC_total_return] = 0.5,
                                              [BY_METRIC_cagr] = cagr,
                                              [BY_METRIC_volatility] = sd * year,
                                              [BY_METRIC_sharpe] = year / sd / 3,
                                              [BY_METRIC_sortino] = year / sqrt(0.75),
                                              [BY_METRIC_max_drawdown] = -0.5,
                                              [BY_METRIC_calmar] = cagr * 2,
                                              [BY_METRIC_longest_drawdown_days] = 1,
                                              [BY_METRIC_best_day] = 1,
                                              [BY_METRIC_worst_day] = -0.5,
                                              [BY_METRIC_win_rate] = 2.0 / 3,
                                              [BY_METRIC_average_turnover] = 1,
                                              [BY_METRIC_exposure] = 0.75,
                                              [BY_METRIC_trade_days] = 3,
                                              [BY_METRIC_skewness] = skewness,
                                              [BY_METRIC_kurtosis] = NAN,
                                              [BY_METRIC_trades] = 2};
    for (int32_t f = 0; f < 2; f++) {
        by_result result;
        both[f](&(by_days){r, turnover, exposure, 3, 3, 2, 252}, &result);
        assert_table(&result, expected);
        assert_int_equal(result.return_count, 3);
        /* Blocks of 3 days: [5] the first, [10] the second, [15] the third, the rest empty. */
        for (int32_t b = 0; b < BY_BLOCK_COUNT; b++) {
            double day = b % 5 == 0 && b > 0 ? r[b / 5 - 1] : 0;
            assert_true(result.block_sum[b] == day);
            assert_true(result.block_sum_squares[b] == day * day);
        }
    }
}

/* One session: no return at all. */
static void test_no_day(void **unused) {
    (void)unused;
    const double half = 0.5;
    double expected[BY_METRIC_COUNT];
    for (int32_t m = 0; m < BY_METRIC_COUNT; m++) {
        expected[m] = NAN;
    }
    expected[BY_METRIC_total_return] = 0;
    expected[BY_METRIC_max_drawdown] = 0;
    expected[BY_METRIC_longest_drawdown_days] = 0;
    expected[BY_METRIC_average_turnover] = 0.5;
    expected[BY_METRIC_exposure] = 0.5;
    expected[BY_METRIC_trade_days] = 1;
    expected[BY_METRIC_trades] = 2;
    for (int32_t f = 0; f < 2; f++) {
        by_result result;
        both[f](&(by_days){NULL, &half, &half, 0, 1, 2, 252}, &result);
        assert_table(&result, expected);
        assert_int_equal(result.return_count, 0);
        assert_true(result.block_sum[0] == 0 && result.block_sum_squares[15] == 0);
    }
}

/* What is not defined without deviation, downside, drawdown or a second day. */
static void test_undefined(void **unused) {
    (void)unused;
    const double ones[5] = {1, 1, 1, 1, 1};
    const double zero[4] = {0};
    const double steady[4] = {0.25, 0.25, 0.25, 0.25};
    const double loss[1] = {-0.5};
    for (int32_t f = 0; f < 2; f++) {
        by_result result;
        both[f](&(by_days){zero, ones, ones, 4, 5, 2, 252}, &result);
        assert_metric(&result, BY_METRIC_cagr, 0);
        assert_metric(&result, BY_METRIC_volatility, 0);
        assert_metric(&result, BY_METRIC_sharpe, NAN);
        assert_metric(&result, BY_METRIC_sortino, NAN);
        assert_metric(&result, BY_METRIC_calmar, NAN);
        assert_metric(&result, BY_METRIC_win_rate, 0);
        both[f](&(by_days){steady, ones, ones, 4, 5, 2, 252}, &result);
        assert_metric(&result, BY_METRIC_total_return, 1.25 * 1.25 * 1.25 * 1.25 - 1);
        assert_metric(&result, BY_METRIC_volatility, 0);
        assert_metric(&result, BY_METRIC_sharpe, NAN);
        assert_metric(&result, BY_METRIC_sortino, NAN);
        assert_metric(&result, BY_METRIC_max_drawdown, 0);
        assert_metric(&result, BY_METRIC_calmar, NAN);
        both[f](&(by_days){loss, ones, ones, 1, 2, 2, 252}, &result);
        assert_metric(&result, BY_METRIC_volatility, NAN);
        assert_metric(&result, BY_METRIC_sharpe, NAN);
        assert_metric(&result, BY_METRIC_sortino, -sqrt(252));
        assert_metric(&result, BY_METRIC_max_drawdown, -0.5);
        assert_metric(&result, BY_METRIC_best_day, -0.5);
        assert_metric(&result, BY_METRIC_longest_drawdown_days, 1);
    }
}

/* Known values of G1 and G2; what the mean is off by rounding is no deviation. */
static void test_shape(void **unused) {
    (void)unused;
    const double ones[7] = {1, 1, 1, 1, 1, 1, 1};
    const double one_up[] = {0, 0, 0, 1};
    const double even[] = {-1, 1, 1, -1};
    const double tenths[] = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1};
    for (int32_t f = 0; f < 2; f++) {
        by_result result;
        both[f](&(by_days){one_up, ones, ones, 4, 5, 1, 252}, &result);
        assert_metric(&result, BY_METRIC_skewness, 2);
        assert_metric(&result, BY_METRIC_kurtosis, 4);
        both[f](&(by_days){even, ones, ones, 4, 5, 1, 252}, &result);
        assert_metric(&result, BY_METRIC_skewness, 0);
        assert_metric(&result, BY_METRIC_kurtosis, -6);
        both[f](&(by_days){one_up, ones, ones, 2, 3, 1, 252}, &result);
        assert_metric(&result, BY_METRIC_skewness, NAN);
        both[f](&(by_days){tenths, ones, ones, 6, 7, 1, 252}, &result);
        assert_metric(&result, BY_METRIC_volatility, 0);
        assert_metric(&result, BY_METRIC_sharpe, NAN);
        assert_metric(&result, BY_METRIC_skewness, NAN);
        assert_metric(&result, BY_METRIC_kurtosis, NAN);
    }
}

/* Hours of a year, days of a year. */
static void test_periods(void **unused) {
    (void)unused;
    const double ones[7] = {1, 1, 1, 1, 1, 1, 1};
    const double r[] = {0.5, -0.5, 1};
    for (int32_t f = 0; f < 2; f++) {
        by_result result;
        both[f](&(by_days){r, ones, ones, 3, 4, 1, 12}, &result);
        assert_metric(&result, BY_METRIC_cagr, pow(1.5, 4) - 1);
        assert_metric(&result, BY_METRIC_volatility, sqrt(7));
    }
}

/* The start is a peak; all lost stays lost; equal to the peak is not below it. */
static void test_drawdowns(void **unused) {
    (void)unused;
    const double ones[7] = {1, 1, 1, 1, 1, 1, 1};
    const double never[] = {-0.5, 0.25, 0.25, 0};
    const double ruin[] = {1, -1, 1};
    const double back[] = {-0.5, 1, 0, -0.25, 0, 0.5};
    for (int32_t f = 0; f < 2; f++) {
        by_result result;
        both[f](&(by_days){never, ones, ones, 4, 5, 2, 252}, &result);
        assert_metric(&result, BY_METRIC_longest_drawdown_days, 4);
        assert_metric(&result, BY_METRIC_max_drawdown, -0.5);
        both[f](&(by_days){ruin, ones, ones, 3, 4, 2, 252}, &result);
        assert_metric(&result, BY_METRIC_total_return, -1);
        assert_metric(&result, BY_METRIC_cagr, -1);
        assert_metric(&result, BY_METRIC_max_drawdown, -1);
        assert_metric(&result, BY_METRIC_calmar, -1);
        assert_metric(&result, BY_METRIC_longest_drawdown_days, 2);
        both[f](&(by_days){back, ones, ones, 6, 7, 2, 252}, &result);
        assert_metric(&result, BY_METRIC_longest_drawdown_days, 2);
        assert_metric(&result, BY_METRIC_total_return, 0.125);
    }
}

/* Returns of many kinds: wild or calm, with flat days, steps that come back to the same equity, and
 * ruin. */
static void draw_returns(random_source *source, double *r, int32_t n) {
    const double swing = random_chance(source, 0.2) ? 1.9 : 0.05;
    const double quiet = random_chance(source, 0.3) ? 0.5 : 0;
    const int32_t steps = random_chance(source, 0.2);
    const double ruin = random_chance(source, 0.1) ? 2.0 / (n + 1) : 0;
    for (int32_t i = 0; i < n; i++) {
        r[i] = swing * (random_fraction(source) - 0.5);
        if (steps) {
            r[i] = random_chance(source, 0.5) ? 1 : -0.5;
        }
        r[i] = random_chance(source, quiet) ? 0 : random_chance(source, ruin) ? -1 : r[i];
    }
}

/* Any number of days, to the last bit. */
static void test_agreement(void **unused) {
    (void)unused;
    static double r[DAYS_MAX];
    static double turnover[DAYS_MAX + 1];
    static double exposure[DAYS_MAX + 1];
    random_source source = {7};
    for (int32_t n = 0; n <= DAYS_MAX; n += n < 200 ? 1 : 397) {
        draw_returns(&source, r, n);
        for (int32_t i = 0; i <= n; i++) {
            turnover[i] = 2 * random_fraction(&source);
            exposure[i] = random_fraction(&source);
        }
        by_result fast;
        by_result plain;
        by_days days = {r, turnover, exposure, n, n / 2, 3 * n, 252 * (1 + n % 3)};
        by_metrics_compute(&days, &fast);
        plain_metrics(&days, &plain);
        for (int32_t m = 0; m < BY_METRIC_COUNT; m++) {
            double a = fast.metric[m];
            double b = plain.metric[m];
            if (memcmp(&a, &b, sizeof a) != 0 && !(isnan(a) && isnan(b))) {
                fail_msg("%d days, metric %d: engine %.17g, plain %.17g", n, m, a, b);
            }
        }
        assert_memory_equal(fast.block_sum, plain.block_sum, sizeof fast.block_sum);
        assert_memory_equal(fast.block_sum_squares, plain.block_sum_squares,
                            sizeof fast.block_sum_squares);
        assert_int_equal(fast.return_count, n);
    }
}

/* Whatever the processor has, to the last bit. */
static void test_widths(void **unused) {
    (void)unused;
    static double r[DAYS_MAX];
    const blocks_kernel *kernels[3] = {&blocks_kernel_1};
    int32_t count = 1;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) {
        kernels[count++] = &blocks_kernel_4;
    }
    if (__builtin_cpu_supports("avx512f")) {
        kernels[count++] = &blocks_kernel_8;
    }
#endif
    assert_ptr_equal(blocks_kernel_best(), kernels[count - 1]);
    random_source source = {11};
    for (int32_t n = 1; n <= DAYS_MAX; n += n < 600 ? 1 : 397) {
        double sum[2][BY_BLOCK_COUNT];
        double squares[2][BY_BLOCK_COUNT];
        blocks_total total[2];
        draw_returns(&source, r, n);
        blocks_pass(kernels[0], r, n, sum[0], squares[0], &total[0]);
        for (int32_t k = 1; k < count; k++) {
            blocks_pass(kernels[k], r, n, sum[1], squares[1], &total[1]);
            assert_memory_equal(sum[1], sum[0], sizeof sum[0]);
            assert_memory_equal(squares[1], squares[0], sizeof squares[0]);
            assert_memory_equal(&total[1], &total[0], sizeof total[0]);
        }
    }
}

static void test_names(void **unused) {
    (void)unused;
    assert_string_equal(by_metric_name(BY_METRIC_sharpe), "sharpe");
    assert_string_equal(by_metric_title(BY_METRIC_cagr), "CAGR");
    assert_int_equal(by_metric_direction(BY_METRIC_calmar), 1);
    assert_int_equal(by_metric_direction(BY_METRIC_volatility), -1);
    const int32_t unknown[] = {-1, BY_METRIC_COUNT, INT32_MAX, INT32_MIN};
    for (int32_t i = 0; i < 4; i++) {
        assert_null(by_metric_name(unknown[i]));
        assert_null(by_metric_title(unknown[i]));
        assert_int_equal(by_metric_direction(unknown[i]), 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_three_days), cmocka_unit_test(test_no_day),
        cmocka_unit_test(test_undefined),  cmocka_unit_test(test_drawdowns),
        cmocka_unit_test(test_shape),      cmocka_unit_test(test_periods),
        cmocka_unit_test(test_agreement),  cmocka_unit_test(test_widths),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
