/* SPDX-License-Identifier: MIT */
#include "metrics.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "blocks.h"
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
    for (int32_t half = BY_LANES / 2; half > 0; half /= 2) {
        for (int32_t l = 0; l < half; l++) {
            lane[l] += lane[l + half];
        }
    }
    return lane[0];
}

/* What depends on the deviation, of two returns or more. */
static void compute_moments(const blocks_total *found, double n, double year, double *metric) {
    /* What the mean is off by rounding is no deviation. */
    const double second = found->best > found->worst ? found->second : 0.0;
    const double deviation = sqrt(second / (n - 1.0));
    metric[BY_METRIC_volatility] = deviation * year;
    if (!(second > 0.0)) {
        return;
    }
    metric[BY_METRIC_sharpe] = found->sum / n / deviation * year;
    if (n >= 3.0) {
        metric[BY_METRIC_skewness] =
            n * sqrt(n - 1.0) / (n - 2.0) * (found->third / (second * sqrt(second)));
    }
    if (n >= 4.0) {
        const double tails = n * (n + 1.0) * (found->fourth / (second * second));
        metric[BY_METRIC_kurtosis] =
            (n - 1.0) / ((n - 2.0) * (n - 3.0)) * (tails - 3.0 * (n - 1.0));
    }
}

static void compute_returns(const by_days *days, by_result *out) {
    const int32_t n = days->return_count;
    const double year = sqrt(days->periods_per_year);
    double *metric = out->metric;
    blocks_total found;
    blocks_pass(blocks_kernel_best(), days->returns, n, out->block_sum, out->block_sum_squares,
                &found);
    const double downside = sqrt(found.loss_squares / n);
    metric[BY_METRIC_total_return] = found.end - 1.0;
    metric[BY_METRIC_cagr] = pow(found.end, days->periods_per_year / n) - 1.0;
    metric[BY_METRIC_max_drawdown] = found.ratio - 1.0;
    metric[BY_METRIC_longest_drawdown_days] = found.longest;
    metric[BY_METRIC_best_day] = found.best;
    metric[BY_METRIC_worst_day] = found.worst;
    metric[BY_METRIC_win_rate] = found.wins / n;
    if (n > 1) {
        compute_moments(&found, n, year, metric);
    }
    if (downside > 0.0) {
        metric[BY_METRIC_sortino] = found.sum / n / downside * year;
    }
    if (found.ratio < 1.0) {
        metric[BY_METRIC_calmar] = metric[BY_METRIC_cagr] / (1.0 - found.ratio);
    }
}

void by_metrics_compute(const by_days *days, by_result *out) {
    const int32_t sessions = days->return_count + 1;
    for (int32_t m = 0; m < BY_METRIC_COUNT; m++) {
        out->metric[m] = NAN;
    }
    if (days->return_count > 0) {
        compute_returns(days, out);
    } else {
        out->metric[BY_METRIC_total_return] = 0.0;
        out->metric[BY_METRIC_max_drawdown] = 0.0;
        out->metric[BY_METRIC_longest_drawdown_days] = 0.0;
        memset(out->block_sum, 0, sizeof out->block_sum);
        memset(out->block_sum_squares, 0, sizeof out->block_sum_squares);
    }
    out->metric[BY_METRIC_average_turnover] = sum(days->turnover, sessions) / sessions;
    out->metric[BY_METRIC_exposure] = sum(days->exposure, sessions) / sessions;
    out->metric[BY_METRIC_trade_days] = days->trade_days;
    out->metric[BY_METRIC_trades] = (double)days->trades;
    out->return_count = days->return_count;
}
