/* SPDX-License-Identifier: MIT */
#include "report_parts.h"

#include <stdlib.h>
#include <string.h>

#include "normal.h"

static const double TAIL = 0.05;

static int ascending(const void *a, const void *b) {
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return (x > y) - (x < y);
}

double quantile_of(const double *sorted, int32_t count, double share) {
    const double at = share * (count - 1);
    const int32_t below = (int32_t)at;
    const int32_t above = below + 1 < count ? below + 1 : below;
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

double normal_tail_mean(const double *x, int32_t count) {
    const spread s = spread_of(x, count);
    const double bound = s.mean + by_normal_quantile(TAIL) * spread_deviation(&s, count);
    double sum = 0.0;
    int32_t below = 0;
    for (int32_t i = 0; i < count; i++) {
        sum += x[i] < bound ? x[i] : 0.0;
        below += x[i] < bound;
    }
    return below > 0 ? sum / below : bound;
}

/* Of normal returns, and of those with the skewness and kurtosis of a population (Cornish and
 * Fisher). */
static void of_moments(const measured *m, double *metric) {
    const double z = by_normal_quantile(TAIL);
    const double density = exp(-z * z / 2.0) / sqrt(2.0 * acos(-1.0));
    double second = 0.0;
    double third = 0.0;
    double fourth = 0.0;
    metric[BY_REPORT_value_at_risk] = m->mean + z * m->sd;
    metric[BY_REPORT_value_at_risk_99] = m->mean + by_normal_quantile(0.01) * m->sd;
    metric[BY_REPORT_expected_shortfall] = normal_tail_mean(m->r, m->n);
    metric[BY_REPORT_normal_shortfall] = m->mean - density / TAIL * m->sd;
    if (!(m->sd > 0.0)) {
        return;
    }
    for (int32_t i = 0; i < m->n; i++) {
        const double d = m->r[i] - m->mean;
        second += d * d;
        third += d * d * d;
        fourth += d * d * d * d;
    }
    const double sd = sqrt(second / m->n);
    const double skewness = third / m->n / (sd * sd * sd);
    const double kurtosis = fourth / m->n / (sd * sd * sd * sd) - 3.0;
    const double w = z + (z * z - 1.0) * skewness / 6.0 + (z * z * z - 3.0 * z) * kurtosis / 24.0 -
                     (2.0 * z * z * z - 5.0 * z) * skewness * skewness / 36.0;
    metric[BY_REPORT_modified_value_at_risk] = m->mean + sd * w;
}

static void of_history(const measured *m, double *metric) {
    double *sorted = m->scratch;
    memcpy(sorted, m->r, (size_t)m->n * sizeof *sorted);
    qsort(sorted, (size_t)m->n, sizeof *sorted, ascending);
    const int32_t lowest = (int32_t)(TAIL * (m->n - 1)) + 1;
    const double low = quantile_of(sorted, m->n, TAIL);
    double worst = 0.0;
    double losses = 0.0;
    double rest = 0.0;
    int32_t lost = 0;
    for (int32_t i = 0; i < m->n; i++) {
        worst += i < lowest ? sorted[i] : 0.0;
        losses += sorted[i] < 0.0 ? sorted[i] : 0.0;
        rest += sorted[i] < 0.0 ? 0.0 : sorted[i];
        lost += sorted[i] < 0.0;
    }
    metric[BY_REPORT_historical_value_at_risk] = low;
    metric[BY_REPORT_historical_shortfall] = worst / lowest;
    metric[BY_REPORT_tail_ratio] = ratio_of(fabs(quantile_of(sorted, m->n, 0.95)), fabs(low));
    metric[BY_REPORT_outlier_win_ratio] =
        ratio_of(quantile_of(sorted, m->n, 0.99), ratio_of(rest, m->n - lost));
    metric[BY_REPORT_outlier_loss_ratio] =
        ratio_of(-quantile_of(sorted, m->n, 0.01), ratio_of(-losses, lost));
}

void report_tails(const measured *m, by_report *out) {
    of_history(m, out->metric);
    out->metric[BY_REPORT_common_sense_ratio] =
        out->metric[BY_REPORT_profit_factor] * out->metric[BY_REPORT_tail_ratio];
    if (m->n > 1) {
        of_moments(m, out->metric);
    }
}
