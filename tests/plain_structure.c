/* SPDX-License-Identifier: MIT
 *
 * Realised volatility, swings and regimes.
 */
#include "plain_indicator.h"

#include <math.h>
#include <stdlib.h>

#include "../engine/logarithm.h"

static double log_of(double above, double below) {
    return by_logarithm(above, below);
}

/* The sum of the squares of what the w values up to row t differ from their mean. */
static double squares(const double *p, int32_t t, int32_t w) {
    return plain_moments(p + t - w + 1, w).squares;
}

static void fill_volatility(int32_t w, int32_t ddof_0, const double *p, int32_t count,
                            double *out) {
    double *r = plain_values(count);
    for (int32_t t = 1; t < count; t++) {
        int32_t divisor = ddof_0 ? w : w - 1;
        r[t] = log_of(p[t], p[t - 1]);
        out[t] = t >= w && divisor > 0 ? sqrt(squares(r, t, w) / divisor) * 100 : NAN;
    }
    free(r);
}

/* Parkinson's, or that of Garman and Klass. */
static void fill_of_ranges(int32_t kind, int32_t w, const by_inputs *in, int32_t count,
                           double *out) {
    double *v = plain_values(count);
    for (int32_t t = 0; t < count; t++) {
        double range = log_of(in->high[t], in->low[t]);
        double body = log_of(in->close[t], in->open[t]);
        bool parkinson = kind == BY_VOLATILITY_PARKINSON;
        v[t] = parkinson ? range * range : 0.5 * (range * range) - (2 * M_LN2 - 1) * (body * body);
        if (t >= w - 1) {
            double mean = plain_mean(v + t - w + 1, w);
            out[t] = sqrt(parkinson ? mean / (4 * M_LN2) : mean) * 100;
        }
    }
    free(v);
}

static void fill_yang_zhang(int32_t w, const by_inputs *in, int32_t count, double *out) {
    double *gap = plain_values(count);
    double *body = plain_values(count);
    double *reach = plain_values(count);
    double k = 0.34 / (1.34 + (w + 1) / (w - 1.0));
    for (int32_t t = 1; t < count; t++) {
        double o = in->open[t];
        double h = in->high[t];
        double l = in->low[t];
        double c = in->close[t];
        gap[t] = log_of(o, in->close[t - 1]);
        body[t] = log_of(c, o);
        double up = log_of(h, o);
        double down = log_of(l, o);
        reach[t] = up * (up - body[t]) + down * (down - body[t]);
        if (t >= w && w > 1) {
            double g = squares(gap, t, w) / (w - 1);
            double b = squares(body, t, w) / (w - 1);
            out[t] = sqrt(g + k * b + (1 - k) * plain_mean(reach + t - w + 1, w)) * 100;
        }
    }
    free(gap);
    free(body);
    free(reach);
}

/* Whether sign * p[t] is above the k values before, and not below the k after it. */
static bool is_swing(const double *p, int32_t t, int32_t k, int32_t sign) {
    for (int32_t i = 1; i <= k; i++) {
        if (sign * p[t - i] >= sign * p[t] || sign * p[t + i] > sign * p[t]) {
            return false;
        }
    }
    return true;
}

/* At each row the last swing that is known, or whether that is above the one before. */
static void fill_swings(int32_t k, int32_t sign, bool compare, const double *p, int32_t count,
                        double *out) {
    double last = NAN;
    double before = NAN;
    for (int32_t t = 2 * k; t < count; t++) {
        if (is_swing(p, t - k, k, sign)) {
            before = last;
            last = p[t - k];
        }
        out[t] = !compare ? last : isnan(before) ? NAN : last > before;
    }
}

static double mean_of(const double *p, int32_t t, int32_t w) {
    return p[t - w + 1] + plain_moments(p + t - w + 1, w).sum / w;
}

static void fill_trend_regime(const int32_t *window, const double *p, int32_t count, double *out) {
    int32_t longer = window[0] > window[1] ? window[0] : window[1];
    for (int32_t t = longer - 1; t < count; t++) {
        double fast = mean_of(p, t, window[0]);
        double slow = mean_of(p, t, window[1]);
        out[t] = p[t] > slow && fast > slow ? 1 : p[t] < slow && fast < slow ? -1 : 0;
    }
}

static void fill_volatility_regime(const by_recipe *recipe, const double *p, int32_t count,
                                   double *out) {
    const int32_t w = recipe->window[0];
    const int32_t history = recipe->window[1];
    double *v = plain_values(count);
    fill_volatility(w, recipe->variant, p, count, v);
    for (int32_t t = w + history - 1; t < count; t++) {
        int32_t below = 0;
        for (int32_t i = t - history + 1; i < t; i++) {
            below += v[i] < v[t];
        }
        out[t] = isnan(v[t]) || history == 1 ? NAN : (double)below / (history - 1) * 100;
    }
    free(v);
}

bool plain_fill_structures(int32_t kind, const by_recipe *recipe, const by_inputs *in,
                           int32_t count, double *out) {
    const int32_t w = recipe->window[0];
    switch (kind) {
    case BY_VOLATILITY:
        fill_volatility(w, recipe->variant, in->close, count, out);
        return true;
    case BY_VOLATILITY_PARKINSON:
    case BY_VOLATILITY_GARMAN_KLASS:
        fill_of_ranges(kind, w, in, count, out);
        return true;
    case BY_VOLATILITY_YANG_ZHANG:
        fill_yang_zhang(w, in, count, out);
        return true;
    case BY_SWING_HIGH:
    case BY_HIGHER_HIGH:
        fill_swings(w, 1, kind == BY_HIGHER_HIGH, in->high, count, out);
        return true;
    case BY_SWING_LOW:
    case BY_HIGHER_LOW:
        fill_swings(w, -1, kind == BY_HIGHER_LOW, in->low, count, out);
        return true;
    case BY_TREND_REGIME:
        fill_trend_regime(recipe->window, in->close, count, out);
        return true;
    case BY_VOLATILITY_REGIME:
        fill_volatility_regime(recipe, in->close, count, out);
        return true;
    default:
        return false;
    }
}
