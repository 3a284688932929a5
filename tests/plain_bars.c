/* SPDX-License-Identifier: MIT
 *
 * Indicators over highs, lows and volumes.
 */
#include "plain_indicator.h"

#include <math.h>

/* Where in the last w + 1 rows the newest highest (or lowest, sign -1) value stands, of 0 .. w. */
static int32_t newest_extreme(const double *p, int32_t t, int32_t w, int32_t sign) {
    int32_t best = t;
    for (int32_t i = t; i >= t - w; i--) {
        if (sign * p[i] > sign * p[best]) {
            best = i;
        }
    }
    return best - (t - w);
}

static void fill_aroon(int32_t kind, int32_t w, const by_inputs *in, int32_t count, double *out) {
    double percent = 100.0 / w;
    for (int32_t t = w; t < count; t++) {
        int32_t up = newest_extreme(in->high, t, w, 1);
        int32_t down = newest_extreme(in->low, t, w, -1);
        out[t] = percent * (kind == BY_AROON_UP ? up : kind == BY_AROON_DOWN ? down : up - down);
    }
}

static double true_range(const by_inputs *in, int32_t t) {
    double close = in->close[t - 1];
    double range = in->high[t] - in->low[t];
    range = fabs(in->high[t] - close) > range ? fabs(in->high[t] - close) : range;
    return fabs(in->low[t] - close) > range ? fabs(in->low[t] - close) : range;
}

static void fill_atr(int32_t w, const by_inputs *in, int32_t count, double *out) {
    double average = 0;
    for (int32_t t = 1; t < count; t++) {
        if (t <= w) {
            average += true_range(in, t);
            average = t == w ? average / w : average;
        } else {
            average = (average * (w - 1) + true_range(in, t)) / w;
        }
        out[t] = t >= w ? average : NAN;
    }
}

static void fill_adx(int32_t w, const by_inputs *in, int32_t count, double *out) {
    double plus = 0;
    double minus = 0;
    double range = 0;
    double adx = 0;
    for (int32_t t = 1; t < count; t++) {
        double up = in->high[t] - in->high[t - 1];
        double down = in->low[t - 1] - in->low[t];
        if (t >= w) {
            plus = plus - plus / w;
            minus = minus - minus / w;
            range = range - range / w;
        }
        plus += up > down && up > 0 ? up : 0;
        minus += down > up && down > 0 ? down : 0;
        range += true_range(in, t);
        if (t < w) {
            continue;
        }
        double p = 100 * (plus / range);
        double m = 100 * (minus / range);
        bool defined = range != 0 && p + m != 0;
        double dx = defined ? 100 * (fabs(p - m) / (p + m)) : t < 2 * w ? 0 : adx;
        adx = t < 2 * w ? adx + dx : (adx * (w - 1) + dx) / w;
        adx = t == 2 * w - 1 ? adx / w : adx;
        out[t] = t >= 2 * w - 1 ? adx : NAN;
    }
}

/* (close - lowest low) / (highest high - lowest low) * 100 of w rows. */
static double fast_k(const by_inputs *in, int32_t t, int32_t w) {
    double high = in->high[t - w + 1];
    double low = in->low[t - w + 1];
    for (int32_t i = t - w + 1; i <= t; i++) {
        high = in->high[i] > high ? in->high[i] : high;
        low = in->low[i] < low ? in->low[i] : low;
    }
    return high > low ? (in->close[t] - low) / (high - low) * 100 : 0;
}

static void fill_stochastic_k(const int32_t *window, const by_inputs *in, int32_t count,
                              double *out) {
    for (int32_t t = window[0] + window[1] + window[2] - 3; t < count; t++) {
        double sum = 0;
        for (int32_t i = t - window[1] + 1; i <= t; i++) {
            sum += fast_k(in, i, window[0]);
        }
        out[t] = sum / window[1];
    }
}

static double typical_price(const by_inputs *in, int32_t t) {
    return (in->high[t] + in->low[t] + in->close[t]) / 3;
}

static void fill_mfi(int32_t w, const by_inputs *in, int32_t count, double *out) {
    for (int32_t t = w; t < count; t++) {
        double came = 0;
        double left = 0;
        for (int32_t i = t - w + 1; i <= t; i++) {
            double change = typical_price(in, i) - typical_price(in, i - 1);
            double flow = typical_price(in, i) * in->volume[i];
            came += change > 0 ? flow : 0;
            left += change < 0 ? flow : 0;
        }
        out[t] = came + left > 0 ? 100 * (came / (came + left)) : 0;
    }
}

static void fill_obv(const by_inputs *in, int32_t count, double *out) {
    double sum = in->volume[0];
    for (int32_t t = 0; t < count; t++) {
        if (t > 0 && in->close[t] != in->close[t - 1]) {
            sum += in->close[t] > in->close[t - 1] ? in->volume[t] : -in->volume[t];
        }
        out[t] = sum;
    }
}

bool plain_fill_bars(int32_t kind, const int32_t window[3], int32_t variant, const by_inputs *in,
                     int32_t count, double *out) {
    (void)variant;
    switch (kind) {
    case BY_AROON_UP:
    case BY_AROON_DOWN:
    case BY_AROON:
        fill_aroon(kind, window[0], in, count, out);
        return true;
    case BY_ATR:
        fill_atr(window[0], in, count, out);
        return true;
    case BY_ADX:
        fill_adx(window[0], in, count, out);
        return true;
    case BY_STOCHASTIC_K:
        fill_stochastic_k(window, in, count, out);
        return true;
    case BY_MFI:
        fill_mfi(window[0], in, count, out);
        return true;
    case BY_OBV:
        fill_obv(in, count, out);
        return true;
    default:
        return false;
    }
}
