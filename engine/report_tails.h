/* SPDX-License-Identifier: MIT
 *
 * Metrics of a report: the tails of the returns. See report.h for the letters and for how these
 * lines are read.
 */
#ifndef BY_REPORT_TAILS_H
#define BY_REPORT_TAILS_H

/* Q(p) is the quantile of r with linear interpolation between ranks, z(p) that of the standard
 * normal distribution.
 *
 * value_at_risk          mean(r) + z(0.05) sd(r), of normal returns, as a return
 *                        | n >= 2. QuantStats: same (its table shows -|x|). PerformanceAnalytics
 *                        (gaussian): with the deviation of a population.
 * value_at_risk_99       mean(r) + z(0.01) sd(r)
 *                        | n >= 2. QuantStats: same.
 * expected_shortfall     mean of r below value_at_risk; value_at_risk where there is none
 *                        | n >= 2. QuantStats: same.
 * normal_shortfall       mean(r) - phi(z(0.05)) / 0.05 sd(r), of normal returns
 *                        | n >= 2. PerformanceAnalytics (gaussian): with the deviation of a
 *                        population.
 * historical_value_at_risk  Q(0.05)
 *                        | n >= 1. empyrical, PerformanceAnalytics (historical): same.
 * historical_shortfall   mean of the floor(0.05 (n - 1)) + 1 lowest r
 *                        | n >= 1. empyrical: same. PerformanceAnalytics: those below Q(0.05).
 * modified_value_at_risk mean(r) + sd(r) w, w = z + (z^2 - 1) S / 6 + (z^3 - 3 z) K / 24
 *                        - (2 z^3 - 5 z) S^2 / 36, z = z(0.05); sd, S and K (in excess) of a
 *                        population
 *                        | n >= 2. Cornish-Fisher. PerformanceAnalytics (modified): same.
 * tail_ratio             |Q(0.95) / Q(0.05)|
 *                        | Q(0.05) is not 0. QuantStats, empyrical: same.
 * common_sense_ratio     profit_factor * tail_ratio
 *                        | a loss. QuantStats: same.
 * outlier_win_ratio      Q(0.99) / mean of r >= 0
 *                        | their mean is not 0. QuantStats: same.
 * outlier_loss_ratio     Q(0.01) / mean of r < 0
 *                        | a loss. QuantStats: same.
 */
#define BY_REPORT_TAILS_MAP(X)                                                                     \
    X(value_at_risk, 1, fraction, "value at risk, 95 % normal")                                    \
    X(value_at_risk_99, 1, fraction, "value at risk, 99 % normal")                                 \
    X(expected_shortfall, 1, fraction, "expected shortfall")                                       \
    X(normal_shortfall, 1, fraction, "expected shortfall, normal")                                 \
    X(historical_value_at_risk, 1, fraction, "value at risk, historical")                          \
    X(historical_shortfall, 1, fraction, "expected shortfall, historical")                         \
    X(modified_value_at_risk, 1, fraction, "value at risk, modified")                              \
    X(tail_ratio, 1, ratio, "tail ratio")                                                          \
    X(common_sense_ratio, 1, ratio, "common sense ratio")                                          \
    X(outlier_win_ratio, 1, ratio, "outlier win ratio")                                            \
    X(outlier_loss_ratio, -1, ratio, "outlier loss ratio")

#endif
