/* SPDX-License-Identifier: MIT
 *
 * Metrics of one backtest, and the block sums from which overfitting statistics are made.
 */
#ifndef BY_METRICS_H
#define BY_METRICS_H

#include "status.h"

enum { BY_BLOCK_COUNT = 16 };
#define BY_PERIODS_PER_YEAR 252.0
enum {
    BY_LANES = 8
}; /* sums run in 8 interleaved lanes, added up in a fixed order: the same bits everywhere */

/* X(name, 1 when higher is better and -1 when lower is, title). Ratios are fractions; r are the
 * returns, n of them; V the equity from 1 at the start. NaN where a metric is not defined (n = 0,
 * no deviation, ...).
 *
 * total_return           V_end - 1
 * cagr                   V_end ^ (252 / n) - 1
 * volatility             sd(r) * sqrt(252), sample
 * sharpe                 mean(r) / sd(r) * sqrt(252), no risk-free rate
 * sortino                mean(r) / sqrt(mean(min(r, 0)^2)) * sqrt(252)
 * max_drawdown           min(V / running peak - 1), the start counts as a peak
 * calmar                 cagr / |max_drawdown|
 * longest_drawdown_days  longest run of sessions below a peak
 * best_day, worst_day    max(r), min(r)
 * win_rate               share of r > 0
 * average_turnover       mean over sessions of sum |target - actual|, the first purchase included
 * exposure               mean over sessions of the weight not in cash
 * trade_days             sessions on which it traded */
#define BY_METRIC_MAP(X)                                                                           \
    X(total_return, 1, "total return")                                                             \
    X(cagr, 1, "CAGR")                                                                             \
    X(volatility, -1, "volatility")                                                                \
    X(sharpe, 1, "Sharpe")                                                                         \
    X(sortino, 1, "Sortino")                                                                       \
    X(max_drawdown, 1, "max drawdown")                                                             \
    X(calmar, 1, "Calmar")                                                                         \
    X(longest_drawdown_days, -1, "longest drawdown (days)")                                        \
    X(best_day, 1, "best day")                                                                     \
    X(worst_day, 1, "worst day")                                                                   \
    X(win_rate, 1, "win rate of days")                                                             \
    X(average_turnover, -1, "average turnover")                                                    \
    X(exposure, 1, "exposure")                                                                     \
    X(trade_days, -1, "trade days")

#define BY_METRIC_ENUM(name, sign, title) BY_METRIC_##name,
typedef enum by_metric { BY_METRIC_MAP(BY_METRIC_ENUM) BY_METRIC_COUNT } by_metric;
#undef BY_METRIC_ENUM

/* One backtest in numbers. Block b of n returns is r[b * n / 16 .. (b + 1) * n / 16). */
typedef struct by_result {
    double metric[BY_METRIC_COUNT];
    double block_sum[BY_BLOCK_COUNT];
    double block_sum_squares[BY_BLOCK_COUNT];
    int32_t start;        /* panel row of the first session */
    int32_t return_count; /* n; the sessions are n + 1 */
} by_result;

/* Computes a result from n returns (fractions), the start-to-end growth included, from n + 1
 * turnovers and exposures, and from the number of sessions that traded. Cannot fail; thread-safe.
 */
BY_API void by_metrics_compute(const double *returns, int32_t return_count, const double *turnover,
                               const double *exposure, int32_t trade_count, by_result *out);
/* Name, title and direction (1 higher is better, -1 lower) of a by_metric; NULL and 0 for an
 * unknown one. */
BY_API const char *by_metric_name(int32_t metric);
BY_API const char *by_metric_title(int32_t metric);
BY_API int32_t by_metric_direction(int32_t metric);

#endif
