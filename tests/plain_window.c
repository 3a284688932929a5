/* SPDX-License-Identifier: MIT
 *
 * Indicators over a window of closes, one row at a time.
 */
#include "plain_indicator.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

/* Of the w values of p that end with row t, and so on. */
static double mean(const double *p, int32_t t, int32_t w) {
    return plain_mean(p + t - w + 1, w);
}

static double stdev(const double *p, int32_t t, int32_t w, int32_t variant) {
    int32_t divisor = variant == 0 ? w - 1 : w;
    return divisor > 0 ? sqrt(plain_moments(p + t - w + 1, w).squares / divisor) : NAN;
}

double plain_lowest(const double *p, int32_t t, int32_t w) {
    double low = p[t - w + 1];
    for (int32_t i = t - w + 1; i <= t; i++) {
        low = p[i] < low ? p[i] : low;
    }
    return low;
}

double plain_highest(const double *p, int32_t t, int32_t w) {
    double high = p[t - w + 1];
    for (int32_t i = t - w + 1; i <= t; i++) {
        high = p[i] > high ? p[i] : high;
    }
    return high;
}

static double max_drawdown(const double *p, int32_t t, int32_t w) {
    double peak = 0;
    double worst = 0;
    for (int32_t i = t - w + 1; i <= t; i++) {
        double value = p[i] > 0 ? p[i] : 0;
        peak = value > peak ? value : peak;
        double drawdown = 1 - value / peak;
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
    double low = plain_lowest(p, t, w);
    double high = plain_highest(p, t, w);
    return high > low ? (p[t] - low) / (high - low) * 100 : 50;
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

/* The square of the correlation of the closes with the bar's number. */
static double trend_clarity(const double *p, int32_t t, int32_t w) {
    plain_moment m = plain_moments(p + t - w + 1, w);
    double numbers = w * ((double)w * w - 1) / 12;
    double share = m.products / numbers * (m.products / m.squares);
    return w == 1 ? NAN : m.squares == 0 || share > 1 ? 100 : share * 100;
}

static double month(int64_t seconds) {
    time_t at = (time_t)seconds;
    struct tm date;
    return gmtime_r(&at, &date)->tm_mon + 1;
}

/* The value of row t alone, NaN where too few rows stand before it; false for other kinds. `r` are
 * the returns. */
static bool window_value(int32_t kind, const int32_t window[3], int32_t variant,
                         const by_inputs *in, const double *r, int32_t t, double *value) {
    const double *p = in->close;
    const int32_t w = window[0];
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
        VALUE(w + 1, mean(r, t, w) * 100);
    case BY_STDEV_RETURN:
        VALUE(w + 1, stdev(r, t, w, variant) * 100);
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
    default:
        return false;
    }
#undef VALUE
}

bool plain_fill_windows(int32_t kind, const by_recipe *recipe, const by_inputs *in, int32_t count,
                        double *out) {
    bool known = true;
    double *r = calloc((size_t)count, sizeof *r);
    for (int32_t t = 1; t < count && r != NULL && in->close != NULL; t++) {
        r[t] = in->close[t] / in->close[t - 1] - 1;
    }
    for (int32_t t = 0; t < count && known && r != NULL; t++) {
        known = window_value(kind, recipe->window, recipe->variant, in, r, t, &out[t]);
    }
    free(r);
    return known;
}
