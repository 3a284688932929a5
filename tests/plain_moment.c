/* SPDX-License-Identifier: MIT
 *
 * Moments of a window: deviations, lines of regression, falls, two series.
 */
#include <math.h>
#include <stdlib.h>

#include "plain_indicator.h"

static double deviation_of(plain_moment m, int32_t divisor) {
    return divisor > 0 ? sqrt(m.squares / divisor) : NAN;
}

/* What the last of p[0 .. w) is above their mean. */
static double above_mean(const double *p, int32_t w, plain_moment m) {
    return p[w - 1] - p[0] - m.sum / w;
}

/* The value of the window p[0 .. w); `k` as in Bollinger's bands. */
static double value_of(int32_t kind, const double *p, int32_t w, int32_t divisor, double k) {
    plain_moment m = plain_moments(p, w);
    double stdev = deviation_of(m, divisor);
    double above = above_mean(p, w, m);
    double numbers = w * ((double)w * w - 1) / 12;
    double r2 = m.products / numbers * (m.products / m.squares);
    switch (kind) {
    case BY_VARIANCE:
        return divisor > 0 ? m.squares / divisor : NAN;
    case BY_ZSCORE:
        return stdev == 0 ? 0 : above / stdev;
    case BY_BOLLINGER_UPPER:
        return plain_mean(p, w) + k * stdev;
    case BY_BOLLINGER_LOWER:
        return plain_mean(p, w) - k * stdev;
    case BY_BOLLINGER_WIDTH:
        return 2 * k * stdev / plain_mean(p, w) * 100;
    case BY_BOLLINGER_PERCENT_B:
        return stdev == 0 ? 0.5 : 0.5 + above / (2 * k * stdev);
    case BY_LINREG:
        return p[0] + (m.sum / w + m.products / numbers * ((w - 1) / 2.0));
    case BY_LINREG_SLOPE:
        return m.products / numbers;
    default:
        return r2 > 1 ? 1 : r2;
    }
}

static void fill_values(int32_t kind, const by_recipe *recipe, const double *p, int32_t count,
                        double *out) {
    bool bands = kind == BY_BOLLINGER_UPPER || kind == BY_BOLLINGER_LOWER ||
                 kind == BY_BOLLINGER_WIDTH || kind == BY_BOLLINGER_PERCENT_B;
    int32_t w = recipe->window[0];
    int32_t ddof = bands ? recipe->variant : 1 - recipe->variant;
    for (int32_t t = w - 1; t < count; t++) {
        out[t] = value_of(kind, p + t - w + 1, w, w - ddof, recipe->number[0]);
    }
}

/* In percent of a peak. */
static double fall(double value, double peak) {
    double below = 1 - (value > 0 ? value : 0) / peak;
    return below > 0 ? below * 100 : 0;
}

static double peak_of(const double *p, int32_t w) {
    double peak = 0;
    for (int32_t i = 0; i < w; i++) {
        peak = p[i] > peak ? p[i] : peak;
    }
    return peak;
}

static double ulcer(const double *p, int32_t w) {
    double squares = 0;
    double peak = 0;
    for (int32_t i = 0; i < w; i++) {
        peak = p[i] > peak ? p[i] : peak;
        double f = fall(p[i], peak);
        squares += f * f;
    }
    return sqrt(squares / w);
}

static void fill_ulcer(const by_recipe *recipe, const double *p, int32_t count, double *out) {
    int32_t w = recipe->window[0];
    double *squares = calloc((size_t)count, sizeof *squares);
    for (int32_t t = w - 1; t < count && squares != NULL; t++) {
        double f = fall(p[t], peak_of(p + t - w + 1, w));
        squares[t] = f * f;
        if (recipe->variant == 0) {
            out[t] = ulcer(p + t - w + 1, w);
        } else if (t >= 2 * w - 2) {
            out[t] = sqrt(plain_mean(squares + t - w + 1, w));
        }
    }
    free(squares);
}

/* Of what differs by no more than `still`, as a sum of squares, there is none. */
static double correlation(const double *p, const double *q, int32_t w, double still) {
    plain_comoment m = plain_comoments(p, q, w);
    if (!(m.of_p.squares > still) || !(m.of_q.squares > still)) {
        return NAN;
    }
    double value = m.products / (sqrt(m.of_p.squares) * sqrt(m.of_q.squares));
    return value > 1 ? 1 : value < -1 ? -1 : value;
}

static double beta(const double *p, const double *q, int32_t w, double still) {
    plain_comoment m = plain_comoments(p, q, w);
    return m.of_q.squares > still ? m.products / m.of_q.squares : NAN;
}

static double *returns_of(const double *p, int32_t count) {
    double *r = calloc((size_t)count, sizeof *r);
    for (int32_t t = 1; t < count && r != NULL; t++) {
        r[t] = p[t] / p[t - 1] - 1;
    }
    return r;
}

static void fill_pair(int32_t kind, const by_recipe *recipe, const by_inputs *in, int32_t count,
                      double *out) {
    int32_t w = recipe->window[0];
    double still = w * pow(2, -102);
    double *r = returns_of(in->close, count);
    double *s = returns_of(in->other, count);
    for (int32_t t = w - 1; t < count && r != NULL && s != NULL; t++) {
        int32_t first = t - w + 1;
        if (kind == BY_CORRELATION && recipe->variant == 1) {
            out[t] = correlation(in->close + first, in->other + first, w, 0);
        } else if (t >= w) {
            out[t] = kind == BY_BETA ? beta(r + first, s + first, w, still)
                                     : correlation(r + first, s + first, w, still);
        }
    }
    free(r);
    free(s);
}

bool plain_fill_moments(int32_t kind, const by_recipe *recipe, const by_inputs *in, int32_t count,
                        double *out) {
    switch (kind) {
    case BY_BOLLINGER_UPPER:
    case BY_BOLLINGER_LOWER:
    case BY_BOLLINGER_WIDTH:
    case BY_BOLLINGER_PERCENT_B:
    case BY_VARIANCE:
    case BY_ZSCORE:
    case BY_LINREG:
    case BY_LINREG_SLOPE:
    case BY_LINREG_R2:
        fill_values(kind, recipe, in->close, count, out);
        return true;
    case BY_ULCER:
        fill_ulcer(recipe, in->close, count, out);
        return true;
    case BY_CORRELATION:
    case BY_BETA:
        fill_pair(kind, recipe, in, count, out);
        return true;
    default:
        return false;
    }
}
