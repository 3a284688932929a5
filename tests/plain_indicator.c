/* SPDX-License-Identifier: MIT
 *
 * Every indicator from its definition. The order of each sum is part of the definition: oldest to
 * newest, so that the last bit is defined, too.
 */
#include "plain.h"

#include <math.h>

static double value_sma(const double *p, int32_t t, int32_t w) {
    double sum = 0;
    for (int32_t i = t - w + 1; i <= t; i++) {
        sum += p[i];
    }
    return sum / w;
}

static double value_stdev_price(const double *p, int32_t t, int32_t w) {
    double mean = value_sma(p, t, w);
    double squares = 0;
    for (int32_t i = t - w + 1; i <= t; i++) {
        squares += (p[i] - mean) * (p[i] - mean);
    }
    return w > 1 ? sqrt(squares / (w - 1)) : NAN;
}

static double daily_return(const double *p, int32_t i) {
    return p[i] / p[i - 1] - 1;
}

static double mean_of_returns(const double *p, int32_t t, int32_t w) {
    double sum = 0;
    for (int32_t i = t - w + 1; i <= t; i++) {
        sum += daily_return(p, i);
    }
    return sum / w;
}

static double value_mean_return(const double *p, int32_t t, int32_t w) {
    return mean_of_returns(p, t, w) * 100;
}

static double value_stdev_return(const double *p, int32_t t, int32_t w) {
    double mean = mean_of_returns(p, t, w);
    double squares = 0;
    for (int32_t i = t - w + 1; i <= t; i++) {
        double off = daily_return(p, i) - mean;
        squares += off * off;
    }
    return w > 1 ? sqrt(squares / (w - 1)) * 100 : NAN;
}

static double value_cumulative_return(const double *p, int32_t t, int32_t w) {
    return (p[t] / p[t - w] - 1) * 100;
}

static double value_max_drawdown(const double *p, int32_t t, int32_t w) {
    double peak = p[t - w + 1];
    double worst = 0;
    for (int32_t i = t - w + 1; i <= t; i++) {
        peak = p[i] > peak ? p[i] : peak;
        double drawdown = 1 - p[i] / peak;
        worst = drawdown > worst ? drawdown : worst;
    }
    return worst * 100;
}

/* Values from index `first` on, each alone from its own window. */
static void fill_windows(double (*value)(const double *, int32_t, int32_t), int32_t first,
                         int32_t w, const double *p, int32_t count, double *out) {
    for (int32_t t = first; t < count; t++) {
        out[t] = value(p, t, w);
    }
}

static void fill_rsi(int32_t w, const double *p, int32_t count, double *out) {
    double gain = 0;
    double loss = 0;
    for (int32_t t = 1; t < count; t++) {
        double change = p[t] - p[t - 1];
        double up = change > 0 ? change : 0;
        double down = change < 0 ? -change : 0;
        if (t <= w) {
            gain += up;
            loss += down;
            if (t < w) {
                continue;
            }
            gain /= w;
            loss /= w;
        } else {
            gain = (gain * (w - 1) + up) / w;
            loss = (loss * (w - 1) + down) / w;
        }
        if (loss == 0) {
            out[t] = gain > 0 ? 100 : 50;
        } else {
            out[t] = 100 - 100 / (1 + gain / loss);
        }
    }
}

/* The average after the t-th of x[0 .. t], seeded with the first. */
static double ema_step(double e, double x, int32_t w) {
    double a = 2.0 / (w + 1);
    double b = 1 - a;
    return a * x + b * e;
}

static void fill_ema(int32_t w, const double *p, int32_t count, double *out) {
    double e = p[0];
    for (int32_t t = 0; t < count; t++) {
        e = t == 0 ? p[0] : ema_step(e, p[t], w);
        if (t >= w - 1) {
            out[t] = e;
        }
    }
}

static void fill_ppo(int32_t s, int32_t l, const double *p, int32_t count, double *out) {
    double e_s = p[0];
    double e_l = p[0];
    for (int32_t t = 0; t < count; t++) {
        if (t > 0) {
            e_s = ema_step(e_s, p[t], s);
            e_l = ema_step(e_l, p[t], l);
        }
        if (t >= (s > l ? s : l) - 1) {
            out[t] = (e_s - e_l) / e_l * 100;
        }
    }
}

/* `out` holds NaN on entry. */
static void fill_ppo_signal(const int32_t window[3], const double *p, int32_t count, double *out) {
    int32_t first = (window[0] > window[1] ? window[0] : window[1]) - 1;
    if (first >= count) {
        return;
    }
    fill_ppo(window[0], window[1], p, count, out);
    double e = out[first];
    for (int32_t t = first; t < count; t++) {
        e = t == first ? out[t] : ema_step(e, out[t], window[2]);
        out[t] = t - first >= window[2] - 1 ? e : NAN;
    }
}

/* One history without NaN; `out` holds NaN on entry. */
static void fill(int32_t kind, const int32_t window[3], const double *p, int32_t count,
                 double *out) {
    int32_t w = window[0];
    switch (kind) {
    case BY_CLOSE:
        for (int32_t t = 0; t < count; t++) {
            out[t] = p[t];
        }
        break;
    case BY_SMA:
        fill_windows(value_sma, w - 1, w, p, count, out);
        break;
    case BY_EMA:
        fill_ema(w, p, count, out);
        break;
    case BY_RSI:
        fill_rsi(w, p, count, out);
        break;
    case BY_CUMULATIVE_RETURN:
        fill_windows(value_cumulative_return, w, w, p, count, out);
        break;
    case BY_MEAN_RETURN:
        fill_windows(value_mean_return, w, w, p, count, out);
        break;
    case BY_STDEV_RETURN:
        fill_windows(value_stdev_return, w, w, p, count, out);
        break;
    case BY_STDEV_PRICE:
        fill_windows(value_stdev_price, w - 1, w, p, count, out);
        break;
    case BY_MAX_DRAWDOWN:
        fill_windows(value_max_drawdown, w - 1, w, p, count, out);
        break;
    case BY_PPO:
        fill_ppo(w, window[1], p, count, out);
        break;
    case BY_PPO_SIGNAL:
        fill_ppo_signal(window, p, count, out);
        break;
    default:
        break;
    }
}

int32_t plain_indicator(int32_t kind, const int32_t window[3], const double *close, int32_t count,
                        double *out) {
    for (int32_t t = 0; t < count; t++) {
        out[t] = NAN;
    }
    for (int32_t t = 0; t < count;) {
        int32_t end = t;
        while (end < count && !isnan(close[end])) {
            end++;
        }
        if (end > t) {
            fill(kind, window, close + t, end - t, out + t);
        }
        t = end + 1;
    }
    int32_t first = 0;
    while (first < count && isnan(out[first])) {
        first++;
    }
    return first;
}
