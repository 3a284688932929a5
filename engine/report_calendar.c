/* SPDX-License-Identifier: MIT */
#include "report_parts.h"

#include <stdlib.h>

#include "calendar.h"

enum { GRACE_DAYS = 7 }; /* weekends and holidays before a first return */

int32_t by_periods_of(const double *returns, const int32_t *day, int32_t count, int32_t months,
                      by_period *out) {
    int32_t found = 0;
    double growth = 1.0;
    for (int32_t i = 0; i < count; i++) {
        const double r = return_of(returns[i]);
        const bool same = i > 0 && day[i] == day[i - 1];
        const int32_t number =
            same ? out[found - 1].number : (int32_t)(calendar_date_of(day[i]).month / months);
        if (found == 0 || out[found - 1].number != number) {
            out[found++] = (by_period){number, 0.0, 0.0};
            growth = 1.0;
        }
        growth *= 1.0 + r;
        out[found - 1].growth = growth - 1.0;
        out[found - 1].sum += r;
    }
    return found;
}

/* What is found of the returns of months, quarters or years. */
typedef struct groups {
    by_period *period; /* room for all */
    int32_t count;
    double best, worst;
    double up, down;  /* sums of those above and below 0 */
    double sum, pain; /* of the sums: all, and those below 0 */
    int32_t up_count, down_count;
} groups;

static void group(groups *g, const measured *m, int32_t months) {
    by_period *period = g->period;
    *g = (groups){.period = period, .best = -INFINITY, .worst = INFINITY};
    g->count = by_periods_of(m->r, m->day, m->n, months, period);
    for (int32_t i = 0; i < g->count; i++) {
        const double value = period[i].growth;
        const double sum = period[i].sum;
        g->best = value > g->best ? value : g->best;
        g->worst = value < g->worst ? value : g->worst;
        g->up += value > 0.0 ? value : 0.0;
        g->down += value < 0.0 ? value : 0.0;
        g->up_count += value > 0.0;
        g->down_count += value < 0.0;
        g->sum += sum;
        g->pain += sum < 0.0 ? sum : 0.0;
    }
}

static double win_rate(const groups *g) {
    return ratio_of(g->up_count, g->up_count + g->down_count);
}

static double expected(const by_report *report, const groups *g) {
    return growth_of(1.0 + report->base[BY_METRIC_total_return], 1.0 / g->count) - 1.0;
}

/* Six metrics from `first` on: mean, volatility, sharpe, sortino, skewness, kurtosis. */
static void of_groups(const measured *m, const groups *g, double a_year, double *room,
                      double *first) {
    double base[BY_METRIC_COUNT];
    double *returns = room;
    for (int32_t i = 0; i < g->count; i++) {
        returns[i] = g->period[i].growth;
    }
    report_base(returns, g->count, m->rf, a_year, m->scratch, m->zeros, base);
    first[0] = spread_of(returns, g->count).mean * a_year;
    first[1] = base[BY_METRIC_volatility];
    first[2] = base[BY_METRIC_sharpe];
    first[3] = base[BY_METRIC_sortino];
    first[4] = base[BY_METRIC_skewness];
    first[5] = base[BY_METRIC_kurtosis];
}

static bool is_after(calendar_date date, calendar_date limit) {
    return date.month != limit.month ? date.month > limit.month : date.day > limit.day;
}

/* The growth of the days after the last one's date so many months before, and how many returns that
 * are; NaN when they do not go back so far. A date that its month does not have is the month's last
 * one, which the comparison gives by itself. */
static double growth_of_months(const measured *m, int32_t months, int32_t *count) {
    calendar_date limit = calendar_date_of(m->day[m->n - 1]);
    limit.month -= months;
    *count = 0;
    if (is_after(calendar_date_of((int64_t)m->day[0] - GRACE_DAYS), limit)) {
        return NAN;
    }
    int32_t first = m->n;
    while (first > 0 && is_after(calendar_date_of(m->day[first - 1]), limit)) {
        first--;
    }
    double growth = 1.0;
    for (int32_t i = first; i < m->n; i++) {
        growth *= 1.0 + m->r[i];
    }
    *count = m->n - first;
    return growth;
}

/* The return of the days from the first of the last period of `months` on. */
static double to_date(const measured *m, int32_t months) {
    const int64_t now = calendar_date_of(m->day[m->n - 1]).month / months;
    int32_t first = m->n;
    while (first > 0 && calendar_date_of(m->day[first - 1]).month / months == now) {
        first--;
    }
    double growth = 1.0;
    for (int32_t i = first; i < m->n; i++) {
        growth *= 1.0 + m->r[i];
    }
    return growth - 1.0;
}

static void trailing(const measured *m, double *metric) {
    static const struct {
        int32_t metric, months;
        bool yearly;
    } spans[] = {{BY_REPORT_three_months, 3, false}, {BY_REPORT_six_months, 6, false},
                 {BY_REPORT_one_year, 12, false},    {BY_REPORT_three_years, 36, true},
                 {BY_REPORT_five_years, 60, true},   {BY_REPORT_ten_years, 120, true}};
    for (size_t i = 0; i < sizeof spans / sizeof *spans; i++) {
        int32_t count;
        const double growth = growth_of_months(m, spans[i].months, &count);
        const double whole = spans[i].yearly ? growth_of(growth, m->year / count) : growth;
        metric[spans[i].metric] = count > 0 ? whole - 1.0 : NAN;
    }
    metric[BY_REPORT_mtd] = to_date(m, 1);
    metric[BY_REPORT_ytd] = to_date(m, 12);
}

by_status report_calendar(const measured *m, by_report *out, by_error *err) {
    const size_t size = (size_t)m->n * (sizeof(by_period) + sizeof(double));
    groups g = {.period = malloc(size)};
    if (g.period == NULL) {
        return by_fail_nomem(err, size);
    }
    double *room = (double *)(g.period + m->n);
    double *metric = out->metric;
    trailing(m, metric);
    group(&g, m, 1);
    metric[BY_REPORT_best_month] = g.best;
    metric[BY_REPORT_worst_month] = g.worst;
    metric[BY_REPORT_average_up_month] = ratio_of(g.up, g.up_count);
    metric[BY_REPORT_average_down_month] = ratio_of(g.down, g.down_count);
    metric[BY_REPORT_win_months] = win_rate(&g);
    metric[BY_REPORT_gain_to_pain_months] = ratio_of(g.sum, -g.pain);
    metric[BY_REPORT_expected_month] = expected(out, &g);
    of_groups(m, &g, 12.0, room, metric + BY_REPORT_monthly_mean);
    group(&g, m, 3);
    metric[BY_REPORT_win_quarters] = win_rate(&g);
    metric[BY_REPORT_expected_quarter] = expected(out, &g);
    group(&g, m, 12);
    metric[BY_REPORT_best_year] = g.best;
    metric[BY_REPORT_worst_year] = g.worst;
    metric[BY_REPORT_win_years] = win_rate(&g);
    metric[BY_REPORT_expected_year] = expected(out, &g);
    of_groups(m, &g, 1.0, room, metric + BY_REPORT_yearly_mean);
    free(g.period);
    return BY_OK;
}
