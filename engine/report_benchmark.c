/* SPDX-License-Identifier: MIT */
#include "report_parts.h"

#include <float.h>

/* Two series beside each other: products and squares around their means, 0 where one is constant.
 */
typedef struct joint {
    double products;
    double first, second;
    double mean_first, mean_second;
} joint;

static joint joint_of(const double *x, const double *y, int32_t count) {
    const spread of_x = spread_of(x, count);
    const spread of_y = spread_of(y, count);
    joint j = {0.0, of_x.second, of_y.second, of_x.mean, of_y.mean};
    for (int32_t i = 0; i < count && of_x.second > 0.0 && of_y.second > 0.0; i++) {
        j.products += (x[i] - of_x.mean) * (y[i] - of_y.mean);
    }
    return j;
}

static double beta_of(const double *r, const double *b, int32_t count) {
    const joint j = joint_of(r, b, count);
    return count > 1 ? ratio_of(j.products, j.second) : NAN;
}

/* Beta over the periods on which the benchmark is above (or below) the risk-free rate. */
static double beta_on(const measured *m, bool above) {
    double mean_r = 0.0;
    double mean_b = 0.0;
    double low = INFINITY;
    double high = -INFINITY;
    int32_t count = 0;
    for (int32_t i = 0; i < m->n; i++) {
        if (above ? m->b[i] > m->f : m->b[i] < m->f) {
            mean_r += m->r[i];
            mean_b += m->b[i];
            low = m->b[i] < low ? m->b[i] : low;
            high = m->b[i] > high ? m->b[i] : high;
            count++;
        }
    }
    if (count < 2 || !(high > low)) {
        return NAN;
    }
    mean_r /= count;
    mean_b /= count;
    double products = 0.0;
    double squares = 0.0;
    for (int32_t i = 0; i < m->n; i++) {
        if (above ? m->b[i] > m->f : m->b[i] < m->f) {
            products += (m->r[i] - mean_r) * (m->b[i] - mean_b);
            squares += (m->b[i] - mean_b) * (m->b[i] - mean_b);
        }
    }
    return ratio_of(products, squares);
}

/* Geometric mean of r over that of b, on the periods on which b rises or falls. */
static double capture_on(const measured *m, double sign) {
    double own = 1.0;
    double other = 1.0;
    int32_t count = 0;
    for (int32_t i = 0; i < m->n; i++) {
        if (m->b[i] * sign > 0.0) {
            own *= 1.0 + m->r[i];
            other *= 1.0 + m->b[i];
            count++;
        }
    }
    return count > 0 ? (growth_of(own, 1.0 / count) - 1.0) / (growth_of(other, 1.0 / count) - 1.0)
                     : NAN;
}

static void active(const measured *m, double *metric) {
    double *difference = m->scratch;
    double size = 0.0;
    int32_t better = 0;
    for (int32_t i = 0; i < m->n; i++) {
        difference[i] = m->r[i] - m->b[i];
        size = fmax(size, fmax(fabs(m->r[i]), fabs(m->b[i])));
        better += m->r[i] > m->b[i];
    }
    const spread s = spread_of(difference, m->n);
    /* What the differences are off by rounding is no deviation either. */
    const bool constant = s.high - s.low <= 4.0 * DBL_EPSILON * size;
    const double sd = constant && m->n > 1 ? 0.0 : spread_deviation(&s, m->n);
    metric[BY_REPORT_tracking_error] = sd * sqrt(m->year);
    metric[BY_REPORT_information_ratio] = ratio_of(s.mean, sd) * sqrt(m->year);
    metric[BY_REPORT_batting_average] = (double)better / m->n;
}

void report_benchmark(const measured *m, by_report *out) {
    double *metric = out->metric;
    double base[BY_METRIC_COUNT];
    const joint j = joint_of(m->r, m->b, m->n);
    const double beta = beta_of(m->r, m->b, m->n);
    const double alpha = (j.mean_first - m->f) - beta * (j.mean_second - m->f);
    double correlation = ratio_of(j.products, sqrt(j.first) * sqrt(j.second));
    if (fabs(correlation) > 1.0) { /* by rounding */
        correlation = copysign(1.0, correlation);
    }
    metric[BY_REPORT_beta] = beta;
    metric[BY_REPORT_alpha] = alpha * m->year;
    metric[BY_REPORT_alpha_compounded] = growth_of(1.0 + alpha, m->year) - 1.0;
    metric[BY_REPORT_correlation] = correlation;
    metric[BY_REPORT_r_squared] = correlation * correlation;
    metric[BY_REPORT_beta_bull] = beta_on(m, true);
    metric[BY_REPORT_beta_bear] = beta_on(m, false);
    metric[BY_REPORT_treynor_ratio] = metric[BY_REPORT_excess_cagr] / beta;
    metric[BY_REPORT_treynor_total] = (out->base[BY_METRIC_total_return] - m->rf) / beta;
    metric[BY_REPORT_up_capture] = capture_on(m, 1.0);
    metric[BY_REPORT_down_capture] = capture_on(m, -1.0);
    metric[BY_REPORT_capture_ratio] = metric[BY_REPORT_up_capture] / metric[BY_REPORT_down_capture];
    active(m, metric);
    report_base(m->b, m->n, 0.0, m->year, m->scratch, m->zeros, base);
    metric[BY_REPORT_active_premium] = out->base[BY_METRIC_cagr] - base[BY_METRIC_cagr];
}

static double at(const double *x, int32_t i) {
    return return_of(x[i]);
}

/* One window, whose first return is `first`. */
static void roll_one(const double *r, const double *b, int32_t first, int32_t window, double f,
                     double periods_per_year, const by_rolling *out) {
    const int32_t last = first + window - 1;
    double mean = 0.0;
    double mean_b = 0.0;
    double low = INFINITY, high = -INFINITY, low_b = INFINITY, high_b = -INFINITY;
    for (int32_t i = first; i <= last; i++) {
        const double own = at(r, i);
        const double other = b != NULL ? at(b, i) : 0.0;
        mean += own;
        mean_b += other;
        low = fmin(low, own), high = fmax(high, own);
        low_b = fmin(low_b, other), high_b = fmax(high_b, other);
    }
    mean /= window;
    mean_b /= window;
    double squares = 0.0, squares_b = 0.0, products = 0.0;
    for (int32_t i = first; i <= last; i++) {
        const double own = at(r, i) - mean;
        const double other = b != NULL ? at(b, i) - mean_b : 0.0;
        squares += own * own;
        squares_b += other * other;
        products += own * other;
    }
    const double sd = high > low ? sqrt(squares / (window - 1)) : 0.0;
    if (out->sharpe != NULL) {
        out->sharpe[last] = ratio_of(mean - f, sd) * sqrt(periods_per_year);
    }
    if (out->volatility != NULL) {
        out->volatility[last] = sd * sqrt(periods_per_year);
    }
    if (out->beta != NULL) {
        const double beta = high > low ? products : 0.0;
        out->beta[last] = b != NULL && high_b > low_b ? ratio_of(beta, squares_b) : NAN;
    }
}

void by_report_roll(const double *returns, const double *benchmark, int32_t count, int32_t window,
                    double rf, double periods_per_year, const by_rolling *out) {
    double *const columns[] = {out->sharpe, out->volatility, out->beta};
    for (size_t k = 0; k < sizeof columns / sizeof *columns; k++) {
        for (int32_t i = 0; columns[k] != NULL && i < count && i < window - 1; i++) {
            columns[k][i] = NAN;
        }
    }
    const double f = rate_of_period(rf, periods_per_year);
    for (int32_t first = 0; window > 1 && first <= count - window; first++) {
        roll_one(returns, benchmark, first, window, f, periods_per_year, out);
    }
}
