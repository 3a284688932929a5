/* SPDX-License-Identifier: MIT */
#include "report_parts.h"

#include "sharpe_test.h"

/* Wins and losses. */
typedef struct sides {
    double gains, losses; /* sums of r > 0 and of r < 0 */
    double over, under;   /* the same of e */
    int32_t wins, lost;
    int32_t winning, losing; /* longest runs */
} sides;

static sides sides_of(const measured *m) {
    sides s = {0};
    int32_t winning = 0;
    int32_t losing = 0;
    for (int32_t i = 0; i < m->n; i++) {
        const double r = m->r[i];
        const double e = r - m->f;
        s.gains += r > 0.0 ? r : 0.0;
        s.losses += r < 0.0 ? r : 0.0;
        s.over += e > 0.0 ? e : 0.0;
        s.under += e < 0.0 ? e : 0.0;
        s.wins += r > 0.0;
        s.lost += r < 0.0;
        winning = r > 0.0 ? winning + 1 : 0;
        losing = r < 0.0 ? losing + 1 : 0;
        s.winning = winning > s.winning ? winning : s.winning;
        s.losing = losing > s.losing ? losing : s.losing;
    }
    return s;
}

/* |correlation| of each return with the one before; NaN where there is none. */
static double autocorrelation(const measured *m) {
    const int32_t pairs = m->n - 1;
    const spread early = spread_of(m->r, pairs);
    const spread late = spread_of(m->r + 1, pairs);
    double both = 0.0;
    for (int32_t i = 0; i < pairs; i++) {
        both += (m->r[i] - early.mean) * (m->r[i + 1] - late.mean);
    }
    const double c = fabs(ratio_of(both, sqrt(early.second) * sqrt(late.second)));
    return c > 1.0 ? 1.0 : c;
}

static double penalty_of(const measured *m) {
    if (m->n < 3) {
        return NAN;
    }
    const double c = autocorrelation(m);
    double sum = 0.0;
    double power = c;
    for (int32_t k = 1; k < m->n && power > 1e-30; k++, power *= c) {
        sum += (double)(m->n - k) / m->n * power;
    }
    return isnan(c) ? NAN : sqrt(1.0 + 2.0 * sum);
}

/* R^2 of the sums of log(1 + r) over time. */
static double stability_of(const measured *m) {
    const double n = m->n;
    double level = 0.0;
    for (int32_t i = 0; i < m->n; i++) {
        if (!(m->r[i] > -1.0)) {
            return NAN;
        }
        level += log1p(m->r[i]);
        m->scratch[i] = level;
    }
    const spread s = spread_of(m->scratch, m->n);
    double both = 0.0;
    for (int32_t i = 0; i < m->n; i++) {
        both += (i - (n - 1.0) / 2.0) * (m->scratch[i] - s.mean);
    }
    const double times = n * (n * n - 1.0) / 12.0; /* sum of the squares around the mean time */
    return ratio_of(both * both / times, s.second);
}

static void in_excess(const measured *m, const sides *s, by_report *out) {
    double *metric = out->metric;
    const double *base = out->base;
    double growth = 1.0;
    for (int32_t i = 0; i < m->n; i++) {
        growth *= 1.0 + (m->r[i] - m->f);
    }
    metric[BY_REPORT_excess_cagr] = growth_of(growth, m->year / m->n) - 1.0;
    metric[BY_REPORT_geometric_sharpe] =
        ratio_of(metric[BY_REPORT_excess_cagr], base[BY_METRIC_volatility]);
    double under = 0.0;
    for (int32_t i = 0; i < m->n; i++) {
        const double e = m->r[i] - m->f;
        under += e < 0.0 ? e * e : 0.0;
    }
    metric[BY_REPORT_downside_deviation] = sqrt(under / m->n) * sqrt(m->year);
    metric[BY_REPORT_omega] = ratio_of(s->over, -s->under);
    const by_sharpe sharpe = {base[BY_METRIC_sharpe] / sqrt(m->year), base[BY_METRIC_skewness],
                              base[BY_METRIC_kurtosis] + 3.0, m->n};
    metric[BY_REPORT_probabilistic_sharpe] = by_sharpe_probability(&sharpe, 0.0);
    metric[BY_REPORT_min_track_record] = by_sharpe_min_returns(&sharpe, 0.0, 0.95);
}

static void smart(const measured *m, by_report *out) {
    double *metric = out->metric;
    const double penalty = penalty_of(m);
    metric[BY_REPORT_autocorrelation_penalty] = penalty;
    metric[BY_REPORT_smart_sharpe] = out->base[BY_METRIC_sharpe] / penalty;
    metric[BY_REPORT_smart_sortino] = out->base[BY_METRIC_sortino] / penalty;
    metric[BY_REPORT_adjusted_sortino] = out->base[BY_METRIC_sortino] / sqrt(2.0);
    metric[BY_REPORT_smart_adjusted_sortino] = metric[BY_REPORT_smart_sortino] / sqrt(2.0);
}

static void wins_and_losses(const measured *m, const sides *s, double *metric) {
    const double moved = s->wins + s->lost;
    const double loss = ratio_of(s->losses, s->lost);
    const double win = ratio_of(s->gains, s->wins);
    const double wins = ratio_of(s->wins, moved);
    const double payoff = ratio_of(win, -loss);
    const double not_lost = m->n - s->lost;
    metric[BY_REPORT_average_return] = ratio_of(s->gains + s->losses, moved);
    metric[BY_REPORT_average_win] = win;
    metric[BY_REPORT_average_loss] = loss;
    metric[BY_REPORT_win_days] = wins;
    metric[BY_REPORT_payoff_ratio] = payoff;
    metric[BY_REPORT_profit_ratio] =
        ratio_of(s->gains / not_lost / not_lost, ratio_of(-loss, s->lost));
    metric[BY_REPORT_profit_factor] = ratio_of(s->gains, -s->losses);
    metric[BY_REPORT_gain_to_pain] = ratio_of(m->sum, -s->losses);
    metric[BY_REPORT_cpc_index] = metric[BY_REPORT_profit_factor] * wins * payoff;
    metric[BY_REPORT_kelly] = wins - ratio_of(1.0 - wins, payoff);
    metric[BY_REPORT_risk_of_ruin] = pow((1.0 - wins) / (1.0 + wins), m->n);
    metric[BY_REPORT_max_consecutive_wins] = s->winning;
    metric[BY_REPORT_max_consecutive_losses] = s->losing;
    metric[BY_REPORT_time_in_market] = moved / m->n;
}

void report_ratios(const measured *m, by_report *out) {
    const sides s = sides_of(m);
    double *metric = out->metric;
    wins_and_losses(m, &s, metric);
    metric[BY_REPORT_mean_return] = m->mean * m->year;
    metric[BY_REPORT_expected_day] =
        growth_of(1.0 + out->base[BY_METRIC_total_return], 1.0 / m->n) - 1.0;
    metric[BY_REPORT_risk_adjusted_return] =
        ratio_of(out->base[BY_METRIC_cagr], metric[BY_REPORT_time_in_market]);
    metric[BY_REPORT_risk_return_ratio] = ratio_of(m->mean, m->sd);
    in_excess(m, &s, out);
    smart(m, out);
    if (m->n > 1) {
        metric[BY_REPORT_stability] = stability_of(m);
    }
}
