/* SPDX-License-Identifier: MIT
 *
 * Metrics of a report: drawdowns, and the episodes that they are made of. See report.h for the
 * letters and for how these lines are read.
 */
#ifndef BY_REPORT_DRAWDOWNS_H
#define BY_REPORT_DRAWDOWNS_H

#include "status.h"

/* D[i] = V[i] / max(1, V[0 .. i]) - 1; an episode is a run of D < 0.
 *
 * drawdown_count         episodes
 *                        | n >= 0. QuantStats: same, but none where it is under water from the
 *                        first return to the last.
 * average_drawdown       mean over the episodes of their lowest D
 *                        | a drawdown. QuantStats, ffn: same.
 * average_drawdown_days  mean over the episodes of the calendar days from the first return below
 *                        the peak to the one that is back at it, or to the last one
 *                        | a drawdown, dates. ffn: same. QuantStats: up to the last one below, both
 *                        counted, without the rest.
 * longest_drawdown_calendar  most days of an episode, counted likewise
 *                        | dates. QuantStats: as above.
 * ulcer_index            sqrt(sum D^2 / (n - 1))
 *                        | n >= 2. QuantStats: same. PerformanceAnalytics: / n. ffn: over n + 1
 *                        prices, in percent.
 * ulcer_performance      (V - 1 - rf) / ulcer_index
 *                        | a drawdown. QuantStats: same, with the whole return, not that of a year
 *                        (see martin_ratio).
 * martin_ratio           (cagr - rf) / sqrt(mean(D^2))
 *                        | a drawdown. PerformanceAnalytics: same.
 * pain_index             mean(|D|)
 *                        | n >= 1. PerformanceAnalytics: same.
 * pain_ratio             (cagr - rf) / pain_index
 *                        | a drawdown. PerformanceAnalytics: same.
 * burke_ratio            (cagr - rf) / sqrt(sum over the episodes of (lowest D)^2)
 *                        | a drawdown. PerformanceAnalytics: of other falls than its drawdowns.
 * sterling_ratio         cagr / (|max_drawdown| + 0.1)
 *                        | n >= 1. PerformanceAnalytics: same.
 * serenity_index         (sum r - rf) / (ulcer_index * pitfall), pitfall = -(expected_shortfall of
 *                        D) / sd(r)
 *                        | a drawdown, n >= 2. QuantStats: same.
 * recovery_factor        (sum r - rf) / |max_drawdown|
 *                        | a drawdown. QuantStats: without its sign, and its table without rf.
 */
#define BY_REPORT_DRAWDOWNS_MAP(X)                                                                 \
    X(drawdown_count, -1, count, "drawdowns")                                                      \
    X(average_drawdown, 1, fraction, "average drawdown")                                           \
    X(average_drawdown_days, -1, days, "average drawdown (calendar days)")                         \
    X(longest_drawdown_calendar, -1, days, "longest drawdown (calendar days)")                     \
    X(ulcer_index, -1, fraction, "Ulcer index")                                                    \
    X(ulcer_performance, 1, ratio, "Ulcer performance index")                                      \
    X(martin_ratio, 1, ratio, "Martin ratio")                                                      \
    X(pain_index, -1, fraction, "pain index")                                                      \
    X(pain_ratio, 1, ratio, "pain ratio")                                                          \
    X(burke_ratio, 1, ratio, "Burke ratio")                                                        \
    X(sterling_ratio, 1, ratio, "Sterling ratio")                                                  \
    X(serenity_index, 1, ratio, "serenity index")                                                  \
    X(recovery_factor, 1, ratio, "recovery factor")

/* One episode, by positions in the returns. */
typedef struct by_drawdown {
    int32_t start;  /* first return below the peak */
    int32_t trough; /* the first one with the lowest D */
    int32_t end;    /* the one that is back at the peak; -1 when none is */
    double depth;   /* lowest D */
} by_drawdown;

/* Fills out[] with the up to `most` deepest episodes of returns[count], deepest first, the earlier
 * of equal ones first. Returns how many there are. Thread-safe; NaN and infinite returns are 0. */
BY_API int32_t by_drawdowns_deepest(const double *returns, int32_t count, int32_t most,
                                    by_drawdown *out);

#endif
