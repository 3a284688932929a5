/* SPDX-License-Identifier: MIT
 *
 * Indicators over a window of closes, one row at a time.
 */
#include "plain_indicator.h"

#include <math.h>
#include <time.h>

/* Mean of the w values of p that end with row t, and so on. */
static double mean(const double *p, int32_t t, int32_t w) {
    double sum = 0;
    for (int32_t i = t - w + 1; i <= t; i++) {
        sum += p[i];
    }
    return sum / w;
}

static double stdev(const double *p, int32_t t, int32_t w, int32_t variant) {
    double average = mean(p, t, w);
    double squares = 0;
    for (int32_t i = t - w + 1; i <= t; i++) {
        squares += (p[i] - average) * (p[i] - average);
    }
    int32_t divisor = variant == 0 ? w - 1 : w;
    return divisor > 0 ? sqrt(squares / divisor) : NAN;
}

static double lowest(const double *p, int32_t t, int32_t w) {
    double low = p[t - w + 1];
    for (int32_t i = t - w + 1; i <= t; i++) {
        low = p[i] < low ? p[i] : low;
    }
    return low;
}

static double highest(const double *p, int32_t t, int32_t w) {
    double high = p[t - w + 1];
    for (int32_t i = t - w + 1; i <= t; i++) {
        high = p[i] > high ? p[i] : high;
    }
    return high;
}

static double daily_return(const double *p, int32_t i) {
    return p[i] / p[i - 1] - 1;
}

static double mean_return(const double *p, int32_t t, int32_t w) {
    double sum = 0;
    for (int32_t i = t - w + 1; i <= t; i++) {
        sum += daily_return(p, i);
    }
    return sum / w;
}

static double stdev_return(const double *p, int32_t t, int32_t w, int32_t variant) {
    double average = mean_return(p, t, w);
    double squares = 0;
    for (int32_t i = t - w + 1; i <= t; i++) {
        double off = daily_return(p, i) - average;
        squares += off * off;
    }
    int32_t divisor = variant == 0 ? w - 1 : w;
    return divisor > 0 ? sqrt(squares / divisor) : NAN;
}

static double max_drawdown(const double *p, int32_t t, int32_t w) {
    double peak = p[t - w + 1];
    double worst = 0;
    for (int32_t i = t - w + 1; i <= t; i++) {
        peak = p[i] > peak ? p[i] : peak;
        double drawdown = 1 - p[i] / peak;
        worst = drawdown > worst ? drawdown : worst;
    }
    return worst * 100;
}

static double percentile(const double *p, int32_t t, int32_t w) {
    int32_t below = 0;
    for (int32_t i = t - w + 1; i < t; i++) {
        below += p[i] < p[t];
    }
    return w > 1 ? (double)below / (w - 1) * 100 : NAN;
}

static double stochastic(const double *p, int32_t t, int32_t w) {
    double low = lowest(p, t, w);
    double high = highest(p, t, w);
    return high > low ? (p[t] - low) / (high - low) * 100 : 50;
}

static double ppo_of_means(const double *p, int32_t t, const int32_t *window) {
    int32_t slow = window[0] > window[1] ? window[0] : window[1];
    int32_t fast = window[0] > window[1] ? window[1] : window[0];
    return (mean(p, t, fast) - mean(p, t, slow)) / mean(p, t, slow) * 100;
}

/* The return over months of 21 days. */
static double months(const double *p, int32_t t, int32_t count) {
    return p[t] / p[t - 21 * count] - 1;
}

static double momentum_13612w(const double *p, int32_t t) {
    double sum = 12 * months(p, t, 1) + 4 * months(p, t, 3) + 2 * months(p, t, 6);
    return (sum + months(p, t, 12)) / 19 * 100;
}

static double momentum_13612u(const double *p, int32_t t) {
    double sum = months(p, t, 1) + months(p, t, 3) + months(p, t, 6) + months(p, t, 12);
    return sum / 4 * 100;
}

static double momentum_sma12(const double *p, int32_t t) {
    double sum = 0;
    for (int32_t i = t - 252; i <= t; i += 21) {
        sum += p[i];
    }
    return (13 * p[t] / sum - 1) * 100;
}

/* The square of the correlation of the closes, less the first of them, with the bar's number. */
static double trend_clarity(const double *p, int32_t t, int32_t w) {
    double level = p[t - w + 1];
    double average = 0;
    for (int32_t i = t - w + 1; i <= t; i++) {
        average += p[i] - level;
    }
    average /= w;
    double squares = 0;
    double products = 0;
    for (int32_t i = t - w + 1; i <= t; i++) {
        double off = p[i] - level - average;
        squares += off * off;
        products += (i - (t - w + 1) - (w - 1) / 2.0) * off;
    }
    double numbers = w * ((double)w * w - 1) / 12;
    double share = products / numbers * (products / squares);
    return w == 1 ? NAN : squares == 0 || share > 1 ? 100 : share * 100;
}

static double month(int64_t seconds) {
    time_t at = (time_t)seconds;
    struct tm date;
    return gmtime_r(&at, &date)->tm_mon + 1;
}

/* The value of row t alone, NaN where too few rows stand before it; false for other kinds. */
static bool window_value(int32_t kind, const int32_t window[3], int32_t variant,
                         const by_inputs *in, int32_t t, double *value) {
    const double *p = in->close;
    const int32_t w = window[0];
    const int32_t longer = w > window[1] ? w : window[1];
#define VALUE(rows, expression)                                                                    \
    *value = t >= (rows)-1 ? (expression) : NAN;                                                   \
    return true
    switch (kind) {
    case BY_CLOSE:
        VALUE(1, p[t]);
    case BY_SMA:
        VALUE(w, mean(p, t, w));
    case BY_CUMULATIVE_RETURN:
        VALUE(w + 1, (p[t] / p[t - w] - 1) * 100);
    case BY_MEAN_RETURN:
        VALUE(w + 1, mean_return(p, t, w) * 100);
    case BY_STDEV_RETURN:
        VALUE(w + 1, stdev_return(p, t, w, variant) * 100);
    case BY_STDEV_PRICE:
        VALUE(w, stdev(p, t, w, variant));
    case BY_MAX_DRAWDOWN:
        VALUE(w, max_drawdown(p, t, w));
    case BY_PERCENTILE:
        VALUE(w, percentile(p, t, w));
    case BY_STOCHASTIC:
        VALUE(w, stochastic(p, t, w));
    case BY_MOMENTUM_13612W:
        VALUE(253, momentum_13612w(p, t));
    case BY_MOMENTUM_13612U:
        VALUE(253, momentum_13612u(p, t));
    case BY_MOMENTUM_SMA12:
        VALUE(253, momentum_sma12(p, t));
    case BY_TREND_CLARITY:
        VALUE(w, trend_clarity(p, t, w));
    case BY_MONTH:
        VALUE(1, month(in->time[t]));
    case BY_PPO:
        if (variant != 2) {
            return false;
        }
        VALUE(longer, ppo_of_means(p, t, window));
    default:
        return false;
    }
#undef VALUE
}

bool plain_fill_windows(int32_t kind, const int32_t window[3], int32_t variant, const by_inputs *in,
                        int32_t count, double *out) {
    bool known = true;
    for (int32_t t = 0; t < count && known; t++) {
        known = window_value(kind, window, variant, in, t, &out[t]);
    }
    return known;
}
