/* SPDX-License-Identifier: MIT */
#include "report.h"

#include <stdlib.h>

#include "report_parts.h"

static const struct {
    const char *name;
    const char *unit;
    const char *title;
    int32_t direction;
    int32_t group;
} known[BY_REPORT_COUNT] = {
#define IN(in, name, direction, unit, title) {#name, #unit, title, direction, BY_REPORT_GROUP_##in},
#define IN_RATIOS(...) IN(RATIOS, __VA_ARGS__)
#define IN_TAILS(...) IN(TAILS, __VA_ARGS__)
#define IN_DRAWDOWNS(...) IN(DRAWDOWNS, __VA_ARGS__)
#define IN_CALENDAR(...) IN(CALENDAR, __VA_ARGS__)
#define IN_BENCHMARK(...) IN(BENCHMARK, __VA_ARGS__)
#define IN_POSITIONS(...) IN(POSITIONS, __VA_ARGS__)
    BY_REPORT_RATIOS_MAP(IN_RATIOS)       /**/
    BY_REPORT_TAILS_MAP(IN_TAILS)         /**/
    BY_REPORT_DRAWDOWNS_MAP(IN_DRAWDOWNS) /**/
    BY_REPORT_CALENDAR_MAP(IN_CALENDAR)   /**/
    BY_REPORT_BENCHMARK_MAP(IN_BENCHMARK) /**/
    BY_REPORT_POSITIONS_MAP(IN_POSITIONS) /**/
};

static const char *const group_titles[BY_REPORT_GROUP_COUNT] = {
#define TITLE(group, title) title,
    BY_REPORT_GROUPS(TITLE)
#undef TITLE
};

static bool is_known(int32_t metric) {
    return metric >= 0 && metric < BY_REPORT_COUNT;
}

const char *by_report_name(int32_t metric) {
    return is_known(metric) ? known[metric].name : NULL;
}

const char *by_report_title(int32_t metric) {
    return is_known(metric) ? known[metric].title : NULL;
}

const char *by_report_unit(int32_t metric) {
    return is_known(metric) ? known[metric].unit : NULL;
}

int32_t by_report_direction(int32_t metric) {
    return is_known(metric) ? known[metric].direction : 0;
}

int32_t by_report_group_of(int32_t metric) {
    return is_known(metric) ? known[metric].group : -1;
}

const char *by_report_group_title(int32_t group) {
    return group >= 0 && group < BY_REPORT_GROUP_COUNT ? group_titles[group] : NULL;
}

double return_of(double r) {
    return isfinite(r) ? r : 0.0;
}

double rate_of_period(double rf, double periods) {
    return pow(1.0 + rf, 1.0 / periods) - 1.0;
}

spread spread_of(const double *x, int32_t count) {
    spread s = {0.0, 0.0, 0.0, INFINITY, -INFINITY};
    for (int32_t i = 0; i < count; i++) {
        s.sum += x[i];
        s.low = x[i] < s.low ? x[i] : s.low;
        s.high = x[i] > s.high ? x[i] : s.high;
    }
    s.mean = s.sum / count;
    /* What the mean is off by rounding is no deviation. */
    for (int32_t i = 0; i < count && s.high > s.low; i++) {
        s.second += (x[i] - s.mean) * (x[i] - s.mean);
    }
    return s;
}

double spread_deviation(const spread *of, int32_t count) {
    return count > 1 ? sqrt(of->second / (count - 1)) : NAN;
}

void report_base(const double *returns, int32_t count, double rf, double periods_per_year,
                 double *excess, const double *zeros, double *base) {
    by_result result;
    by_days days = {returns, zeros, zeros, count, 0, 0, periods_per_year};
    by_metrics_compute(&days, &result);
    for (int32_t m = 0; m < BY_METRIC_COUNT; m++) {
        base[m] = m < BY_METRIC_average_turnover ? result.metric[m] : NAN;
    }
    if (base[BY_METRIC_total_return] < -1.0) { /* a whole power of it would be a number */
        base[BY_METRIC_cagr] = NAN;
        base[BY_METRIC_calmar] = NAN;
    }
    if (rf != 0.0 && count > 0) {
        const double f = rate_of_period(rf, periods_per_year);
        for (int32_t i = 0; i < count; i++) {
            excess[i] = returns[i] - f;
        }
        days.returns = excess;
        by_metrics_compute(&days, &result);
        base[BY_METRIC_sharpe] = result.metric[BY_METRIC_sharpe];
        base[BY_METRIC_sortino] = result.metric[BY_METRIC_sortino];
    }
}

static by_status check(const by_report_input *input, by_error *err) {
    if (!(input->rf > -1.0 && input->rf <= 1e6)) {
        return by_fail(err, BY_USAGE,
                       "metrics: a risk-free rate of %g a year; it is a fraction "
                       "above -1, such as 0.02",
                       input->rf);
    }
    if (!(input->periods_per_year > 0.0 && input->periods_per_year <= 1e9)) {
        return by_fail(err, BY_USAGE,
                       "metrics: %g periods a year; there must be more than 0, such "
                       "as 252",
                       input->periods_per_year);
    }
    return input->count >= 0 ? BY_OK : by_fail(err, BY_USAGE, "metrics: %d returns", input->count);
}

static void make_finite(double *metric, int32_t count) {
    for (int32_t m = 0; m < count; m++) {
        metric[m] = isfinite(metric[m]) ? metric[m] : NAN;
    }
}

static by_status compute(const measured *m, by_report *out, by_error *err) {
    report_base(m->r, m->n, m->rf, m->year, m->scratch, m->zeros, out->base);
    report_drawdowns(m, out);
    if (m->n == 0) {
        return BY_OK;
    }
    report_ratios(m, out);
    report_tails(m, out);
    if (m->b != NULL) {
        report_benchmark(m, out);
    }
    return m->day != NULL ? report_calendar(m, out, err) : BY_OK;
}

by_status by_report_compute(const by_report_input *input, by_report *out, by_error *err) {
    by_status status = check(input, err);
    if (status != BY_OK) {
        return status;
    }
    const int32_t n = input->count;
    const size_t size = 4 * ((size_t)n + 1) * sizeof(double);
    double *memory = calloc(1, size);
    if (memory == NULL) {
        return by_fail_nomem(err, size);
    }
    double *r = memory + n + 1;
    double *b = r + n + 1;
    for (int32_t i = 0; i < n; i++) {
        r[i] = return_of(input->returns[i]);
        b[i] = input->benchmark != NULL ? return_of(input->benchmark[i]) : 0.0;
    }
    const spread own = spread_of(r, n);
    const measured m = {.r = r,
                        .b = input->benchmark != NULL ? b : NULL,
                        .day = input->day,
                        .n = n,
                        .rf = input->rf,
                        .f = rate_of_period(input->rf, input->periods_per_year),
                        .year = input->periods_per_year,
                        .scratch = b + n + 1,
                        .zeros = memory,
                        .sum = own.sum,
                        .mean = own.mean,
                        .sd = spread_deviation(&own, n)};
    for (int32_t k = 0; k < BY_REPORT_COUNT; k++) {
        out->metric[k] = NAN;
    }
    status = compute(&m, out, err);
    make_finite(out->base, BY_METRIC_COUNT);
    make_finite(out->metric, BY_REPORT_COUNT);
    free(memory);
    return status;
}
