/* SPDX-License-Identifier: MIT
 *
 * Metrics of one backtest, and the block sums from which overfitting statistics are made.
 */
#ifndef BY_METRICS_H
#define BY_METRICS_H

#include "status.h"

enum { BY_BLOCK_COUNT = 16 };
enum { BY_LANES = 32 };

/* The order of the arithmetic is part of the definitions, so that it can be done side by side and
 * gives the same bits everywhere. Returns are cut into blocks: block b of n returns is r[b * n / 16
 * .. (b + 1) * n / 16). Sums over returns run from day to day within each block; those over
 * sessions in 32 interleaved lanes. Then the blocks or lanes are added up by halves: x[k] + x[k +
 * half], until one is left. The equity of a day is that of the end of the block before, times the
 * growth within its block, which is multiplied up from 1.
 */

/* X(name, 1 when higher is better and -1 when lower is, title). Ratios are fractions; r are the
 * returns, n of them, P a year; V the equity from 1 at the start. NaN where a metric is not defined
 * (n = 0, no deviation, ...). Behind a bar: what has to be there, and how other programs differ
 * (report.h; docs/metrics.md is made of it).
 *
 * total_return           V_end - 1
 *                        | n >= 0. QuantStats, empyrical, ffn, PerformanceAnalytics: same.
 * cagr                   V_end ^ (P / n) - 1
 *                        | n >= 1, V_end >= 0. QuantStats: same, and with |V_end| where more than
 *                        all is lost. empyrical, PerformanceAnalytics: same. ffn: by the calendar's
 *                        years.
 * volatility             sd(r) * sqrt(P), sample
 *                        | n >= 2. All four: same.
 * sharpe                 mean(r) / sd(r) * sqrt(P), no risk-free rate
 *                        | n >= 2. All four: same. In a report with rf: of e.
 * sortino                mean(r) / sqrt(mean(min(r, 0)^2)) * sqrt(P)
 *                        | a loss. QuantStats, empyrical, ffn: same. PerformanceAnalytics: not
 *                        annual. In a report with rf: of e.
 * max_drawdown           min(V / running peak - 1), the start counts as a peak
 *                        | n >= 0. All four: same.
 * calmar                 cagr / |max_drawdown|
 *                        | a drawdown. QuantStats, empyrical, PerformanceAnalytics: same.
 * longest_drawdown_days  longest run of sessions below a peak
 *                        | n >= 0. In days of the calendar: longest_drawdown_calendar.
 * skewness               G1 of a sample, with d = r - mean(r):
 *                        n sqrt(n - 1) / (n - 2) * sum d^3 / (sum d^2)^1.5
 *                        | n >= 3. QuantStats, ffn, PerformanceAnalytics (fisher): same.
 * kurtosis               G2 of a sample, in excess of the normal distribution's:
 *                        (n - 1) / ((n - 2) (n - 3))
 *                        * (n (n + 1) sum d^4 / (sum d^2)^2 - 3 (n - 1))
 *                        | n >= 4. QuantStats, ffn, PerformanceAnalytics (sample_excess): same.
 * best_day               max(r)
 *                        | n >= 1. QuantStats, ffn: same.
 * worst_day              min(r)
 *                        | n >= 1. QuantStats, ffn: same.
 * win_rate               share of r > 0
 *                        | n >= 1. QuantStats leaves returns of 0 out: win_days.
 * average_turnover       mean over sessions of sum |target - actual|, the first purchase included
 *                        | a run.
 * exposure               mean over sessions of the weight not in cash
 *                        | a run. QuantStats means time_in_market.
 * trade_days             sessions on which it traded
 *                        | a run.
 * trades                 positions opened: how often a trade took a symbol's weight from 0 to
 *                        something else, the first purchase included
 *                        | a run.
 *
 * Skewness and kurtosis: Joanes and Gill, Comparing measures of sample skewness and kurtosis, 1998.
 */
#define BY_METRIC_MAP(X)                                                                           \
    X(total_return, 1, "total return")                                                             \
    X(cagr, 1, "CAGR")                                                                             \
    X(volatility, -1, "volatility")                                                                \
    X(sharpe, 1, "Sharpe")                                                                         \
    X(sortino, 1, "Sortino")                                                                       \
    X(max_drawdown, 1, "max drawdown")                                                             \
    X(calmar, 1, "Calmar")                                                                         \
    X(longest_drawdown_days, -1, "longest drawdown (days)")                                        \
    X(skewness, 1, "skewness")                                                                     \
    X(kurtosis, -1, "excess kurtosis")                                                             \
    X(best_day, 1, "best day")                                                                     \
    X(worst_day, 1, "worst day")                                                                   \
    X(win_rate, 1, "win rate of days")                                                             \
    X(average_turnover, -1, "average turnover")                                                    \
    X(exposure, 1, "exposure")                                                                     \
    X(trade_days, -1, "trade days")                                                                \
    X(trades, -1, "positions opened")

#define BY_METRIC_ENUM(name, sign, title) BY_METRIC_##name,
typedef enum by_metric { BY_METRIC_MAP(BY_METRIC_ENUM) BY_METRIC_COUNT } by_metric;
#undef BY_METRIC_ENUM

/* One backtest in numbers. */
typedef struct by_result {
    double metric[BY_METRIC_COUNT];
    double block_sum[BY_BLOCK_COUNT];
    double block_sum_squares[BY_BLOCK_COUNT];
    uint64_t behaviour;   /* hash of the daily allocations: the same where they are the same */
    int32_t start;        /* panel row of the first session */
    int32_t return_count; /* n; the sessions are n + 1 */
} by_result;

/* What a backtest was, session by session: n returns, and n + 1 sessions. */
typedef struct by_days {
    const double *returns;   /* [n]; fractions, the start-to-end growth included */
    const double *turnover;  /* [n + 1] */
    const double *exposure;  /* [n + 1] */
    int32_t return_count;    /* n */
    int32_t trade_days;      /* sessions that traded */
    int64_t trades;          /* positions opened */
    double periods_per_year; /* sessions in a year */
} by_days;

/* Computes all of a result but its start and behaviour. Cannot fail; thread-safe. */
BY_API void by_metrics_compute(const by_days *days, by_result *out);
/* Name, title and direction (1 higher is better, -1 lower) of a by_metric; NULL and 0 for an
 * unknown one. */
BY_API const char *by_metric_name(int32_t metric);
BY_API const char *by_metric_title(int32_t metric);
BY_API int32_t by_metric_direction(int32_t metric);

#endif
