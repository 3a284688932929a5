/* SPDX-License-Identifier: MIT
 *
 * Metrics of a report: averages, ratios, wins and losses. See report.h for the letters and for how
 * these lines are read.
 */
#ifndef BY_REPORT_RATIOS_H
#define BY_REPORT_RATIOS_H

/* mean_return            mean(r) * P
 *                        | n >= 1. PerformanceAnalytics Return.annualized (arithmetic), ffn: same.
 * excess_cagr            prod(1 + e) ^ (P / n) - 1
 *                        | n >= 1. PerformanceAnalytics: the numerator of its geometric ratios.
 * expected_day           prod(1 + r) ^ (1 / n) - 1, the geometric mean
 *                        | n >= 1. QuantStats: same.
 * average_return         mean of r where r != 0
 *                        | a return that is not 0. QuantStats: same alone; with a benchmark it
 *                        drops the days on which one of the two does not qualify, here and in all
 *                        that is made of it.
 * average_win            mean of r where r > 0
 *                        | a win. QuantStats: same without a benchmark.
 * average_loss           mean of r where r < 0
 *                        | a loss. QuantStats: same without a benchmark.
 * win_days               #(r > 0) / #(r != 0)
 *                        | a return that is not 0. QuantStats: same. win_rate counts all days.
 * time_in_market         #(r != 0) / n
 *                        | n >= 1. QuantStats: rounded up to a whole percent.
 * risk_adjusted_return   cagr / time_in_market
 *                        | a return that is not 0. QuantStats: with its rounded time in market.
 * risk_return_ratio      mean(r) / sd(r)
 *                        | n >= 2. QuantStats: same.
 * downside_deviation     sqrt(mean(min(e, 0)^2)) * sqrt(P)
 *                        | n >= 1. empyrical: same. PerformanceAnalytics (full): not annual.
 * geometric_sharpe       excess_cagr / volatility
 *                        | n >= 2. PerformanceAnalytics SharpeRatio.annualized (geometric): same.
 * autocorrelation_penalty  sqrt(1 + 2 sum_{k=1}^{n-1} (n - k) / n c^k), c = |correlation of r with
 *                        the r before|
 *                        | n >= 3. QuantStats: same, but that of the strategy for a benchmark, too.
 * smart_sharpe           sharpe / autocorrelation_penalty
 *                        | n >= 3. QuantStats: same of a strategy.
 * smart_sortino          sortino / autocorrelation_penalty
 *                        | n >= 3 and a loss. QuantStats: same of a strategy.
 * adjusted_sortino       sortino / sqrt(2), comparable with sharpe
 *                        | a loss. QuantStats: same.
 * smart_adjusted_sortino smart_sortino / sqrt(2)
 *                        | n >= 3 and a loss. QuantStats: same of a strategy.
 * omega                  sum of e where e > 0 / -sum of e where e < 0
 *                        | a loss. QuantStats, empyrical, PerformanceAnalytics: same.
 * probabilistic_sharpe   probability that the true Sharpe ratio is above 0: Phi(s sqrt(n - 1) /
 *                        sqrt(1 - skewness s + (kurtosis + 2) / 4 s^2)), s = mean(e) / sd(e)
 *                        | n >= 4. Bailey and Lopez de Prado 2012. QuantStats takes 3 off the
 *                        kurtosis twice, and the annual rf off a Sharpe ratio per period.
 *                        PerformanceAnalytics: of another kurtosis.
 * min_track_record       returns until probabilistic_sharpe reaches 0.95 at this s
 *                        | n >= 4 and s > 0. PerformanceAnalytics: of another kurtosis.
 * payoff_ratio           average_win / |average_loss|
 *                        | a win and a loss. QuantStats (also as Win/Loss): same without a
 *                        benchmark.
 * profit_ratio           (mean of r >= 0 / their number) / (|mean of r < 0| / their number)
 *                        | a loss. QuantStats: same.
 * profit_factor          sum of r > 0 / |sum of r < 0|
 *                        | a loss. QuantStats: same, and infinite or 0 without one.
 *                        PerformanceAnalytics BernardoLedoitRatio: same.
 * gain_to_pain           sum of r / |sum of r < 0|
 *                        | a loss. QuantStats: same.
 * cpc_index              profit_factor * win_days * payoff_ratio
 *                        | a win and a loss. QuantStats: same without a benchmark.
 * kelly                  win_days - (1 - win_days) / payoff_ratio
 *                        | a win and a loss. QuantStats: same without a benchmark.
 *                        PerformanceAnalytics: sharpe / volatility, that of a normal distribution.
 * risk_of_ruin           ((1 - win_days) / (1 + win_days)) ^ n
 *                        | a return that is not 0. QuantStats: same; hardly ever more than 0.
 * max_consecutive_wins   longest run of r > 0
 *                        | n >= 1. QuantStats: same.
 * max_consecutive_losses longest run of r < 0
 *                        | n >= 1. QuantStats: same.
 * stability              R^2 of the sums of log(1 + r) over time
 *                        | n >= 2, all r > -1. empyrical: same.
 */
#define BY_REPORT_RATIOS_MAP(X)                                                                    \
    X(mean_return, 1, fraction, "mean return a year")                                              \
    X(excess_cagr, 1, fraction, "CAGR in excess of the risk-free rate")                            \
    X(expected_day, 1, fraction, "expected day")                                                   \
    X(average_return, 1, fraction, "average return")                                               \
    X(average_win, 1, fraction, "average win")                                                     \
    X(average_loss, 1, fraction, "average loss")                                                   \
    X(win_days, 1, fraction, "winning days")                                                       \
    X(time_in_market, 0, fraction, "time in market")                                               \
    X(risk_adjusted_return, 1, fraction, "risk-adjusted return")                                   \
    X(risk_return_ratio, 1, ratio, "risk-return ratio")                                            \
    X(downside_deviation, -1, fraction, "downside deviation")                                      \
    X(geometric_sharpe, 1, ratio, "geometric Sharpe")                                              \
    X(autocorrelation_penalty, -1, ratio, "autocorrelation penalty")                               \
    X(smart_sharpe, 1, ratio, "smart Sharpe")                                                      \
    X(smart_sortino, 1, ratio, "smart Sortino")                                                    \
    X(adjusted_sortino, 1, ratio, "Sortino / sqrt 2")                                              \
    X(smart_adjusted_sortino, 1, ratio, "smart Sortino / sqrt 2")                                  \
    X(omega, 1, ratio, "Omega")                                                                    \
    X(probabilistic_sharpe, 1, fraction, "probabilistic Sharpe")                                   \
    X(min_track_record, -1, sessions, "minimum track record")                                      \
    X(payoff_ratio, 1, ratio, "payoff ratio")                                                      \
    X(profit_ratio, 1, ratio, "profit ratio")                                                      \
    X(profit_factor, 1, ratio, "profit factor")                                                    \
    X(gain_to_pain, 1, ratio, "gain to pain")                                                      \
    X(cpc_index, 1, ratio, "CPC index")                                                            \
    X(kelly, 1, fraction, "Kelly criterion")                                                       \
    X(risk_of_ruin, -1, fraction, "risk of ruin")                                                  \
    X(max_consecutive_wins, 1, sessions, "longest run of wins")                                    \
    X(max_consecutive_losses, -1, sessions, "longest run of losses")                               \
    X(stability, 1, ratio, "stability")

#endif
