/* SPDX-License-Identifier: MIT */
#include "reality_check.h"

#include <math.h>
#include <stdlib.h>

#include "bootstrap.h"
#include "clones.h"
#include "parallel.h"

enum {
    LANES = 8, /* strategies are padded to whole vectors */
    REPLICATES_PER_TASK = 16,
    PERIODS_MIN = 4, /* ln ln n > 0 */
    SIZE_MAX_NUMBERS = 1 << 28
};

/* A weight of a lag below this moves no bit of a long-run variance. */
#define KERNEL_MIN 1e-20

typedef struct counts {
    int32_t lower;
    int32_t consistent;
    int32_t upper;
} counts;

typedef struct test {
    int32_t periods;
    int32_t strategies;
    int32_t width; /* strategies, padded */
    int32_t tasks;
    const by_reality_options *options;
    double block_length;
    double *d;          /* [periods][width] */
    double *mean;       /* [width] */
    double *scale;      /* [width]: sqrt(n) / w, 0 where d does not vary */
    double *consistent; /* [width] recentring */
    double best;        /* largest mean */
    double statistic;   /* Hansen's */
    counts (*found)[2]; /* [tasks]: plain, studentized */
    int32_t *failed;    /* [tasks] out of memory */
} test;

static by_status check(const double *returns, int32_t periods, int32_t strategies,
                       const by_reality_options *options, by_error *err) {
    if (periods < PERIODS_MIN || strategies < 1 || options->replicate_count < 1) {
        return by_fail(
            err, BY_USAGE,
            "reality check: %d periods of %d strategies and %d replicates; there must be "
            "at least %d, 1 and 1",
            periods, strategies, options->replicate_count, PERIODS_MIN);
    }
    if ((int64_t)periods * strategies > SIZE_MAX_NUMBERS) {
        return by_fail(err, BY_LIMIT,
                       "reality check: %d periods of %d strategies are more than %d "
                       "numbers; take fewer strategies",
                       periods, strategies, SIZE_MAX_NUMBERS);
    }
    if (!(options->block_length >= 1.0 || options->block_length == 0.0)) {
        return by_fail(err, BY_USAGE, "reality check: a mean block length of %g; give 1 or more",
                       options->block_length);
    }
    for (int64_t i = 0; i < (int64_t)periods * strategies; i++) {
        if (!isfinite(returns[i])) {
            return by_fail(err, BY_DATA,
                           "reality check: the return of strategy %d in period %d is not a number",
                           (int32_t)(i % strategies) + 1, (int32_t)(i / strategies) + 1);
        }
    }
    for (int32_t t = 0; options->benchmark != NULL && t < periods; t++) {
        if (!isfinite(options->benchmark[t])) {
            return by_fail(err, BY_DATA,
                           "reality check: the benchmark's return in period %d is not a number",
                           t + 1);
        }
    }
    int64_t positions = options->index != NULL ? (int64_t)options->replicate_count * periods : 0;
    for (int64_t i = 0; i < positions; i++) {
        if (options->index[i] < 0 || options->index[i] >= periods) {
            return by_fail(err, BY_USAGE,
                           "reality check: position %d in replicate %lld is outside "
                           "of the %d periods",
                           options->index[i], (long long)(i / periods) + 1, periods);
        }
    }
    return BY_OK;
}

/* Long-run variance of strategy k by the kernel of the stationary bootstrap: weights
 * (1 - i / n) (1 - p)^i + i / n (1 - p)^(n - i) of the lags i, with 1 / p the mean block length. */
static double long_run_variance(const test *at, int32_t k) {
    const int32_t n = at->periods;
    const double keep = 1.0 - 1.0 / at->block_length;
    double variance = 0.0;
    for (int32_t lag = 0; lag < n; lag++) {
        double part = (double)lag / n;
        double weight = (1.0 - part) * pow(keep, lag) + part * pow(keep, n - lag);
        if (lag > 0 && weight < KERNEL_MIN) {
            continue;
        }
        double product = 0.0;
        for (int32_t t = 0; t + lag < n; t++) {
            product += (at->d[(size_t)t * (size_t)at->width + (size_t)k] - at->mean[k]) *
                       (at->d[(size_t)(t + lag) * (size_t)at->width + (size_t)k] - at->mean[k]);
        }
        variance += (lag == 0 ? 1.0 : 2.0 * weight) * product / n;
    }
    return variance;
}

static void prepare_strategy(void *context, int32_t k) {
    test *at = context;
    const double n = at->periods;
    double variance = long_run_variance(at, k);
    int varies = variance > at->mean[k] * at->mean[k] * BY_BOOTSTRAP_VARIANCE_MIN;
    at->scale[k] = varies ? sqrt(n / variance) : 0.0;
    double threshold = varies ? -sqrt(variance / n * 2.0 * log(log(n))) : 0.0;
    at->consistent[k] = at->mean[k] >= threshold ? at->mean[k] : 0.0;
}

static by_status allocate(test *at, by_error *err) {
    size_t width = (size_t)at->width;
    size_t numbers = ((size_t)at->periods + 3) * width;
    size_t tasks = (size_t)at->tasks;
    at->d = calloc(numbers, sizeof *at->d);
    at->found = calloc(tasks, sizeof *at->found);
    at->failed = calloc(tasks, sizeof *at->failed);
    if (at->d == NULL || at->found == NULL || at->failed == NULL) {
        return by_fail_nomem(err, numbers * sizeof *at->d + tasks * sizeof *at->found);
    }
    at->mean = at->d + (size_t)at->periods * width;
    at->scale = at->mean + width;
    at->consistent = at->scale + width;
    return BY_OK;
}

static void release(test *at) {
    free(at->d);
    free(at->found);
    free(at->failed);
}

static void subtract_benchmark(test *at, const double *returns) {
    const double *benchmark = at->options->benchmark;
    for (int32_t t = 0; t < at->periods; t++) {
        double *row = at->d + (size_t)t * (size_t)at->width;
        const double *from = returns + (size_t)t * (size_t)at->strategies;
        for (int32_t k = 0; k < at->strategies; k++) {
            row[k] = from[k] - (benchmark != NULL ? benchmark[t] : 0.0);
            at->mean[k] += row[k];
        }
    }
    for (int32_t k = 0; k < at->strategies; k++) {
        at->mean[k] /= at->periods;
    }
}

static double choose_block_length(const test *at) {
    if (at->options->block_length > 0.0) {
        return at->options->block_length;
    }
    double total = 0.0;
    for (int32_t k = 0; k < at->strategies; k++) {
        total += by_bootstrap_block_length(at->d + k, at->width, at->periods);
    }
    return total / at->strategies;
}

/* Sums of the rows at `index`, strategies side by side. */
BY_CLONES static void sum_rows(const double *d, int32_t width, const int32_t *index, int32_t count,
                               double *restrict total) {
    for (int32_t k = 0; k < width; k += LANES) {
        double lane[LANES] = {0.0};
        for (int32_t t = 0; t < count; t++) {
            const double *row = d + (size_t)index[t] * (size_t)width + (size_t)k;
            for (int32_t l = 0; l < LANES; l++) {
                lane[l] += row[l];
            }
        }
        for (int32_t l = 0; l < LANES; l++) {
            total[k + l] = lane[l];
        }
    }
}

/* Counts one replicate by the sums of its rows. */
static void count_replicate(const test *at, const double *total, counts found[2]) {
    double plain[3] = {-INFINITY, -INFINITY, -INFINITY};
    double studentized[3] = {0.0, 0.0, 0.0};
    for (int32_t k = 0; k < at->strategies; k++) {
        double mean = total[k] / at->periods;
        const double centred[3] = {mean - fmax(at->mean[k], 0.0), mean - at->consistent[k],
                                   mean - at->mean[k]};
        for (int32_t c = 0; c < 3; c++) {
            plain[c] = fmax(plain[c], centred[c]);
            studentized[c] = fmax(studentized[c], centred[c] * at->scale[k]);
        }
    }
    found[0].lower += plain[0] > at->best;
    found[0].consistent += plain[1] > at->best;
    found[0].upper += plain[2] > at->best;
    found[1].lower += studentized[0] > at->statistic;
    found[1].consistent += studentized[1] > at->statistic;
    found[1].upper += studentized[2] > at->statistic;
}

static void run_task(void *context, int32_t task) {
    test *at = context;
    int32_t first = task * REPLICATES_PER_TASK;
    int32_t last = first + REPLICATES_PER_TASK;
    last = last < at->options->replicate_count ? last : at->options->replicate_count;
    int32_t *drawn = malloc((size_t)at->periods * sizeof *drawn);
    double *total = malloc((size_t)at->width * sizeof *total);
    at->failed[task] = drawn == NULL || total == NULL;
    for (int32_t r = first; r < last && !at->failed[task]; r++) {
        const int32_t *index = drawn;
        if (at->options->index != NULL) {
            index = at->options->index + (size_t)r * (size_t)at->periods;
        } else {
            by_bootstrap_positions(at->periods, at->block_length, at->options->seed, r, drawn);
        }
        sum_rows(at->d, at->width, index, at->periods, total);
        count_replicate(at, total, at->found[task]);
    }
    free(drawn);
    free(total);
}

static by_p_values p_values(const test *at, int32_t which) {
    by_p_values total = {0.0, 0.0, 0.0};
    for (int32_t task = 0; task < at->tasks; task++) {
        const counts *found = &at->found[task][which];
        total.lower += found->lower;
        total.consistent += found->consistent;
        total.upper += found->upper;
    }
    const double replicates = at->options->replicate_count;
    return (by_p_values){total.lower / replicates, total.consistent / replicates,
                         total.upper / replicates};
}

static by_status run(test *at, const double *returns, by_reality_check *out, by_error *err) {
    subtract_benchmark(at, returns);
    at->block_length = choose_block_length(at);
    parallel_for(at->options->thread_count, at->strategies, prepare_strategy, at);
    int32_t best = 0;
    for (int32_t k = 0; k < at->strategies; k++) {
        best = at->mean[k] > at->mean[best] ? k : best;
        at->statistic = fmax(at->statistic, at->mean[k] * at->scale[k]);
    }
    at->best = at->mean[best];
    parallel_for(at->options->thread_count, at->tasks, run_task, at);
    for (int32_t task = 0; task < at->tasks; task++) {
        if (at->failed[task]) {
            return by_fail_nomem(err, ((size_t)at->periods + (size_t)at->width) * sizeof(double));
        }
    }
    *out = (by_reality_check){
        best, at->best, at->statistic, at->block_length, p_values(at, 0), p_values(at, 1)};
    return BY_OK;
}

by_status by_reality_check_run(const double *returns, int32_t period_count, int32_t strategy_count,
                               const by_reality_options *options, by_reality_check *out,
                               by_error *err) {
    by_status status = check(returns, period_count, strategy_count, options, err);
    if (status != BY_OK) {
        return status;
    }
    test at = {.periods = period_count,
               .strategies = strategy_count,
               .width = (strategy_count + LANES - 1) / LANES * LANES,
               .options = options};
    at.tasks = (options->replicate_count + REPLICATES_PER_TASK - 1) / REPLICATES_PER_TASK;
    status = allocate(&at, err);
    if (status == BY_OK) {
        status = run(&at, returns, out, err);
    }
    release(&at);
    return status;
}
