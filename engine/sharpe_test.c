/* SPDX-License-Identifier: MIT */
#include "sharpe_test.h"

#include <math.h>

#include "normal.h"

#define EULER_GAMMA 0.57721566490153286
#define E 2.7182818284590452

/* Variance of the measured ratio, times n - 1; not positive where the moments cannot be. */
static double spread(const by_sharpe *measured) {
    double s = measured->ratio;
    return 1.0 - measured->skewness * s + (measured->kurtosis - 1.0) / 4.0 * s * s;
}

double by_sharpe_probability(const by_sharpe *measured, double benchmark) {
    double variance = spread(measured);
    if (!(variance > 0.0) || !(measured->return_count > 1.0)) {
        return NAN;
    }
    return by_normal_share((measured->ratio - benchmark) * sqrt(measured->return_count - 1.0) /
                           sqrt(variance));
}

double by_sharpe_min_returns(const by_sharpe *measured, double benchmark, double confidence) {
    double variance = spread(measured);
    double quantile = by_normal_quantile(confidence);
    if (!(variance > 0.0) || !isfinite(quantile) || isnan(benchmark)) {
        return NAN;
    }
    if (!(measured->ratio > benchmark)) {
        return INFINITY;
    }
    double errors = quantile / (measured->ratio - benchmark);
    return 1.0 + variance * errors * errors;
}

double by_expected_maximum(double trial_count) {
    if (!(trial_count >= 1.0 && trial_count < INFINITY)) {
        return NAN;
    }
    double maximum = -(1.0 - EULER_GAMMA) * by_normal_quantile(1.0 / trial_count) -
                     EULER_GAMMA * by_normal_quantile(1.0 / (trial_count * E));
    return maximum > 0.0 ? maximum : 0.0;
}

double by_sharpe_of_luck(double trial_count, double deviation) {
    return deviation >= 0.0 ? deviation * by_expected_maximum(trial_count) : NAN;
}

double by_min_backtest_years(double trial_count, double annual_ratio) {
    double maximum = by_expected_maximum(trial_count);
    if (isnan(maximum) || isnan(annual_ratio)) {
        return NAN;
    }
    double years = maximum / annual_ratio;
    return annual_ratio > 0.0 ? years * years : INFINITY;
}

double by_independent_trials(double trial_count, double correlation) {
    if (!(trial_count >= 1.0) || isnan(correlation)) {
        return NAN;
    }
    double r = fmin(fmax(correlation, 0.0), 1.0);
    return r + (1.0 - r) * trial_count;
}
