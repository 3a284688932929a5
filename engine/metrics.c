/* SPDX-License-Identifier: MIT */
#include "metrics.h"

#include <math.h>
#include <stddef.h>

#include "clones.h"

static const struct {
    const char *name;
    const char *title;
    int32_t direction;
} metrics[BY_METRIC_COUNT] = {
#define METRIC_ROW(name, direction, title) {#name, title, direction},
    BY_METRIC_MAP(METRIC_ROW)
#undef METRIC_ROW
};

const char *by_metric_name(int32_t metric) {
    return metric >= 0 && metric < BY_METRIC_COUNT ? metrics[metric].name : NULL;
}

const char *by_metric_title(int32_t metric) {
    return metric >= 0 && metric < BY_METRIC_COUNT ? metrics[metric].title : NULL;
}

int32_t by_metric_direction(int32_t metric) {
    return metric >= 0 && metric < BY_METRIC_COUNT ? metrics[metric].direction : 0;
}

static double lanes_total(const double lane[BY_LANES]) {
    return ((lane[0] + lane[1]) + (lane[2] + lane[3])) +
           ((lane[4] + lane[5]) + (lane[6] + lane[7]));
}

BY_CLONES static double sum(const double *x, int32_t count) {
    double lane[BY_LANES] = {0.0};
    int32_t i = 0;
    for (; i + BY_LANES <= count; i += BY_LANES) {
        for (int32_t l = 0; l < BY_LANES; l++) {
            lane[l] += x[i + l];
        }
    }
    for (int32_t l = 0; i < count; i++, l++) {
        lane[l] += x[i];
    }
    return lanes_total(lane);
}

/* Sum of squares of what differs from `center`. */
BY_CLONES static double sum_squares(const double *x, int32_t count, double center) {
    double lane[BY_LANES] = {0.0};
    int32_t i = 0;
    for (; i + BY_LANES <= count; i += BY_LANES) {
        for (int32_t l = 0; l < BY_LANES; l++) {
            double deviation = x[i + l] - center;
            lane[l] += deviation * deviation;
        }
    }
    for (int32_t l = 0; i < count; i++, l++) {
        double deviation = x[i] - center;
        lane[l] += deviation * deviation;
    }
    return lanes_total(lane);
}

/* What one pass over the returns finds besides sums. */
typedef struct extremes {
    double best;
    double worst;
    double loss_squares; /* sum of min(r, 0)^2 */
    int32_t wins;
} extremes;

typedef struct lanes {
    double best[BY_LANES];
    double worst[BY_LANES];
    double loss[BY_LANES];
    double wins[BY_LANES];
} lanes;

/* The lanes of the first count / BY_LANES * BY_LANES returns. */
BY_CLONES static void scan_lanes(const double *r, int32_t count, lanes *out) {
    lanes at = *out;
    for (int32_t i = 0; i + BY_LANES <= count; i += BY_LANES) {
        for (int32_t l = 0; l < BY_LANES; l++) {
            double x = r[i + l];
            double below = x < 0.0 ? x : 0.0;
            at.best[l] = x > at.best[l] ? x : at.best[l];
            at.worst[l] = x < at.worst[l] ? x : at.worst[l];
            at.loss[l] += below * below;
            at.wins[l] += x > 0.0 ? 1.0 : 0.0;
        }
    }
    *out = at;
}

static extremes find_extremes(const double *r, int32_t count) {
    lanes at = {.loss = {0.0}};
    for (int32_t l = 0; l < BY_LANES; l++) {
        at.best[l] = at.worst[l] = r[0];
    }
    scan_lanes(r, count, &at);
    extremes found = {r[0], r[0], 0.0, 0};
    for (int32_t i = count / BY_LANES * BY_LANES, l = 0; i < count; i++, l++) {
        double below = r[i] < 0.0 ? r[i] : 0.0;
        at.best[l] = r[i] > at.best[l] ? r[i] : at.best[l];
        at.worst[l] = r[i] < at.worst[l] ? r[i] : at.worst[l];
        at.loss[l] += below * below;
        at.wins[l] += r[i] > 0.0;
    }
    for (int32_t l = 0; l < BY_LANES; l++) {
        found.best = at.best[l] > found.best ? at.best[l] : found.best;
        found.worst = at.worst[l] < found.worst ? at.worst[l] : found.worst;
        found.wins += (int32_t)at.wins[l];
    }
    found.loss_squares = lanes_total(at.loss);
    return found;
}

typedef struct growth {
    double end;
    double drawdown; /* 0 or negative */
    int32_t longest;
} growth;

/* The one serial pass: equity from 1, its peak and what lies below it. */
static growth grow(const double *r, int32_t count) {
    double value = 1.0;
    double peak = 1.0;
    growth found = {1.0, 0.0, 0};
    int32_t under = 0;
    for (int32_t i = 0; i < count; i++) {
        value *= 1.0 + r[i];
        peak = value > peak ? value : peak;
        double drawdown = value / peak - 1.0;
        found.drawdown = drawdown < found.drawdown ? drawdown : found.drawdown;
        under = value < peak ? under + 1 : 0;
        found.longest = under > found.longest ? under : found.longest;
    }
    found.end = value;
    return found;
}

static void compute_blocks(const double *r, int32_t count, by_result *out) {
    for (int64_t b = 0; b < BY_BLOCK_COUNT; b++) {
        int32_t first = (int32_t)(b * count / BY_BLOCK_COUNT);
        int32_t size = (int32_t)((b + 1) * count / BY_BLOCK_COUNT) - first;
        out->block_sum[b] = sum(r + first, size);
        out->block_sum_squares[b] = sum_squares(r + first, size, 0.0);
    }
}

static void compute_returns(const double *r, int32_t n, double *metric) {
    const double year = sqrt(BY_PERIODS_PER_YEAR);
    const double mean = sum(r, n) / n;
    const growth grown = grow(r, n);
    const extremes found = find_extremes(r, n);
    const double downside = sqrt(found.loss_squares / n);
    metric[BY_METRIC_total_return] = grown.end - 1.0;
    metric[BY_METRIC_cagr] = pow(grown.end, BY_PERIODS_PER_YEAR / n) - 1.0;
    metric[BY_METRIC_max_drawdown] = grown.drawdown;
    metric[BY_METRIC_longest_drawdown_days] = grown.longest;
    metric[BY_METRIC_best_day] = found.best;
    metric[BY_METRIC_worst_day] = found.worst;
    metric[BY_METRIC_win_rate] = (double)found.wins / n;
    if (n > 1) {
        double deviation = sqrt(sum_squares(r, n, mean) / (n - 1));
        metric[BY_METRIC_volatility] = deviation * year;
        metric[BY_METRIC_sharpe] = deviation > 0.0 ? mean / deviation * year : NAN;
    }
    if (downside > 0.0) {
        metric[BY_METRIC_sortino] = mean / downside * year;
    }
    if (grown.drawdown < 0.0) {
        metric[BY_METRIC_calmar] = metric[BY_METRIC_cagr] / -grown.drawdown;
    }
}

void by_metrics_compute(const double *returns, int32_t return_count, const double *turnover,
                        const double *exposure, int32_t trade_count, by_result *out) {
    const int32_t sessions = return_count + 1;
    for (int32_t m = 0; m < BY_METRIC_COUNT; m++) {
        out->metric[m] = NAN;
    }
    out->metric[BY_METRIC_total_return] = 0.0;
    out->metric[BY_METRIC_max_drawdown] = 0.0;
    out->metric[BY_METRIC_longest_drawdown_days] = 0.0;
    if (return_count > 0) {
        compute_returns(returns, return_count, out->metric);
    }
    out->metric[BY_METRIC_average_turnover] = sum(turnover, sessions) / sessions;
    out->metric[BY_METRIC_exposure] = sum(exposure, sessions) / sessions;
    out->metric[BY_METRIC_trade_days] = trade_count;
    compute_blocks(returns, return_count, out);
    out->return_count = return_count;
}
