/* SPDX-License-Identifier: MIT
 *
 * Indicators over a window of bars, one row at a time.
 */
#include "plain_indicator.h"

#include <math.h>
#include <stdlib.h>

/* A value of row t, and a column of them from row `first` on; NULL when there is no room. */
typedef double of_row(const by_inputs *in, int32_t t);

static double *column_of(of_row *value, const by_inputs *in, int32_t first, int32_t count) {
    double *column = calloc((size_t)count, sizeof *column);
    for (int32_t t = first; t < count && column != NULL; t++) {
        column[t] = value(in, t);
    }
    return column;
}

/* Where in p[0 .. w) the newest of the highest (sign 1) or lowest (sign -1) values stands. */
static int32_t extreme(const double *p, int32_t w, int32_t sign) {
    int32_t best = 0;
    for (int32_t i = 1; i < w; i++) {
        best = sign * p[i] >= sign * p[best] ? i : best;
    }
    return best;
}

static double highest(const double *p, int32_t w) {
    double value = p[0];
    for (int32_t i = 1; i < w; i++) {
        value = p[i] > value ? p[i] : value;
    }
    return value;
}

static double lowest(const double *p, int32_t w) {
    double value = p[0];
    for (int32_t i = 1; i < w; i++) {
        value = p[i] < value ? p[i] : value;
    }
    return value;
}

/* Of the w + 1 rows up to t. */
static double aroon(int32_t kind, int32_t w, const by_inputs *in, int32_t t) {
    int32_t up = extreme(in->high + t - w, w + 1, 1);
    int32_t down = extreme(in->low + t - w, w + 1, -1);
    return 100.0 / w * (kind == BY_AROON_UP ? up : kind == BY_AROON_DOWN ? down : up - down);
}

static double fast_k(const by_inputs *in, int32_t t, int32_t w) {
    double high = highest(in->high + t - w + 1, w);
    double low = lowest(in->low + t - w + 1, w);
    return high > low ? (in->close[t] - low) / (high - low) * 100 : 0;
}

static void fill_stochastic(int32_t kind, const int32_t *window, const by_inputs *in, int32_t count,
                            double *out) {
    const int32_t w = window[0];
    const int32_t slow = kind == BY_STOCHASTIC_FAST_K ? 1 : window[1];
    const int32_t d = kind == BY_STOCHASTIC_D ? window[2] : 1;
    const int32_t late = kind == BY_STOCHASTIC_K ? window[2] - 1 : 0;
    double *k = calloc((size_t)count, sizeof *k);
    double *mean = calloc((size_t)count, sizeof *mean);
    for (int32_t t = w - 1; t < count && k != NULL && mean != NULL; t++) {
        k[t] = fast_k(in, t, w);
        mean[t] = t >= w + slow - 2 ? plain_mean(k + t - slow + 1, slow) : NAN;
        if (t >= w + slow + d - 3 + late) {
            out[t] = plain_mean(mean + t - d + 1, d);
        }
    }
    free(k);
    free(mean);
}

static double typical_price(const by_inputs *in, int32_t t) {
    return (in->high[t] + in->low[t] + in->close[t]) / 3;
}

static double flow_in(const by_inputs *in, int32_t t) {
    bool rose = typical_price(in, t) > typical_price(in, t - 1);
    return rose ? typical_price(in, t) * in->volume[t] : 0;
}

static double flow_out(const by_inputs *in, int32_t t) {
    bool fell = typical_price(in, t) < typical_price(in, t - 1);
    return fell ? typical_price(in, t) * in->volume[t] : 0;
}

static void fill_mfi(int32_t w, const by_inputs *in, int32_t count, double *out) {
    double *came = column_of(flow_in, in, 1, count);
    double *left = column_of(flow_out, in, 1, count);
    for (int32_t t = w; t < count && came != NULL && left != NULL; t++) {
        double inward = plain_sum(came + t - w + 1, w);
        double all = inward + plain_sum(left + t - w + 1, w);
        out[t] = all > 0 ? 100 * (inward / all) : 0;
    }
    free(came);
    free(left);
}

static double pressure(const by_inputs *in, int32_t t) {
    return in->close[t] - (in->close[t - 1] < in->low[t] ? in->close[t - 1] : in->low[t]);
}

static double true_range(const by_inputs *in, int32_t t) {
    double close = in->close[t - 1];
    double range = in->high[t] - in->low[t];
    range = fabs(in->high[t] - close) > range ? fabs(in->high[t] - close) : range;
    return fabs(in->low[t] - close) > range ? fabs(in->low[t] - close) : range;
}

static void fill_ultimate_oscillator(const int32_t *window, const by_inputs *in, int32_t count,
                                     double *out) {
    double *bought = column_of(pressure, in, 1, count);
    double *moved = column_of(true_range, in, 1, count);
    int32_t first = window[0] > window[1] ? window[0] : window[1];
    first = first > window[2] ? first : window[2];
    for (int32_t t = first; t < count && bought != NULL && moved != NULL; t++) {
        double shares = 0;
        for (int32_t k = 0; k < 3; k++) {
            double all = plain_sum(moved + t - window[k] + 1, window[k]);
            double weight = k == 0 ? 4 : k == 1 ? 2 : 1;
            shares +=
                all == 0 ? 0 : weight * (plain_sum(bought + t - window[k] + 1, window[k]) / all);
        }
        out[t] = shares / 7 * 100;
    }
    free(bought);
    free(moved);
}

/* Of typical prices less the first of them. */
static double cci(const double *price, int32_t w) {
    double mean = plain_moments(price, w).sum / w;
    double deviation = 0;
    for (int32_t i = 0; i < w; i++) {
        deviation += fabs(price[i] - price[0] - mean);
    }
    double off = price[w - 1] - price[0] - mean;
    return deviation == 0 ? 0 : off / (0.015 * (deviation / w));
}

static void fill_cci(int32_t w, const by_inputs *in, int32_t count, double *out) {
    double *price = column_of(typical_price, in, 0, count);
    for (int32_t t = w - 1; t < count && price != NULL; t++) {
        out[t] = cci(price + t - w + 1, w);
    }
    free(price);
}

/* The value of row t alone, NaN where too few rows stand before it; false for other kinds. */
static bool range_value(int32_t kind, int32_t w, const by_inputs *in, int32_t t, double *value) {
    const double *close = in->close + t - w + 1;
    const double *high = in->high + t - w + 1;
    const double *low = in->low + t - w + 1;
#define VALUE(rows, expression)                                                                    \
    *value = t >= (rows)-1 ? (expression) : NAN;                                                   \
    return true
    switch (kind) {
    case BY_OPEN:
        VALUE(1, in->open[t]);
    case BY_HIGH:
        VALUE(1, in->high[t]);
    case BY_LOW:
        VALUE(1, in->low[t]);
    case BY_VOLUME:
        VALUE(1, in->volume[t]);
    case BY_GAP:
        VALUE(2, (in->open[t] / in->close[t - 1] - 1) * 100);
    case BY_HIGHEST:
        VALUE(w, highest(close, w));
    case BY_LOWEST:
        VALUE(w, lowest(close, w));
    case BY_HIGHEST_BARS:
        VALUE(w, (double)(w - 1 - extreme(close, w, 1)));
    case BY_LOWEST_BARS:
        VALUE(w, (double)(w - 1 - extreme(close, w, -1)));
    case BY_DONCHIAN_UPPER:
        VALUE(w, highest(high, w));
    case BY_DONCHIAN_LOWER:
        VALUE(w, lowest(low, w));
    case BY_DONCHIAN_MIDDLE:
        VALUE(w, (highest(high, w) + lowest(low, w)) / 2);
    case BY_AROON_UP:
    case BY_AROON_DOWN:
    case BY_AROON:
        VALUE(w + 1, aroon(kind, w, in, t));
    default:
        return false;
    }
#undef VALUE
}

bool plain_fill_ranges(int32_t kind, const by_recipe *recipe, const by_inputs *in, int32_t count,
                       double *out) {
    bool known = true;
    switch (kind) {
    case BY_STOCHASTIC_FAST_K:
    case BY_STOCHASTIC_FAST_D:
    case BY_STOCHASTIC_K:
    case BY_STOCHASTIC_D:
        fill_stochastic(kind, recipe->window, in, count, out);
        return true;
    case BY_MFI:
        fill_mfi(recipe->window[0], in, count, out);
        return true;
    case BY_ULTIMATE_OSCILLATOR:
        fill_ultimate_oscillator(recipe->window, in, count, out);
        return true;
    case BY_CCI:
        fill_cci(recipe->window[0], in, count, out);
        return true;
    default:
        for (int32_t t = 0; t < count && known; t++) {
            known = range_value(kind, recipe->window[0], in, t, &out[t]);
        }
        return known;
    }
}
