/* SPDX-License-Identifier: MIT
 *
 * The metrics of one backtest, each from its definition in engine/metrics.h, one loop each, in
 * the order of arithmetic that is part of the definitions.
 */
#include "plain.h"

#include <math.h>
#include <stdbool.h>

/* The sum of x[i], of a power of x[i] - off, or of the squares of what is negative in x[i]. */
typedef enum term { TERM_X, TERM_SQUARE, TERM_CUBE, TERM_FOURTH, TERM_LOSS_SQUARE } term;

static double term_of(term kind, double x, double off) {
    double d = kind == TERM_LOSS_SQUARE ? (x < 0 ? x : 0) : x - off;
    switch (kind) {
    case TERM_X:
        return x;
    case TERM_CUBE:
        return d * d * d;
    case TERM_FOURTH:
        return (d * d) * (d * d);
    default:
        return d * d;
    }
}

/* x[k] + x[k + half], until one is left. */
static double by_halves(double *x, int32_t count) {
    for (int32_t half = count / 2; half > 0; half /= 2) {
        for (int32_t k = 0; k < half; k++) {
            x[k] += x[k + half];
        }
    }
    return x[0];
}

static double total_of_sessions(const double *x, int64_t count) {
    double lane[32] = {0};
    for (int64_t i = 0; i < count; i++) {
        lane[i % 32] += x[i];
    }
    return by_halves(lane, 32);
}

/* The block of day i. */
static int64_t block_of(int64_t i, int64_t n) {
    int64_t b = 0;
    while (i >= (b + 1) * n / BY_BLOCK_COUNT) {
        b++;
    }
    return b;
}

static void sum_blocks(term kind, const double *r, int32_t n, double off,
                       double sum[BY_BLOCK_COUNT]) {
    for (int32_t b = 0; b < BY_BLOCK_COUNT; b++) {
        sum[b] = 0;
    }
    for (int32_t i = 0; i < n; i++) {
        sum[block_of(i, n)] += term_of(kind, r[i], off);
    }
}

static double total(term kind, const double *r, int32_t n, double off) {
    double sum[BY_BLOCK_COUNT];
    sum_blocks(kind, r, n, off, sum);
    return by_halves(sum, BY_BLOCK_COUNT);
}

/* Growth of 1 and what is seen on its way. */
static void walk(const double *r, int32_t n, double *end, double *max_drawdown, double *longest) {
    double start = 1; /* of the block at hand */
    double growth = 1;
    double v = 1;
    double peak = 1;
    int32_t run = 0;
    int32_t longest_run = 0;
    *max_drawdown = 0;
    for (int32_t i = 0; i < n; i++) {
        if (i > 0 && block_of(i, n) > block_of(i - 1, n)) {
            start = v;
            growth = 1;
        }
        growth *= 1 + r[i];
        v = start * growth;
        peak = v > peak ? v : peak;
        double drawdown = v / peak - 1;
        *max_drawdown = drawdown < *max_drawdown ? drawdown : *max_drawdown;
        run = v < peak ? run + 1 : 0;
        longest_run = run > longest_run ? run : longest_run;
    }
    *end = v;
    *longest = longest_run;
}

static bool all_the_same(const double *r, int32_t n) {
    for (int32_t i = 1; i < n; i++) {
        if (r[i] != r[0]) {
            return false;
        }
    }
    return true;
}

/* G1 and G2 from the sums of the powers of the deviations. */
static void shape(double n, double second, double third, double fourth, double *metric) {
    if (n > 2) {
        metric[BY_METRIC_skewness] = n * sqrt(n - 1) / (n - 2) * (third / (second * sqrt(second)));
    }
    if (n > 3) {
        double tails = n * (n + 1) * (fourth / (second * second));
        metric[BY_METRIC_kurtosis] = (n - 1) / ((n - 2) * (n - 3)) * (tails - 3 * (n - 1));
    }
}

static void ratios(const double *r, int32_t n, double periods_per_year, double *metric) {
    double year = sqrt(periods_per_year);
    double mean = total(TERM_X, r, n, 0) / n;
    double second = all_the_same(r, n) ? 0 : total(TERM_SQUARE, r, n, mean);
    double sd = sqrt(second / (n - 1));
    metric[BY_METRIC_volatility] = n > 1 ? sd * year : NAN;
    if (second > 0) {
        metric[BY_METRIC_sharpe] = mean / sd * year;
        shape(n, second, total(TERM_CUBE, r, n, mean), total(TERM_FOURTH, r, n, mean), metric);
    }
    double downside = sqrt(total(TERM_LOSS_SQUARE, r, n, 0) / n);
    metric[BY_METRIC_sortino] = downside > 0 ? mean / downside * year : NAN;
}

static void days(const double *r, int32_t n, double *metric) {
    double best = r[0];
    double worst = r[0];
    int32_t wins = 0;
    for (int32_t i = 0; i < n; i++) {
        best = r[i] > best ? r[i] : best;
        worst = r[i] < worst ? r[i] : worst;
        wins += r[i] > 0;
    }
    metric[BY_METRIC_best_day] = best;
    metric[BY_METRIC_worst_day] = worst;
    metric[BY_METRIC_win_rate] = (double)wins / n;
}

void plain_metrics(const by_days *of, by_result *out) {
    int32_t n = of->return_count;
    double *metric = out->metric;
    for (int32_t m = 0; m < BY_METRIC_COUNT; m++) {
        metric[m] = NAN;
    }
    out->start = 0;
    out->behaviour = 0;
    out->return_count = n;
    metric[BY_METRIC_average_turnover] =
        total_of_sessions(of->turnover, (int64_t)n + 1) / (n + 1.0);
    metric[BY_METRIC_exposure] = total_of_sessions(of->exposure, (int64_t)n + 1) / (n + 1.0);
    metric[BY_METRIC_trade_days] = of->trade_days;
    metric[BY_METRIC_trades] = (double)of->trades;
    double end = 1;
    walk(of->returns, n, &end, &metric[BY_METRIC_max_drawdown],
         &metric[BY_METRIC_longest_drawdown_days]);
    metric[BY_METRIC_total_return] = end - 1;
    sum_blocks(TERM_X, of->returns, n, 0, out->block_sum);
    sum_blocks(TERM_SQUARE, of->returns, n, 0, out->block_sum_squares);
    if (n == 0) {
        return;
    }
    ratios(of->returns, n, of->periods_per_year, metric);
    days(of->returns, n, metric);
    metric[BY_METRIC_cagr] = pow(end, of->periods_per_year / n) - 1;
    if (metric[BY_METRIC_max_drawdown] < 0) {
        metric[BY_METRIC_calmar] = metric[BY_METRIC_cagr] / -metric[BY_METRIC_max_drawdown];
    }
}
