/* SPDX-License-Identifier: MIT
 *
 * Indicators that depend on all closes up to a row.
 */
#include "plain_indicator.h"

#include <math.h>
#include <stdlib.h>

/* Wilder's averages of gains and losses, fed with one change after the other. They begin with the
 * first `first` changes, summed up and divided by `divisor`. */
typedef struct wilder {
    int32_t w;
    int32_t first;
    int32_t divisor;
    int32_t seen;
    double gain;
    double loss;
} wilder;

static void wilder_feed(wilder *r, double change) {
    double up = change > 0 ? change : 0;
    double down = change < 0 ? -change : 0;
    r->seen++;
    if (r->seen <= r->first) {
        r->gain += up;
        r->loss += down;
    } else {
        r->gain = (r->gain * (r->w - 1) + up) / r->w;
        r->loss = (r->loss * (r->w - 1) + down) / r->w;
    }
    if (r->seen == r->first) {
        r->gain /= r->divisor;
        r->loss /= r->divisor;
    }
}

static double rsi_now(const wilder *r, int32_t flat) {
    if (r->seen < r->w) {
        return NAN;
    }
    if (flat == 1 && r->gain + r->loss < 1e-14) {
        return 0;
    }
    if (r->loss == 0) {
        return r->gain > 0 ? 100 : 50;
    }
    return 100 - 100 / (1 + r->gain / r->loss);
}

static void fill_rsi_simple(int32_t w, int32_t flat, const double *p, int32_t count, double *out) {
    for (int32_t t = w; t < count; t++) {
        double way = 0;
        double efficiency = plain_efficiency(p, t, w, 0, &way);
        out[t] = flat == 1 && way < 1e-14 ? 0 : 50 + 50 * efficiency;
    }
}

/* What is asked: 0 Wilder's smoothing, 1 simple, 2 begun with the first change, 3 with nothing. */
static void fill_rsi(int32_t w, int32_t variant, const double *p, int32_t count, double *out) {
    int32_t smoothing = variant % 4;
    int32_t flat = variant / 4 % 2;
    int32_t asked = variant / 8;
    if (smoothing == 1) {
        fill_rsi_simple(w, flat, p, count, out);
        return;
    }
    const wilder none = {
        .w = w, .first = smoothing == 0 ? w : 1, .divisor = smoothing == 2 ? 1 : w};
    wilder whole = none;
    for (int32_t t = 1; t < count; t++) {
        wilder_feed(&whole, p[t] - p[t - 1]);
        out[t] = rsi_now(&whole, flat);
    }
    int32_t history = asked > w + 1 ? asked : w + 1;
    for (int32_t t = history; t < count && asked > 0; t++) {
        wilder part = none;
        for (int32_t i = t - history + 2; i <= t; i++) {
            wilder_feed(&part, p[i] - p[i - 1]);
        }
        out[t] = rsi_now(&part, flat);
    }
}

void plain_exponential(const double *x, int32_t count, int32_t w, int32_t seed, double *out) {
    double a = 2.0 / (w + 1);
    double b = 1 - a;
    double e = 0;
    for (int32_t t = 0; t < count; t++) {
        e = t == 0 ? x[0] : a * x[t] + b * e;
        if (seed == 1 && t == w - 1) {
            e = plain_mean(x, w);
        }
        out[t] = t < w - 1 ? NAN : e;
    }
}

static void fill_ema(int32_t w, int32_t variant, const double *p, int32_t count, double *out) {
    if (variant != 2) {
        plain_exponential(p, count, w, variant, out);
        return;
    }
    double b = 1 - 2.0 / (w + 1);
    double sum = 0;
    double weights = 0;
    for (int32_t t = 0; t < count; t++) {
        sum = p[t] + b * sum;
        weights = 1 + b * weights;
        out[t] = t < w - 1 ? NAN : sum / weights;
    }
}

/* PPO, or APO. */
static void fill_oscillator(int32_t kind, const int32_t *window, int32_t variant, const double *p,
                            int32_t count, double *out) {
    bool swapped = variant == 2 && window[0] > window[1];
    int32_t fast = window[swapped ? 1 : 0];
    int32_t slow = window[swapped ? 0 : 1];
    double *f = plain_values(count);
    double *s = plain_values(count);
    plain_exponential(p, count, fast, variant, f);
    plain_exponential(p, count, slow, variant, s);
    for (int32_t t = (fast > slow ? fast : slow) - 1; t < count; t++) {
        if (variant == 2) {
            f[t] = plain_mean(p + t - fast + 1, fast);
            s[t] = plain_mean(p + t - slow + 1, slow);
        }
        out[t] = kind == BY_APO ? f[t] - s[t] : (f[t] - s[t]) / s[t] * 100;
    }
    free(f);
    free(s);
}

/* The line from its own first value on. By variant 2 the fast average is late: its first window
 * ends with that of the slow one, the longer of the two. */
static void fill_macd(const int32_t *window, int32_t variant, const double *p, int32_t count,
                      double *out) {
    bool swapped = variant == 2 && window[0] > window[1];
    int32_t fast = window[swapped ? 1 : 0];
    int32_t slow = window[swapped ? 0 : 1];
    int32_t late = variant == 2 ? slow - fast : 0;
    double *f = plain_values(count);
    double *s = plain_values(count);
    plain_exponential(p + late, count - late, fast, variant != 0, f + late);
    plain_exponential(p, count, slow, variant != 0, s);
    for (int32_t t = late; t < count; t++) {
        out[t] = f[t] - s[t];
    }
    free(f);
    free(s);
}

/* What to report of a line and its signal, both from the first bar on that has a signal. */
typedef enum part { LINE, SIGNAL, HISTOGRAM } part;

static void report(part asked, const int32_t *window, int32_t variant, int32_t count, double *out) {
    int32_t first = (window[0] > window[1] ? window[0] : window[1]) - 1;
    double *signal = plain_values(count);
    plain_exponential(out + first, count - first, window[2], variant != 0, signal);
    for (int32_t t = 0; t < count; t++) {
        bool there = t >= first + window[2] - 1;
        double line = out[t];
        double average = there ? signal[t - first] : NAN;
        out[t] = !there ? NAN : asked == LINE ? line : asked == SIGNAL ? average : line - average;
    }
    free(signal);
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

bool plain_fill_histories(int32_t kind, const by_recipe *recipe, const by_inputs *in, int32_t count,
                          double *out) {
    const double *p = in->close;
    switch (kind) {
    case BY_EMA:
        fill_ema(recipe->window[0], recipe->variant, p, count, out);
        return true;
    case BY_RSI:
        fill_rsi(recipe->window[0], recipe->variant, p, count, out);
        return true;
    case BY_DRAWDOWN:
        fill_drawdown(p, count, out);
        return true;
    case BY_ULTIMATE_SMOOTHER:
        fill_ultimate_smoother(recipe->window[0], p, count, out);
        return true;
    case BY_PPO:
    case BY_APO:
        fill_oscillator(kind, recipe->window, recipe->variant, p, count, out);
        return true;
    case BY_PPO_SIGNAL:
    case BY_PPO_HISTOGRAM:
        fill_oscillator(BY_PPO, recipe->window, recipe->variant, p, count, out);
        report(kind == BY_PPO_SIGNAL ? SIGNAL : HISTOGRAM, recipe->window, recipe->variant, count,
               out);
        return true;
    case BY_MACD:
    case BY_MACD_SIGNAL:
    case BY_MACD_HISTOGRAM:
        fill_macd(recipe->window, recipe->variant, p, count, out);
        report(kind == BY_MACD          ? LINE
               : kind == BY_MACD_SIGNAL ? SIGNAL
                                        : HISTOGRAM,
               recipe->window, recipe->variant, count, out);
        return true;
    default:
        return false;
    }
}
