/* SPDX-License-Identifier: MIT */
#include "report_parts.h"

/* Goes along returns from one episode to the next. */
typedef struct episodes {
    const double *r;
    int32_t n;
    int32_t next;
    double value, peak;
} episodes;

static episodes episodes_of(const double *returns, int32_t count) {
    return (episodes){returns, count, 0, 1.0, 1.0};
}

/* The next episode; false behind the last one. */
static bool episodes_next(episodes *at, by_drawdown *out) {
    *out = (by_drawdown){-1, -1, -1, 0.0};
    for (; at->next < at->n; at->next++) {
        at->value *= 1.0 + return_of(at->r[at->next]);
        if (!(at->value < at->peak)) {
            at->peak = at->value;
            if (out->start >= 0) {
                out->end = at->next++;
                return true;
            }
            continue;
        }
        const double depth = at->value / at->peak - 1.0;
        if (out->start < 0) {
            out->start = at->next;
        }
        if (depth < out->depth || out->trough < 0) {
            out->trough = at->next;
            out->depth = depth;
        }
    }
    return out->start >= 0;
}

int32_t by_drawdowns_deepest(const double *returns, int32_t count, int32_t most, by_drawdown *out) {
    episodes at = episodes_of(returns, count);
    by_drawdown found;
    int32_t kept = 0;
    while (most > 0 && episodes_next(&at, &found)) {
        if (kept == most && !(found.depth < out[most - 1].depth)) {
            continue;
        }
        int32_t place = kept < most ? kept++ : most - 1;
        for (; place > 0 && found.depth < out[place - 1].depth; place--) {
            out[place] = out[place - 1];
        }
        out[place] = found;
    }
    return kept;
}

/* Squares and sums over the episodes. */
typedef struct totals {
    double depth, depth_squares;
    double days, longest;
    int32_t count;
} totals;

static totals total_of(const measured *m) {
    episodes at = episodes_of(m->r, m->n);
    by_drawdown found;
    totals t = {0};
    while (episodes_next(&at, &found)) {
        t.count++;
        t.depth += found.depth;
        t.depth_squares += found.depth * found.depth;
        if (m->day != NULL) {
            const int32_t end = found.end < 0 ? m->n - 1 : found.end;
            const double days = (double)m->day[end] - m->day[found.start];
            t.days += days;
            t.longest = days > t.longest ? days : t.longest;
        }
    }
    return t;
}

/* D of each return into `under`. */
static void fill_under(const measured *m, double *under) {
    double value = 1.0;
    double peak = 1.0;
    for (int32_t i = 0; i < m->n; i++) {
        value *= 1.0 + m->r[i];
        peak = value < peak ? peak : value;
        under[i] = value / peak - 1.0;
    }
}

static void of_depths(const measured *m, const by_report *report, double *metric) {
    const double cagr = report->base[BY_METRIC_cagr];
    const double total = report->base[BY_METRIC_total_return];
    double *under = m->scratch;
    double sum = 0.0;
    double squares = 0.0;
    fill_under(m, under);
    for (int32_t i = 0; i < m->n; i++) {
        sum -= under[i];
        squares += under[i] * under[i];
    }
    const double ulcer = m->n > 1 ? sqrt(squares / (m->n - 1)) : NAN;
    const double pitfall = m->n > 1 ? -ratio_of(normal_tail_mean(under, m->n), m->sd) : NAN;
    metric[BY_REPORT_ulcer_index] = ulcer;
    metric[BY_REPORT_ulcer_performance] = ratio_of(total - m->rf, ulcer);
    metric[BY_REPORT_martin_ratio] = ratio_of(cagr - m->rf, sqrt(squares / m->n));
    metric[BY_REPORT_pain_index] = sum / m->n;
    metric[BY_REPORT_pain_ratio] = ratio_of(cagr - m->rf, sum / m->n);
    metric[BY_REPORT_serenity_index] = ratio_of(m->sum - m->rf, ulcer * pitfall);
    metric[BY_REPORT_recovery_factor] =
        ratio_of(m->sum - m->rf, -report->base[BY_METRIC_max_drawdown]);
    metric[BY_REPORT_sterling_ratio] = cagr / (0.1 - report->base[BY_METRIC_max_drawdown]);
}

void report_drawdowns(const measured *m, by_report *out) {
    const totals t = total_of(m);
    double *metric = out->metric;
    metric[BY_REPORT_drawdown_count] = t.count;
    metric[BY_REPORT_average_drawdown] = -ratio_of(-t.depth, t.count);
    if (m->day != NULL) {
        metric[BY_REPORT_average_drawdown_days] = ratio_of(t.days, t.count);
        metric[BY_REPORT_longest_drawdown_calendar] = t.longest;
    }
    if (m->n > 0) {
        of_depths(m, out, metric);
        metric[BY_REPORT_burke_ratio] =
            ratio_of(out->base[BY_METRIC_cagr] - m->rf, sqrt(t.depth_squares));
    }
}
