/* SPDX-License-Identifier: MIT
 *
 * Averages and the oscillators made of them.
 */
#include "plain_indicator.h"

#include <math.h>
#include <stdlib.h>

/* Weights 1, 2, ... from the oldest on. */
static double weighted_mean(const double *p, int32_t t, int32_t w) {
    const double *first = p + t - w + 1;
    plain_moment m = plain_moments(first, w);
    return *first + (m.sum / w + m.products / (w * (w + 1.0) / 2));
}

static double hull_before(const double *p, int32_t t, int32_t w) {
    return 2 * weighted_mean(p, t, w > 1 ? w / 2 : 1) - weighted_mean(p, t, w);
}

static void fill_hull(int32_t w, const double *p, int32_t count, double *out) {
    int32_t root = 1;
    while ((root + 1) * (root + 1) <= w) {
        root++;
    }
    double *before = plain_values(count);
    for (int32_t t = w - 1; t < count; t++) {
        before[t] = hull_before(p, t, w);
        out[t] = t >= w + root - 2 ? weighted_mean(before, t, root) : NAN;
    }
    free(before);
}

static void fill_wilder(int32_t w, const double *p, int32_t count, double *out) {
    for (int32_t t = w - 1; t < count; t++) {
        out[t] = t == w - 1 ? plain_mean(p + t - w + 1, w) : (out[t - 1] * (w - 1) + p[t]) / w;
    }
}

/* DEMA, TEMA and TRIX: of an average, the average of that, and the average of that. */
static void fill_nested(int32_t kind, int32_t w, int32_t seed, const double *p, int32_t count,
                        double *out) {
    double *e1 = plain_values(count);
    double *e2 = plain_values(count);
    double *e3 = plain_values(count);
    plain_exponential(p, count, w, seed, e1);
    plain_exponential(e1 + w - 1, count - w + 1, w, seed, e2 + w - 1);
    plain_exponential(e2 + 2 * w - 2, count - 2 * w + 2, w, seed, e3 + 2 * w - 2);
    for (int32_t t = 0; t < count; t++) {
        if (kind == BY_DEMA && t >= 2 * w - 2) {
            out[t] = 2 * e1[t] - e2[t];
        } else if (kind == BY_TEMA && t >= 3 * w - 3) {
            out[t] = 3 * e1[t] - 3 * e2[t] + e3[t];
        } else if (kind == BY_TRIX && t >= 3 * w - 2) {
            out[t] = (e3[t] / e3[t - 1] - 1) * 100;
        }
    }
    free(e1);
    free(e2);
    free(e3);
}

double plain_efficiency(const double *p, int32_t t, int32_t w, double flat, double *way) {
    double *sizes = plain_values(w);
    for (int32_t i = 0; i < w; i++) {
        sizes[i] = fabs(p[t - w + 1 + i] - p[t - w + i]);
    }
    *way = plain_mean(sizes, w);
    free(sizes);
    double net = (p[t] - p[t - w]) / w;
    return *way > fabs(net) ? net / *way : net > 0 ? 1 : net < 0 ? -1 : flat;
}

static void fill_kama(const int32_t *window, const double *p, int32_t count, double *out) {
    int32_t w = window[0];
    double slow = 2.0 / (window[2] + 1);
    double span = 2.0 / (window[1] + 1) - slow;
    double k = w <= count ? p[w - 1] : NAN;
    for (int32_t t = w; t < count; t++) {
        double way = 0;
        double c = fabs(plain_efficiency(p, t, w, 1, &way)) * span + slow;
        k = k + c * c * (p[t] - k);
        out[t] = k;
    }
}

static void fill_cmo(int32_t w, int32_t variant, const double *p, int32_t count, double *out) {
    double up = 0;
    double down = 0;
    for (int32_t t = 1; t < count; t++) {
        double gain = p[t] > p[t - 1] ? p[t] - p[t - 1] : 0;
        double loss = p[t] < p[t - 1] ? p[t - 1] - p[t] : 0;
        up = t <= w ? up + gain : (up * (w - 1) + gain) / w;
        down = t <= w ? down + loss : (down * (w - 1) + loss) / w;
        up = t == w ? up / w : up;
        down = t == w ? down / w : down;
        if (t >= w && variant == 0) {
            double way = 0;
            out[t] = 100 * plain_efficiency(p, t, w, 0, &way);
        } else if (t >= w) {
            out[t] = up + down < 1e-14 ? 0 : 100 * ((up - down) / (up + down));
        }
    }
}

/* VWMA of closes, VWAP of typical prices. */
static void fill_by_volume(int32_t kind, int32_t w, const by_inputs *in, int32_t count,
                           double *out) {
    double *paid = plain_values(count);
    for (int32_t t = 0; t < count; t++) {
        double typical = (in->high[t] + in->low[t] + in->close[t]) / 3;
        paid[t] = (kind == BY_VWMA ? in->close[t] : typical) * in->volume[t];
        out[t] = t >= w - 1 ? plain_sum(paid + t - w + 1, w) / plain_sum(in->volume + t - w + 1, w)
                            : NAN;
    }
    free(paid);
}

static void fill_williams_r(int32_t w, const by_inputs *in, int32_t count, double *out) {
    for (int32_t t = w - 1; t < count; t++) {
        double high = plain_highest(in->high, t, w);
        double low = plain_lowest(in->low, t, w);
        out[t] = high > low ? (in->close[t] - high) / (high - low) * 100 : 0;
    }
}

static void fill_stochastic_rsi(const int32_t *window, int32_t d, const by_inputs *in,
                                int32_t count, double *out) {
    const by_recipe of_rsi = {.window = {window[0]}};
    const int32_t first = window[0] + window[1] - 1;
    double *rsi = plain_values(count);
    double *place = plain_values(count);
    (void)plain_fill_histories(BY_RSI, &of_rsi, in, count, rsi);
    for (int32_t t = first; t < count; t++) {
        double low = plain_lowest(rsi, t, window[1]);
        double range = plain_highest(rsi, t, window[1]) - low;
        place[t] = range < 1e-9 ? 0 : (rsi[t] - low) / range * 100;
        out[t] = t >= first + d - 1 ? plain_mean(place + t - d + 1, d) : NAN;
    }
    free(rsi);
    free(place);
}

bool plain_fill_averages(int32_t kind, const by_recipe *recipe, const by_inputs *in, int32_t count,
                         double *out) {
    const int32_t w = recipe->window[0];
    switch (kind) {
    case BY_WMA:
        for (int32_t t = w - 1; t < count; t++) {
            out[t] = weighted_mean(in->close, t, w);
        }
        return true;
    case BY_DEMA:
    case BY_TEMA:
    case BY_TRIX:
        fill_nested(kind, w, recipe->variant, in->close, count, out);
        return true;
    case BY_KAMA:
        fill_kama(recipe->window, in->close, count, out);
        return true;
    case BY_HULL:
        fill_hull(w, in->close, count, out);
        return true;
    case BY_WILDER:
        fill_wilder(w, in->close, count, out);
        return true;
    case BY_VWMA:
    case BY_VWAP:
        fill_by_volume(kind, w, in, count, out);
        return true;
    case BY_STOCHASTIC_RSI:
        fill_stochastic_rsi(recipe->window, 1, in, count, out);
        return true;
    case BY_STOCHASTIC_RSI_D:
        fill_stochastic_rsi(recipe->window, recipe->window[2], in, count, out);
        return true;
    case BY_CMO:
        fill_cmo(w, recipe->variant, in->close, count, out);
        return true;
    case BY_WILLIAMS_R:
        fill_williams_r(w, in, count, out);
        return true;
    default:
        return false;
    }
}
