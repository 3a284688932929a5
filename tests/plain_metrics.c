/* SPDX-License-Identifier: MIT
 *
 * The metrics of one backtest, each from its definition in engine/metrics.h, one loop each. Sums
 * over days run in eight lanes: that order is part of the definition.
 */
#include "plain.h"

#include <math.h>

/* The sum of x[i], of (x[i] - off)^2, or of the squares of what is negative in x[i]. */
typedef enum term { TERM_X, TERM_SQUARE, TERM_LOSS_SQUARE } term;

static double term_of(term kind, double x, double off) {
    double d = kind == TERM_LOSS_SQUARE ? (x < 0 ? x : 0) : x - off;
    return kind == TERM_X ? x : d * d;
}

static double total(term kind, const double *x, int64_t count, double off) {
    double l[8] = {0};
    for (int64_t i = 0; i < count; i++) {
        l[i % 8] += term_of(kind, x[i], off);
    }
    return ((l[0] + l[1]) + (l[2] + l[3])) + ((l[4] + l[5]) + (l[6] + l[7]));
}

/* Growth of 1 and what is seen on its way. */
static void walk(const double *r, int32_t n, double *end, double *max_drawdown, double *longest) {
    double v = 1;
    double peak = 1;
    int32_t run = 0;
    int32_t longest_run = 0;
    *max_drawdown = 0;
    for (int32_t i = 0; i < n; i++) {
        v *= 1 + r[i];
        peak = v > peak ? v : peak;
        double drawdown = v / peak - 1;
        *max_drawdown = drawdown < *max_drawdown ? drawdown : *max_drawdown;
        run = v < peak ? run + 1 : 0;
        longest_run = run > longest_run ? run : longest_run;
    }
    *end = v;
    *longest = longest_run;
}

static void ratios(const double *r, int32_t n, double *metric) {
    double year = sqrt(BY_PERIODS_PER_YEAR);
    double mean = total(TERM_X, r, n, 0) / n;
    if (n >= 2) {
        double sd = sqrt(total(TERM_SQUARE, r, n, mean) / (n - 1));
        metric[BY_METRIC_volatility] = sd * year;
        metric[BY_METRIC_sharpe] = sd > 0 ? mean / sd * year : NAN;
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

static void blocks(const double *r, int64_t n, by_result *out) {
    for (int64_t b = 0; b < BY_BLOCK_COUNT; b++) {
        int64_t first = b * n / BY_BLOCK_COUNT;
        int64_t count = (b + 1) * n / BY_BLOCK_COUNT - first;
        out->block_sum[b] = total(TERM_X, r + first, count, 0);
        out->block_sum_squares[b] = total(TERM_SQUARE, r + first, count, 0);
    }
}

void plain_metrics(const double *returns, int32_t return_count, const double *turnover,
                   const double *exposure, int32_t trade_count, by_result *out) {
    int32_t n = return_count;
    double *metric = out->metric;
    for (int32_t m = 0; m < BY_METRIC_COUNT; m++) {
        metric[m] = NAN;
    }
    out->start = 0;
    out->return_count = n;
    metric[BY_METRIC_average_turnover] = total(TERM_X, turnover, (int64_t)n + 1, 0) / (n + 1.0);
    metric[BY_METRIC_exposure] = total(TERM_X, exposure, (int64_t)n + 1, 0) / (n + 1.0);
    metric[BY_METRIC_trade_days] = trade_count;
    double end = 1;
    walk(returns, n, &end, &metric[BY_METRIC_max_drawdown],
         &metric[BY_METRIC_longest_drawdown_days]);
    metric[BY_METRIC_total_return] = end - 1;
    blocks(returns, n, out);
    if (n == 0) {
        return;
    }
    ratios(returns, n, metric);
    days(returns, n, metric);
    metric[BY_METRIC_cagr] = pow(end, BY_PERIODS_PER_YEAR / n) - 1;
    if (metric[BY_METRIC_max_drawdown] < 0) {
        metric[BY_METRIC_calmar] = metric[BY_METRIC_cagr] / -metric[BY_METRIC_max_drawdown];
    }
}
