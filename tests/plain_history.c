/* SPDX-License-Identifier: MIT
 *
 * Indicators that depend on all closes up to a row.
 */
#include "plain_indicator.h"

#include <math.h>

/* Wilder's averages of gains and losses, fed with one change after the other. */
typedef struct wilder {
    int32_t w;
    int32_t seen;
    double gain;
    double loss;
} wilder;

static void wilder_feed(wilder *r, double change) {
    double up = change > 0 ? change : 0;
    double down = change < 0 ? -change : 0;
    r->seen++;
    if (r->seen <= r->w) {
        r->gain += up;
        r->loss += down;
    } else {
        r->gain = (r->gain * (r->w - 1) + up) / r->w;
        r->loss = (r->loss * (r->w - 1) + down) / r->w;
    }
    if (r->seen == r->w) {
        r->gain /= r->w;
        r->loss /= r->w;
    }
}

static double rsi_now(const wilder *r, int32_t variant) {
    if (r->seen < r->w) {
        return NAN;
    }
    if (variant == 1 && r->gain + r->loss < 1e-14) {
        return 0;
    }
    if (r->loss == 0) {
        return r->gain > 0 ? 100 : 50;
    }
    return 100 - 100 / (1 + r->gain / r->loss);
}

static void fill_rsi(int32_t w, int32_t variant, const double *p, int32_t count, double *out) {
    wilder whole = {.w = w};
    for (int32_t t = 1; t < count; t++) {
        wilder_feed(&whole, p[t] - p[t - 1]);
        out[t] = rsi_now(&whole, variant);
    }
    int32_t history = variant > w + 1 ? variant : w + 1;
    for (int32_t t = history; t < count && variant >= 2; t++) {
        wilder part = {.w = w};
        for (int32_t i = t - history + 2; i <= t; i++) {
            wilder_feed(&part, p[i] - p[i - 1]);
        }
        out[t] = rsi_now(&part, variant);
    }
}

/* An exponential average, fed with one value after the other. */
typedef struct exponential {
    int32_t w;
    int32_t of_mean;
    int32_t seen;
    double sum;
    double e;
} exponential;

/* The average after this value; NaN before the w-th. */
static double exponential_feed(exponential *r, double x) {
    double a = 2.0 / (r->w + 1);
    double b = 1 - a;
    r->seen++;
    r->sum += x;
    r->e = r->seen == 1 ? x : a * x + b * r->e;
    if (r->of_mean && r->seen == r->w) {
        r->e = r->sum / r->w;
    }
    return r->seen < r->w ? NAN : r->e;
}

static void fill_ema(int32_t w, int32_t variant, const double *p, int32_t count, double *out) {
    exponential average = {.w = w, .of_mean = variant};
    for (int32_t t = 0; t < count; t++) {
        out[t] = exponential_feed(&average, p[t]);
    }
}

static void fill_ppo(const int32_t *window, int32_t variant, const by_inputs *in, int32_t count,
                     double *out) {
    if (plain_fill_windows(BY_PPO, window, variant, in, count, out)) {
        return;
    }
    exponential fast = {.w = window[0], .of_mean = variant};
    exponential slow = {.w = window[1], .of_mean = variant};
    for (int32_t t = 0; t < count; t++) {
        double f = exponential_feed(&fast, in->close[t]);
        double s = exponential_feed(&slow, in->close[t]);
        out[t] = (f - s) / s * 100;
    }
}

/* The line from its own first value on. By variant 2 the fast average is late: it is fed from where
 * its first window ends with that of the slow one, the longer of the two. */
static void fill_macd(const int32_t *window, int32_t variant, const double *p, int32_t count,
                      double *out) {
    bool swapped = variant == 2 && window[0] > window[1];
    exponential fast = {.w = window[swapped ? 1 : 0], .of_mean = variant != 0};
    exponential slow = {.w = window[swapped ? 0 : 1], .of_mean = variant != 0};
    int32_t late = variant == 2 ? slow.w - fast.w : 0;
    for (int32_t t = 0; t < count; t++) {
        double f = t < late ? NAN : exponential_feed(&fast, p[t]);
        double s = exponential_feed(&slow, p[t]);
        out[t] = f - s;
    }
}

/* What to report of a line and its signal, both from the first bar on that has a signal. */
typedef enum part { LINE, SIGNAL, HISTOGRAM } part;

static void report(part asked, const int32_t *window, int32_t variant, int32_t count, double *out) {
    exponential average = {.w = window[2], .of_mean = variant != 0};
    int32_t longer = window[0] > window[1] ? window[0] : window[1];
    for (int32_t t = longer - 1; t < count; t++) {
        double line = out[t];
        double signal = exponential_feed(&average, line);
        bool there = t >= longer + window[2] - 2;
        out[t] = !there ? NAN : asked == LINE ? line : asked == SIGNAL ? signal : line - signal;
    }
}

static void fill_drawdown(const double *p, int32_t count, double *out) {
    double peak = p[0];
    for (int32_t t = 0; t < count; t++) {
        peak = p[t] > peak ? p[t] : peak;
        out[t] = (1 - p[t] / peak) * 100;
    }
}

static void fill_ultimate_smoother(int32_t w, const double *p, int32_t count, double *out) {
    double angle = sqrt(2) * M_PI / w;
    double a = exp(-angle);
    double c2 = 2 * a * cos(angle);
    double c3 = -a * a;
    double c1 = (1 + c2 - c3) / 4;
    double u1 = 0;
    double u2 = 0;
    for (int32_t t = 0; t < count; t++) {
        double u = p[t];
        if (t >= 3) {
            u = (1 - c1) * p[t] + (2 * c1 - c2) * p[t - 1] - (c1 + c3) * p[t - 2] + c2 * u1 +
                c3 * u2;
        }
        out[t] = t >= w - 1 ? u : NAN;
        u2 = u1;
        u1 = u;
    }
}

bool plain_fill_histories(int32_t kind, const int32_t window[3], int32_t variant,
                          const by_inputs *in, int32_t count, double *out) {
    const double *p = in->close;
    switch (kind) {
    case BY_EMA:
        fill_ema(window[0], variant, p, count, out);
        return true;
    case BY_RSI:
        fill_rsi(window[0], variant, p, count, out);
        return true;
    case BY_DRAWDOWN:
        fill_drawdown(p, count, out);
        return true;
    case BY_ULTIMATE_SMOOTHER:
        fill_ultimate_smoother(window[0], p, count, out);
        return true;
    case BY_PPO:
        fill_ppo(window, variant, in, count, out);
        return true;
    case BY_PPO_SIGNAL:
    case BY_PPO_HISTOGRAM:
        fill_ppo(window, variant, in, count, out);
        report(kind == BY_PPO_SIGNAL ? SIGNAL : HISTOGRAM, window, variant, count, out);
        return true;
    case BY_MACD:
    case BY_MACD_SIGNAL:
    case BY_MACD_HISTOGRAM:
        fill_macd(window, variant, p, count, out);
        report(kind == BY_MACD          ? LINE
               : kind == BY_MACD_SIGNAL ? SIGNAL
                                        : HISTOGRAM,
               window, variant, count, out);
        return true;
    default:
        return false;
    }
}
