/* SPDX-License-Identifier: MIT
 *
 * Metrics of a report: against a benchmark, and what rolls along with a window. See report.h for
 * the letters and for how these lines are read.
 */
#ifndef BY_REPORT_BENCHMARK_H
#define BY_REPORT_BENCHMARK_H

#include "status.h"

/* All need a benchmark: b are its returns, eb those in excess of f.
 *
 * beta                   cov(r, b) / var(b)
 *                        | n >= 2, b not constant. QuantStats, empyrical, PerformanceAnalytics:
 *                        same (QuantStats: 0 of a constant b).
 * alpha                  (mean(e) - beta mean(eb)) * P, Jensen's
 *                        | as beta. PerformanceAnalytics CAPM.alpha: per period. QuantStats: with
 *                        r and b, so the same at rf = 0 alone.
 * alpha_compounded       (1 + mean(e) - beta mean(eb)) ^ P - 1
 *                        | as beta. empyrical: same.
 * correlation            cov(r, b) / (sd(r) sd(b))
 *                        | n >= 2, neither constant. QuantStats: same.
 * r_squared              correlation^2
 *                        | as correlation. QuantStats: same.
 * beta_bull              beta over the periods of eb > 0
 *                        | 2 of them. PerformanceAnalytics: same.
 * beta_bear              beta over the periods of eb < 0
 *                        | 2 of them. PerformanceAnalytics: same.
 * information_ratio      mean(r - b) / sd(r - b) * sqrt(P)
 *                        | n >= 2, r - b not constant. QuantStats, ffn, empyrical excess_sharpe:
 *                        not annual. PerformanceAnalytics: active_premium / tracking_error.
 * tracking_error         sd(r - b) * sqrt(P)
 *                        | n >= 2. PerformanceAnalytics: same.
 * active_premium         cagr - cagr of b
 *                        | n >= 1. PerformanceAnalytics: same.
 * treynor_ratio          excess_cagr / beta
 *                        | as beta. PerformanceAnalytics: same. QuantStats: treynor_total.
 * treynor_total          (V - 1 - rf) / beta, with the whole return
 *                        | as beta. QuantStats: same (its table calls it percent).
 * up_capture             geometric mean of r over that of b, on periods of b > 0
 *                        | one of them. empyrical: both compounded to a year of such periods.
 *                        PerformanceAnalytics: both compounded over all of them.
 * down_capture           geometric mean of r over that of b, on periods of b < 0
 *                        | one of them. empyrical, PerformanceAnalytics: as up_capture.
 * capture_ratio          up_capture / down_capture
 *                        | both captures. empyrical: of its own.
 * batting_average        #(r > b) / n
 *                        | n >= 1. empyrical: same.
 */
#define BY_REPORT_BENCHMARK_MAP(X)                                                                 \
    X(beta, 0, ratio, "beta")                                                                      \
    X(alpha, 1, fraction, "alpha a year")                                                          \
    X(alpha_compounded, 1, fraction, "alpha a year, compounded")                                   \
    X(correlation, 0, ratio, "correlation")                                                        \
    X(r_squared, 0, ratio, "R squared")                                                            \
    X(beta_bull, 0, ratio, "beta when it rises")                                                   \
    X(beta_bear, 0, ratio, "beta when it falls")                                                   \
    X(information_ratio, 1, ratio, "information ratio")                                            \
    X(tracking_error, -1, fraction, "tracking error")                                              \
    X(active_premium, 1, fraction, "active premium")                                               \
    X(treynor_ratio, 1, ratio, "Treynor ratio")                                                    \
    X(treynor_total, 1, ratio, "Treynor ratio, whole return")                                      \
    X(up_capture, 1, fraction, "up capture")                                                       \
    X(down_capture, -1, fraction, "down capture")                                                  \
    X(capture_ratio, 1, ratio, "capture ratio")                                                    \
    X(batting_average, 1, fraction, "batting average")

/* What rolls: out[i] is of returns i - window + 1 .. i, NaN before the first full window. Each
 * window is computed anew, so nothing drifts. NULL is left out. */
typedef struct by_rolling {
    double *sharpe;     /* as the metric, in excess of the risk-free rate */
    double *volatility; /* as the metric */
    double *beta;       /* as the metric; NULL without a benchmark */
} by_rolling;

/* Fills out for windows of `window` >= 2 returns. `benchmark` may be NULL. Thread-safe; NaN and
 * infinite returns are 0. */
BY_API void by_report_roll(const double *returns, const double *benchmark, int32_t count,
                           int32_t window, double rf, double periods_per_year,
                           const by_rolling *out);

#endif
