/* SPDX-License-Identifier: MIT
 *
 * How much a Sharpe ratio says, given how long it was measured and of how many it is the best.
 *
 * Sharpe ratios are per period (mean / sample deviation of the returns) unless they are called
 * annual. Skewness is 0 and kurtosis 3 for normal returns. NaN where something is not defined.
 *
 * Sources: D. H. Bailey and M. Lopez de Prado, "The Sharpe Ratio Efficient Frontier", Journal of
 * Risk 15(2), 2012 (probabilistic Sharpe ratio, minimum track record length); the same, "The
 * Deflated Sharpe Ratio", Journal of Portfolio Management 40(5), 2014 (expected maximum, deflation,
 * implied number of independent trials); D. H. Bailey, J. M. Borwein, M. Lopez de Prado and Q. J.
 * Zhu, "Pseudo-Mathematics and Financial Charlatanism", Notices of the AMS 61(5), 2014 (minimum
 * backtest length). All are pure and thread-safe.
 */
#ifndef BY_SHARPE_TEST_H
#define BY_SHARPE_TEST_H

#include "status.h"

/* What was measured: n returns. */
typedef struct by_sharpe {
    double ratio;
    double skewness;
    double kurtosis;
    double return_count;
} by_sharpe;

/* Probability that the true ratio is above `benchmark`:
 * Phi((s - benchmark) sqrt(n - 1) / sqrt(1 - g3 s + (g4 - 1) / 4 s^2)). */
BY_API double by_sharpe_probability(const by_sharpe *measured, double benchmark);
/* Returns needed before that probability reaches `confidence`:
 * 1 + (1 - g3 s + (g4 - 1) / 4 s^2) (Phi^-1(confidence) / (s - benchmark))^2; infinite when the
 * ratio is not above the benchmark. */
BY_API double by_sharpe_min_returns(const by_sharpe *measured, double benchmark, double confidence);
/* Expected maximum of `trial_count` standard normal variables, g being Euler's constant:
 * (1 - g) Phi^-1(1 - 1 / N) + g Phi^-1(1 - 1 / (N e)); 0 where that is negative (N near 1). */
BY_API double by_expected_maximum(double trial_count);
/* The ratio that the best of `trial_count` trials without any skill is expected to have, when the
 * ratios of the trials have this sample deviation. The deflated Sharpe ratio is
 * by_sharpe_probability against it. */
BY_API double by_sharpe_of_luck(double trial_count, double deviation);
/* Years below which `trial_count` trials without any skill are expected to have a best annual
 * ratio of `annual_ratio`: (expected maximum / ratio)^2; infinite unless the ratio is positive. */
BY_API double by_min_backtest_years(double trial_count, double annual_ratio);
/* How many independent trials `trial_count` trials of an average correlation are worth:
 * r + (1 - r) N, with r between 0 and 1. */
BY_API double by_independent_trials(double trial_count, double correlation);

#endif
